// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.annotated;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes each abstract method of an interface an orchestration: its parameter is the input, at most
 * one; what it returns is the output. The orchestration is named by the interface and the method,
 * such as {@code Orders.process}, unless the method has a {@link Name}.
 *
 * <pre>{@code
 * @Orchestrations
 * interface Orders {
 *   Orchestration<Order, Receipt> PROCESS = Orchestration.of(Orders.class, Orders::process);
 *
 *   Receipt process(Order order);
 * }
 *
 * record OrdersCode(OrchestrationContext ctx) implements Orders { ... }
 *
 * builder.orchestrations(Orders.class, OrdersCode::new);
 * client.start(Orders.PROCESS, "order-1", order);
 * }</pre>
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Orchestrations {

  /** {@return the version of all of them; none unless set} */
  String version() default "";
}
