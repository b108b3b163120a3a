// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.core.annotation.AliasFor;
import org.springframework.test.context.TestPropertySource;

/**
 * Tests the durable code of an application, with its beans, in memory and in virtual time. Each
 * test has an {@link dev.holdfast.testkit.OrchestrationTest} as a parameter, with a store of its
 * own, in which the orchestrations of the beans are registered, and their activities run. The test
 * may say of an activity what else it does. The {@code HoldfastClient} that beans have goes by the
 * store of the test that is under way.
 *
 * <pre>{@code
 * @HoldfastBootTest(classes = OrderFlow.class)
 * class OrderFlowTest {
 *   @MockitoBean Payments payments;
 *
 *   @Test
 *   void waitsThreeDays(OrchestrationTest test) throws Exception {
 *     test.after(Duration.ofDays(3)).raise("order-1", "approved", true);
 *     assertThat(test.run(PROCESS, "order-1", order)).isEqualTo(receipt);
 *   }
 * }
 * }</pre>
 *
 * <p>It is a {@link SpringBootTest} without a web server: without {@link #classes} the whole
 * application is loaded, its store and worker left out. Properties of the worker, customizers,
 * listeners and engines have no effect. What {@link dev.holdfast.spring.HoldfastTransactions} are
 * told happens after the commit. Tests of one context must not run at the same time.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.NONE)
@TestPropertySource(properties = "holdfast.enabled=false")
@ImportAutoConfiguration(HoldfastTestConfiguration.class)
@ExtendWith(HoldfastBootExtension.class)
public @interface HoldfastBootTest {

  /**
   * The configurations and beans to load.
   *
   * @return the classes; the whole application when there are none
   */
  @AliasFor(annotation = SpringBootTest.class, attribute = "classes")
  Class<?>[] classes() default {};

  /**
   * Properties for the test.
   *
   * @return them, in the form {@code name=value}
   */
  @AliasFor(annotation = SpringBootTest.class, attribute = "properties")
  String[] properties() default {};
}
