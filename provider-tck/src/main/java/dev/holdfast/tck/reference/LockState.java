// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The lock of one instance or activity: who holds it, from when it is free, how often it was taken.
 * Guarded by the store's lock.
 */
final class LockState {

  private long epoch;
  private boolean held;
  private Instant freeFrom = Instant.MIN;
  private long freedNumber;
  private int deliveries;
  private @Nullable Long lastAcked;

  /** Whether nobody holds it and no delay keeps it back. */
  boolean isFree(Instant now) {
    return !now.isBefore(freeFrom);
  }

  /**
   * Whether this epoch took it last and has neither acked nor abandoned; its end may have passed.
   */
  boolean isCurrent(long candidate) {
    return held && epoch == candidate;
  }

  /** Whether this epoch holds it now. */
  boolean isLive(long candidate, Instant now) {
    return isCurrent(candidate) && now.isBefore(freeFrom);
  }

  /** Whether this epoch was the last one acked. */
  boolean wasAckedBy(long candidate) {
    return lastAcked != null && lastAcked == candidate;
  }

  /** Whether it says anything about a present or failed holder, or about a delay. */
  boolean isInUse(Instant now) {
    return held || deliveries > 0 || !isFree(now);
  }

  void acquire(long newEpoch, Instant until) {
    epoch = newEpoch;
    held = true;
    freeFrom = until;
    deliveries++;
  }

  void extend(Instant until) {
    if (until.isAfter(freeFrom)) {
      freeFrom = until;
    }
  }

  void acked(Instant now, long number) {
    lastAcked = epoch;
    deliveries = 0;
    free(now, number);
  }

  void abandoned(Instant until, boolean countDelivery, long number) {
    if (!countDelivery) {
      deliveries--;
    }
    free(until, number);
  }

  private void free(Instant from, long number) {
    held = false;
    freeFrom = from;
    freedNumber = number;
  }

  /** The end of a live lock; null when there is none. */
  @Nullable Instant lockedUntil(Instant now) {
    return held && now.isBefore(freeFrom) ? freeFrom : null;
  }

  /** The end of the delay of an abandon; null when none keeps it back. */
  @Nullable Instant heldUntil(Instant now) {
    return !held && now.isBefore(freeFrom) ? freeFrom : null;
  }

  long epoch() {
    return epoch;
  }

  int deliveries() {
    return deliveries;
  }

  Instant freeFrom() {
    return freeFrom;
  }

  /** When it was given back last, as a number that grows with every change of the store. */
  long freedNumber() {
    return freedNumber;
  }

  @Override
  public String toString() {
    return "epoch=%d held=%s freeFrom=%s deliveries=%d lastAcked=%s"
        .formatted(epoch, held, freeFrom, deliveries, lastAcked);
  }
}
