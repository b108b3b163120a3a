// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.ActivityFunction;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An activity and its code; each bean of this type is registered with the worker.
 *
 * <pre>{@code
 * @Bean
 * ActivityBean<Order, Receipt> charge(Payments payments) {
 *   return new ActivityBean<>(CHARGE, (context, order) -> payments.charge(order));
 * }
 * }</pre>
 *
 * @param <I> the input type
 * @param <O> the output type
 * @param activity name and types
 * @param function the code, called from many threads at once
 */
public record ActivityBean<I extends @Nullable Object, O extends @Nullable Object>(
    Activity<I, O> activity, ActivityFunction<I, O> function) {

  /** Checks the parts. */
  public ActivityBean {
    Objects.requireNonNull(activity, "activity");
    Objects.requireNonNull(function, "function");
  }
}
