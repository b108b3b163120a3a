// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.wait;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Says how far apart notifications are sent. What a caller tells who waits for an answer goes
 * almost at once; where calls are many, they are told together after the longest interval.
 *
 * <p>Moments are those of {@link System#nanoTime}. Thread-safe; two senders at once may send a
 * notification too many.
 */
final class Pace {

  /** The longest interval, and the time in which calls are counted. */
  static final long LONGEST_NANOS = Duration.ofMillis(15).toNanos();

  /** More calls than these within the longest interval are many. */
  static final int FEW = 20;

  /** While calls are few, the sender works one part in so many of the time at most. */
  static final int SHARE = 4;

  private final AtomicInteger calls = new AtomicInteger();
  private volatile long countedSince;
  private volatile long sent;
  private volatile long tookNanos;
  private volatile boolean many;

  Pace(long now) {
    countedSince = now;
    sent = now - LONGEST_NANOS;
  }

  /** Counts a call that has something to tell. */
  void called() {
    calls.incrementAndGet();
  }

  /** {@return the moment from which the next notification may be sent} */
  long next(long now) {
    int counted = calls.get();
    long elapsed = now - countedSince;
    if (elapsed >= LONGEST_NANOS) {
      many = counted > FEW * (elapsed / LONGEST_NANOS);
      calls.addAndGet(-counted);
      countedSince = now;
    } else if (counted > FEW) {
      many = true;
    }
    return sent + (many ? LONGEST_NANOS : Math.min(tookNanos * (SHARE - 1), LONGEST_NANOS));
  }

  /** Notes that a notification is being sent from now on. */
  void sending(long now) {
    sent = now;
  }

  /** Notes how long one took to send. */
  void took(long nanos) {
    tookNanos = nanos;
  }
}
