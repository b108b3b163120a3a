// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import org.jspecify.annotations.Nullable;

/**
 * The code of an orchestration without output; see {@link OrchestrationFunction}.
 *
 * @param <I> the input type
 */
@FunctionalInterface
public interface OrchestrationAction<I extends @Nullable Object> {

  /**
   * Runs the orchestration; see {@link OrchestrationFunction#run}.
   *
   * @param context the orchestration's only way to the world; good on this thread only
   * @param input the decoded input
   * @throws Exception any failure; it ends the instance as failed
   */
  void run(OrchestrationContext context, I input) throws Exception;
}
