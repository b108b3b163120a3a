// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import dev.holdfast.provider.ProviderError;
import java.time.Duration;

/**
 * Observes what a worker does, for metrics and traces. Called on the threads that do the work, so a
 * listener returns quickly; what it throws is logged and changes nothing. Thread-safe.
 *
 * <p>A turn that was stored together with the message that caused it was never delivered. It begins
 * and ends here all the same, one right after the other when it is stored, on the thread that
 * stored it: within the activity whose result caused it, or that of a caller who starts an
 * instance.
 */
public interface WorkerListener {

  /**
   * Called when the processing of a delivery begins.
   *
   * @param work what was delivered
   */
  default void begun(Work work) {}

  /**
   * Called when a delivery is over, always after {@link #begun}.
   *
   * @param work what was delivered
   * @param stored whether a result of it was stored; otherwise it was given back, or its lock was
   *     lost
   * @param took how long it was processed, calls to the store included
   */
  default void ended(Work work, boolean stored, Duration took) {}

  /**
   * Called when a delivery is over, always after {@link #begun}, with all that is known of it.
   *
   * @param work what was delivered
   * @param end how it ended; unless overridden, the shorter {@link #ended(Work, boolean, Duration)}
   *     is called
   */
  default void ended(Work work, WorkEnd end) {
    ended(work, end.isStored(), end.took());
  }

  /**
   * Called after each fetch that did not fail.
   *
   * @param kind what was fetched
   * @param items how many came
   */
  default void fetched(Work.Kind kind, int items) {}

  /**
   * Called when the store did not use a turn that was computed ahead: the instance is delivered
   * instead.
   *
   * @param work the turn
   */
  default void turnAheadNotUsed(Work work) {}

  /**
   * Called each time when a call to the store fails that the worker repeats, before it does.
   *
   * @param call what the call was for
   * @param error what the store said
   */
  default void storeFailed(StoreCall call, ProviderError error) {}

  /**
   * Called by engines with histories, once for each execution, when its history has become so long
   * that it should soon continue as new.
   *
   * @param instanceId the instance
   * @param executionId the execution, from 1
   * @param events how many events the history has
   * @param most with more events than these it is failed
   */
  default void historyIsLong(String instanceId, long executionId, long events, long most) {}
}
