// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.draw;

import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a step stands, as pictures show it. Immutable.
 *
 * @param status its status
 * @param attempt which attempt, from 1
 * @param duration how long the attempt took, or takes until now; absent when it has not begun
 * @param error the last error, or what a suspended step waits for; absent for none
 */
public record StepState(
    StepStatus status, int attempt, @Nullable Duration duration, @Nullable String error) {

  /** Requires the status. */
  public StepState {
    Objects.requireNonNull(status, "status");
  }

  /**
   * Makes it from a row. A step that its worker did not report as begun counts from when it was
   * scheduled.
   *
   * @param row the row
   * @param error the row's last error, absent for none
   * @param now the store's time
   * @return where the step stands; the error is left out unless it has failed or will be tried
   *     again
   */
  public static StepState of(StepSummary row, @Nullable String error, Instant now) {
    Instant begun = row.times().startedAt();
    if (begun == null) {
      begun = row.times().scheduledAt();
    }
    Instant end = row.times().endedAt();
    Duration duration = begun == null ? null : Duration.between(begun, end == null ? now : end);
    boolean show =
        switch (row.status()) {
          case FAILED, SCHEDULED, RUNNING, CANCELLED -> true;
          case IDLE, SUSPENDED, PAUSED, COMPLETED, SKIPPED -> false;
        };
    return new StepState(row.status(), row.attempt(), duration, show ? error : null);
  }
}
