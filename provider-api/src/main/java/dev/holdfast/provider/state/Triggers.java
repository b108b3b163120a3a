// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.ProviderError;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Inputs of trigger steps from outside, with the wake-up of their run in the same commit. An input
 * is a message of the inbox of port {@link #PORT}, and processed exactly when it is consumed; there
 * is no second mark (TRIGGER-11). Registrations, schedules and the time without an input after
 * which a run suspends are the engine's.
 *
 * <p>Reads take no lock and change nothing. Thread-safe; fails like {@link
 * dev.holdfast.provider.Provider}.
 */
public interface Triggers extends Capability {

  /** The port of the inputs of every trigger step. */
  String PORT = "trigger";

  /**
   * Delivers an input: {@link dev.holdfast.provider.Changes#apply} of this one change, without a
   * fence.
   *
   * @param trigger the input, and the wake-up that goes with it
   * @return whether it is new, and its number
   * @throws ProviderError.IdempotencyMismatch when the input id was used before with other content
   * @throws ProviderError.InvalidRequest when a payload is over the limit
   */
  TriggerDelivered deliver(DeliverTrigger trigger);

  /**
   * Reads inputs that are not consumed, locked ones included, by number (TRIGGER-10).
   *
   * @param runId the run
   * @param stepId the trigger step
   * @param afterSequence the number above which to begin, 0 for all
   * @param limit the most inputs, from 1 to {@code limits().maxPageSize()}
   * @return the inputs, each with its cursor
   * @throws ProviderError.InvalidRequest when an id is no identifier or a number out of range
   */
  List<TriggerInput> pendingInputs(String runId, String stepId, long afterSequence, int limit);

  /**
   * Reads how far the source of a trigger step has been delivered: the cursor with the greatest
   * order that came with a new input. It never goes back (TRIGGER-12).
   *
   * @param runId the run
   * @param stepId the trigger step
   * @return the cursor; empty when no input with a cursor was delivered
   * @throws ProviderError.InvalidRequest when an id is no identifier
   */
  Optional<Cursor> cursor(String runId, String stepId);

  /**
   * Lists the suspended runs that have an input that is not consumed, by id in code points
   * (TRIGGER-13).
   *
   * @param limit the most rows, from 1 to {@code limits().maxPageSize()}
   * @param pageToken the token of the page before, null for the first page
   * @return one page
   * @throws ProviderError.InvalidRequest when the limit is out of range, or the token is damaged or
   *     of another list
   */
  WaitingRunPage suspendedRunsWithPendingInputs(int limit, @Nullable String pageToken);
}
