// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.annotated;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes each abstract method of an interface an activity: its parameter is the input, at most one;
 * what it returns is the output. The activity is named by the interface and the method, such as
 * {@code Payments.charge}, unless the method has a {@link Name}.
 *
 * <pre>{@code
 * @Activities
 * interface Payments {
 *   Receipt charge(Order order);
 * }
 *
 * builder.activities(Payments.class, new CardPayments());          // a worker does them
 * Receipt receipt = ctx.activities(Payments.class).charge(order);  // an orchestration calls one
 * }</pre>
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Activities {}
