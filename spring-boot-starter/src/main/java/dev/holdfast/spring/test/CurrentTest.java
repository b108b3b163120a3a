// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring.test;

import dev.holdfast.runtime.DataConverter;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.spring.ActivityBean;
import dev.holdfast.spring.internal.CodeOfBeans;
import dev.holdfast.spring.internal.SwitchingClient;
import dev.holdfast.testkit.OrchestrationTest;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The test of a context that is under way. Thread-safe. */
final class CurrentTest {

  private final CodeOfBeans code;
  private final @Nullable DataConverter converter;
  private final AtomicReference<@Nullable OrchestrationTest> current = new AtomicReference<>();
  private final SwitchingClient client = new SwitchingClient(() -> running().client());

  CurrentTest(CodeOfBeans code, @Nullable DataConverter converter) {
    this.code = code;
    this.converter = converter;
  }

  HoldfastClient client() {
    return client.client();
  }

  OrchestrationTest running() {
    OrchestrationTest test = current.get();
    if (test == null) {
      throw new IllegalStateException(
          "no test is under way; the store in memory is there from @BeforeEach to @AfterEach");
    }
    return test;
  }

  void begin() {
    OrchestrationTest test = OrchestrationTest.create();
    if (converter != null) {
      test.dataConverter(converter);
    }
    code.orchestrations().forEach(test::orchestration);
    code.activities().forEach(activity -> register(activity, test));
    if (!current.compareAndSet(null, test)) {
      test.close();
      throw new IllegalStateException(
          "another test of the same context is under way; have them run one after the other");
    }
  }

  private static <I extends @Nullable Object, O extends @Nullable Object> void register(
      ActivityBean<I, O> bean, OrchestrationTest test) {
    test.activity(bean.activity()).runs(bean.function());
  }

  void end() {
    OrchestrationTest test = current.getAndSet(null);
    if (test != null) {
      test.close();
    }
  }
}
