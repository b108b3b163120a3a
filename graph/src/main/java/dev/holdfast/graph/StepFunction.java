// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import org.jspecify.annotations.Nullable;

/**
 * The code of a step type. It may block; each step is done on a thread of its own. Thread-safe.
 *
 * <p>It is done at least once, and its outputs count once. What it does to the world outside is to
 * be repeatable under {@link StepContext#idempotencyKey()}.
 *
 * @param <I> the record of the inputs, or {@code Map}, or {@code Void}
 * @param <O> the record of the outputs, or {@code Map}, or {@code Void}
 */
@FunctionalInterface
public interface StepFunction<I extends @Nullable Object, O extends @Nullable Object> {

  /**
   * Does a step.
   *
   * @param context what there is to know of it
   * @param inputs its inputs
   * @return its outputs; null for {@code Void}
   * @throws StepSuspension to leave the step and come back later
   * @throws Exception when the attempt fails; the step's {@link RetryPolicy} says what follows
   */
  O run(StepContext context, I inputs) throws Exception;
}
