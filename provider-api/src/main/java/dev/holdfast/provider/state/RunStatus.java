// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * Where a {@link Run} stands. Which status may follow which is the store's to keep: whatever the
 * writer believes, a row moves only along {@link #mayBecome} (RUN-04, RUN-05).
 */
public enum RunStatus {
  /** Made, and not begun. */
  SCHEDULED,
  /** Steps are being worked on. */
  RUNNING,
  /** Waits for something from outside, with a {@link Suspension}. */
  SUSPENDED,
  /** Held by an operator. */
  PAUSED,
  /** Somebody is bringing it back on its way after a crash or a failure. */
  RECOVERING,
  /** Ended well, for good. */
  COMPLETED,
  /** Ended with an error; only {@link RestartRun} leads on from here. */
  FAILED,
  /** Ended before it was done, for good. */
  CANCELLED;

  /** {@return whether it has ended: final or failed} */
  public boolean isEnded() {
    return isFinal() || this == FAILED;
  }

  /** {@return whether it takes no change any more (RUN-07)} */
  public boolean isFinal() {
    return this == COMPLETED || this == CANCELLED;
  }

  /** {@return whether {@link CreateRun} may make a run with it (RUN-01)} */
  public boolean mayBegin() {
    return this == SCHEDULED || this == RUNNING;
  }

  /**
   * Tells whether a {@link RunChange} may lead from this status to another one. A failed run takes
   * none: it becomes recovering by {@link RestartRun} only (RUN-12). No status follows itself.
   *
   * @param to the other status
   * @return whether the change is applied (RUN-04) or refused (RUN-05)
   */
  public boolean mayBecome(RunStatus to) {
    return following().contains(to);
  }

  /** {@return the word of errors and tools, such as {@code running}} */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  private Set<RunStatus> following() {
    return switch (this) {
      case SCHEDULED -> EnumSet.of(RUNNING, FAILED, CANCELLED);
      case RUNNING -> EnumSet.of(SUSPENDED, PAUSED, RECOVERING, COMPLETED, FAILED, CANCELLED);
      case SUSPENDED, PAUSED -> EnumSet.of(RUNNING, RECOVERING, FAILED, CANCELLED);
      case RECOVERING -> EnumSet.of(RUNNING, SUSPENDED, COMPLETED, FAILED, CANCELLED);
      case FAILED, COMPLETED, CANCELLED -> EnumSet.noneOf(RunStatus.class);
    };
  }
}
