// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import java.time.Duration;

/**
 * Since when what is ready in a queue has been ready, as far as this handle knows. A fetch that
 * begins there does not walk along the index entries of all that was served since the last vacuum.
 *
 * <p>It is a guess: a transaction that took its time can still add something older, and so can one
 * that was rolled back. The slack covers most of it, and a look at all of the queue, once in a
 * while, the rest. Thread-safe.
 */
final class ReadySince {

  private static final long SLACK_MICROS = 250_000;
  private static final long LOOK_AT_ALL_NANOS = Duration.ofSeconds(1).toNanos();

  private long since;
  private long lookedAtAll = System.nanoTime() - LOOK_AT_ALL_NANOS;

  /** Where the next fetch begins, in microseconds; 0 for a look at everything. */
  synchronized long next() {
    long now = System.nanoTime();
    if (now - lookedAtAll < LOOK_AT_ALL_NANOS) {
      return since;
    }
    lookedAtAll = now;
    return 0;
  }

  /**
   * Tells since when the oldest of what a fetch has served was ready; or now, when there was
   * nothing.
   */
  synchronized void served(long readyAt) {
    since = Math.max(0, readyAt - SLACK_MICROS);
  }
}
