// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import org.jspecify.annotations.Nullable;

/**
 * The code of an orchestration. It must be deterministic: the same input and the same results lead
 * to the same calls on the context, in the same order. Time, random numbers and ids come from the
 * context; effects belong into activities, and so does what blocks or computes for long: such code
 * is reported (see {@link Holdfast.Builder#blockedCodeAfter}) and cannot be stopped. Code of an
 * execution that is removed from memory is ended by an error, which it must let pass: catch {@code
 * Exception}, not {@code Throwable}.
 *
 * @param <I> the input type
 * @param <O> the output type
 */
@FunctionalInterface
public interface OrchestrationFunction<I extends @Nullable Object, O extends @Nullable Object> {

  /**
   * Runs the orchestration. The code may run again from its beginning at any time, with recorded
   * results.
   *
   * @param context the orchestration's only way to the world; good on this thread only
   * @param input the decoded input
   * @return the output
   * @throws Exception any failure; it ends the instance as failed
   */
  O run(OrchestrationContext context, I input) throws Exception;
}
