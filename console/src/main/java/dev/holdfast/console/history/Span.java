// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.history;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Something that an execution has asked for, from that event to the one that ended it.
 *
 * @param kind what it is
 * @param name its name, for people
 * @param attempt which attempt of a retry policy it is, from 1
 * @param startEvent the event that asked for it
 * @param startAt when that was recorded
 * @param due when a timer is due, null for others
 * @param instanceId the child, null for others
 * @param endEvent the event that ended it, null while it is open
 * @param endAt when that was recorded
 * @param outcome how it ended
 */
public record Span(
    Kind kind,
    String name,
    int attempt,
    long startEvent,
    Instant startAt,
    @Nullable Instant due,
    @Nullable String instanceId,
    @Nullable Long endEvent,
    @Nullable Instant endAt,
    Outcome outcome) {

  /** What an execution may ask for. */
  public enum Kind {
    /** An activity, one attempt of it. */
    ACTIVITY,
    /** A timer. */
    TIMER,
    /** A child. */
    CHILD
  }

  /** How it may end. */
  public enum Outcome {
    /** Not yet. */
    OPEN,
    /** As it should. */
    DONE,
    /** With a failure. */
    FAILED,
    /** It was given up. */
    CANCELLED
  }

  Span ended(long event, Instant at, Outcome how) {
    return new Span(kind, name, attempt, startEvent, startAt, due, instanceId, event, at, how);
  }
}
