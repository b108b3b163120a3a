// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import org.jspecify.annotations.Nullable;

/**
 * The future result of something an orchestration asked for: an activity, a timer, an event, a
 * child, or several of them. Made by {@link OrchestrationContext}; belongs to the thread of the
 * orchestration and is not to be implemented elsewhere.
 *
 * @param <T> the type of the result
 */
public interface DurableFuture<T extends @Nullable Object> {

  /**
   * Waits for the result. The instance needs neither a thread nor memory while it waits.
   *
   * @return the result
   * @throws ActivityFailedException when the activity failed and is not tried again
   * @throws ChildFailedException when the child failed or was cancelled
   * @throws java.util.concurrent.CancellationException when this future was cancelled
   * @throws OrchestrationCancelledException once, at the first wait after the instance was asked to
   *     cancel; later waits work again, so that code can compensate
   * @throws IllegalStateException when called from another thread than the orchestration's
   */
  T await();

  /**
   * {@return whether {@link #await} returns or throws at once: the result, a failure or a
   * cancellation is there}
   */
  boolean isDone();

  /**
   * Gives up waiting. An activity is taken away from its worker, a child is asked to cancel, a
   * timer does nothing any more, and an event that comes later goes to the next future that waits
   * for it. Has no effect when done.
   */
  void cancel();
}
