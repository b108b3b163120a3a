// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.TriggerDelivered;
import dev.holdfast.provider.state.TriggerInput;
import dev.holdfast.provider.state.WaitingRunPage;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Delivers inputs to the triggers of runs, and wakes runs up. An input is stored together with the
 * message that wakes its run, so a delivery needs no second call, and a run that suspends itself at
 * that moment is awake afterwards. Nothing is kept in memory: a process that never saw the run
 * delivers, and another one takes the input. Thread-safe.
 *
 * <p>All calls throw {@link dev.holdfast.provider.ProviderError} when the store cannot be used;
 * short disturbances are ridden out for some seconds.
 */
public interface TriggerWakeUpService {

  /**
   * Delivers an input. Idempotent by its id within run and step: the same delivery again changes
   * nothing. A run that was not started yet finds the input when it begins; a paused or failed one
   * when it goes on.
   *
   * @param runId the id of the run
   * @param stepId the id of the trigger's row, such as {@code orders}
   * @param input the input
   * @return {@code NEW} when it is stored, {@code DUPLICATE} when it was delivered before, {@code
   *     ENDED} when the run, or the trigger, takes nothing any more
   * @throws dev.holdfast.provider.ProviderError.IdempotencyMismatch when its id was used before
   *     with another value
   * @throws IllegalArgumentException when the id is reserved, the value cannot be written as JSON,
   *     or the step is known to be no trigger
   */
  default TriggerDelivered.Outcome deliver(String runId, String stepId, NewTriggerInput input) {
    return deliverAll(runId, stepId, List.of(input)).getFirst();
  }

  /**
   * Delivers several inputs in one commit, in this order, with their cursors.
   *
   * @param runId the id of the run
   * @param stepId the id of the trigger's row
   * @param inputs the inputs; at most as many as a list of changes may have, 1,000 in every store
   * @return what has become of each
   * @throws dev.holdfast.provider.ProviderError.IdempotencyMismatch when an id was used before with
   *     another value; none is stored then
   * @throws IllegalArgumentException as {@link #deliver}
   */
  List<TriggerDelivered.Outcome> deliverAll(
      String runId, String stepId, List<NewTriggerInput> inputs);

  /**
   * Says that no more inputs come: the trigger ends once it has taken what was delivered before.
   * Saying it again changes nothing.
   *
   * @param runId the id of the run
   * @param stepId the id of the trigger's row
   * @return {@code NEW}, {@code DUPLICATE}, or {@code ENDED}
   * @throws IllegalArgumentException when the step is known to be no trigger
   */
  TriggerDelivered.Outcome end(String runId, String stepId);

  /**
   * Reads how far the source of a trigger has been delivered. It never goes back.
   *
   * @param runId the id of the run
   * @param stepId the id of the trigger's row
   * @return the cursor; empty when no input with a cursor was delivered
   */
  Optional<Cursor> cursor(String runId, String stepId);

  /**
   * Has a suspended run look at its inboxes. Deliveries do so by themselves; this is for whoever
   * finds a run that was left behind.
   *
   * @param runId the id of the run
   * @return whether it was woken; false when there is no such run, or it is not suspended
   */
  boolean wakeUp(String runId);

  /**
   * Reads inputs that were delivered and not taken yet, in order.
   *
   * @param runId the id of the run
   * @param stepId the id of the trigger's row
   * @param afterSequence the number above which to begin, 0 for all
   * @param limit the most inputs, from 1 to the largest page of the store
   * @return the inputs
   */
  List<TriggerInput> pendingInputs(String runId, String stepId, long afterSequence, int limit);

  /**
   * Finds suspended runs with inputs that were not taken yet. A worker looks for them by itself
   * ({@link Graphs.Builder#wakesWaitingRuns}).
   *
   * @param limit the most runs, from 1 to the largest page of the store
   * @param pageToken the token of the page before, null for the first page
   * @return one page, by id
   */
  WaitingRunPage suspendedRunsWithPendingInputs(int limit, @Nullable String pageToken);
}
