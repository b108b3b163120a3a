// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.record;

import dev.holdfast.provider.LockToken;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One acquisition of a lock and every call that was made with its token. Not thread-safe; a {@link
 * Recording} guards it.
 */
final class Tenure {

  final LockToken token;
  final Span fetch;
  final Duration lockFor;
  final Delivery delivery;
  final List<Use> uses = new ArrayList<>();

  Tenure(LockToken token, Span fetch, Duration lockFor, Delivery delivery) {
    this.token = token;
    this.fetch = fetch;
    this.lockFor = lockFor;
    this.delivery = delivery;
  }

  /**
   * When a call was made: tickets give the order in which calls began and ended, instants the
   * store's time.
   *
   * @param began ticket of its beginning
   * @param ended ticket of its end
   * @param before the store's time before it
   * @param after the store's time after it
   */
  record Span(long began, long ended, Instant before, Instant after) {}

  /**
   * What was delivered.
   *
   * @param messages the batch, by the bodies of its messages; nothing for an activity
   * @param lastEventId the last event of the history
   * @param deliveryCount which delivery it was
   */
  record Delivery(List<String> messages, long lastEventId, int deliveryCount) {}

  /** What was done with a token. */
  enum Kind {
    ACK,
    ABANDON,
    ABANDON_UNCOUNTED,
    RENEW
  }

  /** How it ended. */
  enum Outcome {
    ACCEPTED,
    ALREADY_APPLIED,
    LOCK_LOST
  }

  /**
   * One call with the token.
   *
   * @param kind what was done
   * @param outcome how it ended
   * @param span when
   * @param extendFor for renewals, else zero
   */
  record Use(Kind kind, Outcome outcome, Span span, Duration extendFor) {
    boolean releases() {
      return kind != Kind.RENEW && outcome == Outcome.ACCEPTED;
    }

    @Override
    public String toString() {
      return kind + " -> " + outcome;
    }
  }

  /** The call that released the lock. */
  Optional<Use> release() {
    return uses.stream().filter(Use::releases).findFirst();
  }

  /** Whether the ack of this tenure was applied. */
  boolean applied() {
    return release().map(use -> use.kind() == Kind.ACK).orElse(false);
  }

  /** A moment of store time before which the lock has not ended by itself. */
  Instant heldAtLeastUntil() {
    Instant end = fetch.before().plus(lockFor);
    for (Use use : uses) {
      Instant renewed = use.span().before().plus(use.extendFor());
      if (use.kind() == Kind.RENEW && use.outcome() == Outcome.ACCEPTED && renewed.isAfter(end)) {
        end = renewed;
      }
    }
    return end;
  }

  /**
   * A moment of store time at which the lock had ended by itself, unless one of the other calls
   * prolonged it.
   */
  Instant endedAtTheLatest(Use asked) {
    Instant end = fetch.after().plus(lockFor);
    for (Use use : uses) {
      Instant renewed = use.span().after().plus(use.extendFor());
      boolean mayHaveComeFirst = !use.equals(asked) && use.span().began() < asked.span().ended();
      if (use.kind() == Kind.RENEW && mayHaveComeFirst && renewed.isAfter(end)) {
        end = renewed;
      }
    }
    return end;
  }

  @Override
  public String toString() {
    return "%s fetched in %s, delivery %d, messages %s, then %s"
        .formatted(
            token,
            fetch,
            delivery.deliveryCount(),
            delivery.messages(),
            uses.isEmpty() ? "nothing" : uses);
  }
}
