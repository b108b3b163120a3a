// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import dev.holdfast.provider.ExecutionStatus;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a delivery ended, as a {@link WorkerListener} sees it.
 *
 * @param outcome what came of it
 * @param arrival how the worker came by it
 * @param took how long it was processed, calls to the store included
 * @param waited how long the first message of a turn could have been delivered before it was; null
 *     for an activity, and for a turn that was stored with the message that caused it
 * @param status what a stored turn made of its execution; null where it goes on, and for an
 *     activity
 * @param fromMemory whether a turn went on with an execution that was in memory, and did not have
 *     to be replayed; null where nothing had to be brought back, for an activity, and where the
 *     engine does not tell
 * @param attempt which attempt of an activity it was, from 1, by the engine's count; 0 where it
 *     does not tell, and for a turn
 */
public record WorkEnd(
    Outcome outcome,
    Arrival arrival,
    Duration took,
    @Nullable Duration waited,
    @Nullable ExecutionStatus status,
    @Nullable Boolean fromMemory,
    int attempt) {

  /** Checks the parts. */
  public WorkEnd {
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(arrival, "arrival");
    Objects.requireNonNull(took, "took");
  }

  /** What came of a delivery. */
  public enum Outcome {
    /** Its result is stored. */
    STORED,
    /**
     * The failure of an activity is stored; its orchestration decides whether it is tried again.
     */
    FAILED,
    /** It was given back to the store, and will be delivered again. */
    GIVEN_BACK,
    /** Its lock was lost: cancelled, or taken over. What was done is not stored. */
    LOCK_LOST
  }

  /** How a worker comes by its work. */
  public enum Arrival {
    /** By a fetch. */
    FETCHED,
    /** A call of this worker made it ready, and brought it along. */
    EAGER,
    /** A turn that was computed ahead, and stored together with its message. */
    AHEAD
  }

  /** {@return whether a result was stored} */
  public boolean isStored() {
    return outcome == Outcome.STORED || outcome == Outcome.FAILED;
  }
}
