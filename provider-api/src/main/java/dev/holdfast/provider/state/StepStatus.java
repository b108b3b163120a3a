// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * Where a {@link Step} stands. Which status may follow which is the store's to keep: whatever the
 * writer believes, a row moves only along {@link #mayBecome} (STEP-05, STEP-06).
 */
public enum StepStatus {
  /** Known, and nothing was asked of it in this attempt. */
  IDLE,
  /** To be done. */
  SCHEDULED,
  /** Being done. */
  RUNNING,
  /** Waits for something from outside, with a {@link Suspension}. */
  SUSPENDED,
  /** Held by an operator. */
  PAUSED,
  /** Done, with its outputs, for good. */
  COMPLETED,
  /** Its attempt failed; another one may be scheduled. */
  FAILED,
  /** Not to be done, for good. */
  SKIPPED,
  /** Ended before it was done, for good. */
  CANCELLED;

  /** {@return whether it has ended: final or failed} */
  public boolean isEnded() {
    return isFinal() || this == FAILED;
  }

  /**
   * {@return whether it takes no {@link StepChange} any more (STEP-06); only {@link RestartRun}
   * makes such a step begin again}
   */
  public boolean isFinal() {
    return this == COMPLETED || this == SKIPPED || this == CANCELLED;
  }

  /** {@return whether a step may be made with it (STEP-03)} */
  public boolean mayBegin() {
    return this == IDLE || this == SCHEDULED;
  }

  /**
   * Tells whether a {@link StepChange} may lead from this status to another one. Only scheduled may
   * follow itself.
   *
   * @param to the other status
   * @return whether the change is applied (STEP-05) or refused (STEP-06)
   */
  public boolean mayBecome(StepStatus to) {
    return following().contains(to);
  }

  /**
   * Tells whether a change to another status is another attempt (STEP-08).
   *
   * @param to the other status
   * @return true from running or failed to scheduled
   */
  public boolean beginsAttempt(StepStatus to) {
    return to == SCHEDULED && (this == RUNNING || this == FAILED);
  }

  /** {@return the word of errors and tools, such as {@code running}} */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  private Set<StepStatus> following() {
    return switch (this) {
      case IDLE -> EnumSet.of(SCHEDULED, RUNNING, SKIPPED, CANCELLED);
      case SCHEDULED ->
          EnumSet.of(SCHEDULED, RUNNING, SUSPENDED, COMPLETED, FAILED, SKIPPED, CANCELLED);
      case RUNNING -> EnumSet.of(SCHEDULED, SUSPENDED, PAUSED, COMPLETED, FAILED, CANCELLED);
      case SUSPENDED, PAUSED -> EnumSet.of(SCHEDULED, RUNNING, FAILED, CANCELLED);
      case FAILED -> EnumSet.of(SCHEDULED, CANCELLED);
      case COMPLETED, SKIPPED, CANCELLED -> EnumSet.noneOf(StepStatus.class);
    };
  }
}
