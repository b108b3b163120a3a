// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability;

import java.util.Objects;

/**
 * Something that is not as it should be, and what to do about it.
 *
 * @param kind what it is, for programs
 * @param severity what follows from it
 * @param text the same for people
 * @param whatToDo what an operator does about it
 */
public record Finding(Kind kind, Severity severity, String text, String whatToDo) {

  /** Checks the parts. */
  public Finding {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(severity, "severity");
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(whatToDo, "whatToDo");
  }

  /** What is found. */
  public enum Kind {
    /** The store does not answer. */
    STORE_UNREACHABLE,
    /** The store answers, and fails calls of one kind. */
    STORE_CALLS_FAIL,
    /** The worker is closed, or closes. */
    WORKER_CLOSED,
    /** A loop that takes work off a queue has ended. */
    LOOP_ENDED,
    /** A loop has been in one call for much longer than such a call takes. */
    LOOP_HANGS,
    /** Work is ready that no worker takes. */
    OLD_READY_WORK,
    /** Instances are delivered again and again. */
    REDELIVERED,
    /** Nothing will move these runs. */
    STUCK_RUNS,
    /** The rows of a projection are behind the log. */
    PROJECTION_LAG,
    /** A projection has set events aside. */
    PARKED_EVENTS,
    /** The clocks of this machine and of the store differ. */
    CLOCK_DIFFERENCE
  }

  /** What follows from a finding. */
  public enum Severity {
    /** It will not go away by itself: the process is to be started again. */
    NOT_LIVE,
    /** This process cannot do its work at present. */
    NOT_READY,
    /** Somebody is to look at it; no process is to be taken out because of it. */
    WARNING
  }
}
