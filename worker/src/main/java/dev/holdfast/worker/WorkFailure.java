// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Why a turn or an activity could not be done.
 *
 * @param reason the kind, which decides what the worker does
 * @param message what happened, for people
 * @param cause what was thrown, null when nothing was
 */
public record WorkFailure(Reason reason, String message, @Nullable Throwable cause) {

  /** Checks the parts. */
  public WorkFailure {
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(message, "message");
  }

  /**
   * Returns a failure for which nothing was thrown.
   *
   * @param reason the kind
   * @param message what happened
   * @return the failure
   */
  public static WorkFailure of(Reason reason, String message) {
    return new WorkFailure(reason, message, null);
  }

  /** The kinds of failures, and what becomes of the work. */
  public enum Reason {
    /** Delivered too often without a result, since its workers died at it: it is ended. */
    POISON,
    /** The store refused the result, and would refuse it in every delivery: it is ended. */
    REFUSED,
    /**
     * Its code is not here. It is given back at once and uncounted, and fetches ask for other work
     * for a while; with {@link Unrunnable#FAIL} it is tried again and ended at last.
     */
    UNREGISTERED,
    /**
     * What is stored cannot be read. It is given back uncounted for growing times; with {@link
     * Unrunnable#FAIL} it is tried again and ended at last.
     */
    UNREADABLE,
    /** The code does not fit what is stored: another version has to. As {@link #UNREADABLE}. */
    MISMATCHED,
    /**
     * What the result was computed from has been changed by somebody else meanwhile: its changes
     * have seen a row that is not there as they saw it. It is computed again at once; after several
     * times it is given back uncounted.
     */
    OUTDATED,
    /** Something unexpected was thrown: it is tried again, counted, and ended at last. */
    CRASHED
  }
}
