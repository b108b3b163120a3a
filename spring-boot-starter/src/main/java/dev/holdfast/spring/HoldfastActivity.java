// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a method of a bean an activity. Its parameter is the input, its result the output; without
 * one it is {@code Void}. It may take the {@link dev.holdfast.runtime.ActivityContext} besides.
 * What is woven around the method, such as a transaction, is around each attempt.
 *
 * <pre>{@code
 * @Component
 * class Warehouse {
 *   @HoldfastActivity("reserve")
 *   Reservation reserve(Order order) { ... }
 * }
 * }</pre>
 *
 * <p>The method is called from many threads at once. An activity whose function does not stand in a
 * bean of its own is an {@link ActivityBean}.
 */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface HoldfastActivity {

  /**
   * The name by which orchestrations call it. It is stored in histories; keep it when code moves.
   *
   * @return the name, 1 to 256 characters, none of them a control character
   */
  String value();
}
