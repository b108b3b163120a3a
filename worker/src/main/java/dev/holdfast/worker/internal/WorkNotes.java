// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.worker.ActivityResult;
import dev.holdfast.worker.TurnOutput;
import dev.holdfast.worker.WorkEnd;
import dev.holdfast.worker.WorkEnd.Arrival;
import dev.holdfast.worker.WorkEnd.Outcome;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of one piece of work, for listeners. Without any there is one object for all work,
 * which takes note of nothing. Thread-safe; what is stored is noted by the thread that does the
 * work.
 */
class WorkNotes {

  /** For workers without listeners. */
  static final WorkNotes UNHEARD =
      new WorkNotes(Arrival.FETCHED, null) {
        @Override
        void stored(TurnOutput output) {}

        @Override
        void stored(ActivityResult.Done done) {}

        @Override
        void lockLost() {}

        @Override
        void fromMemory(boolean was) {}
      };

  private final Arrival arrival;
  private final @Nullable Duration waited;
  private volatile Outcome outcome = Outcome.GIVEN_BACK;
  private @Nullable ExecutionStatus status;
  private @Nullable Boolean fromMemory;
  private int attempt;

  /**
   * Begins with work that has just come.
   *
   * @param waited how long it could have come before, null where that is not known
   */
  WorkNotes(Arrival arrival, @Nullable Duration waited) {
    this.arrival = arrival;
    this.waited = waited;
  }

  void stored(TurnOutput output) {
    status = output.metadata().status();
    outcome = Outcome.STORED;
  }

  void stored(ActivityResult.Done done) {
    attempt = done.attempt();
    outcome = done.failed() ? Outcome.FAILED : Outcome.STORED;
  }

  void lockLost() {
    if (outcome == Outcome.GIVEN_BACK) {
      outcome = Outcome.LOCK_LOST;
    }
  }

  void fromMemory(boolean was) {
    fromMemory = was;
  }

  /** {@return how the work ended} */
  WorkEnd end(Duration took) {
    return new WorkEnd(outcome, arrival, took, waited, status, fromMemory, attempt);
  }
}
