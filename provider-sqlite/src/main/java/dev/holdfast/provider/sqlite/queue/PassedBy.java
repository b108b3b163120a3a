// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far the fetches with one filter have read: nothing up to a place in the line passes the
 * filter. Whatever becomes ready later has a place after that, because every write that makes
 * something ready takes its moment from the clock while it alone writes. The other parts cover the
 * exceptions.
 *
 * @param upTo the place
 * @param seenAt the store's now of the last poll, in microseconds since 1970
 * @param givenBack what had been given back by then, see {@link ActivityTable#givenBack}
 * @param revisitAt when something that was passed by may come to pass the filter by itself, in
 *     microseconds since 1970
 * @param begunAt when the line was last read from its start, by the clock of the process
 */
record PassedBy(Position upTo, long seenAt, long givenBack, long revisitAt, long begunAt) {

  /**
   * After this time the line is read from its start again, for the case that the clock was set back
   * and has caught up unnoticed.
   */
  private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(30).toNanos();

  /** Returns that nothing was read yet. */
  static PassedBy nothing() {
    return new PassedBy(Position.START, Long.MIN_VALUE, 0, Long.MAX_VALUE, System.nanoTime());
  }

  /** {@return what of it is still true} */
  PassedBy at(long now, long givenBackByNow) {
    boolean clockSetBack = now < seenAt;
    if (clockSetBack || now >= revisitAt || System.nanoTime() - begunAt > LOOK_AGAIN_NANOS) {
      return nothing();
    }
    // Something may have been given back in the very moment of the poll.
    return upTo.readyAt() >= seenAt && givenBack != givenBackByNow
        ? new PassedBy(upTo.startOfMoment(), seenAt, givenBackByNow, revisitAt, begunAt)
        : this;
  }

  /** {@return when something that was passed by may pass the filter by itself; null for never} */
  @Nullable Long revisitAtOrNull() {
    return revisitAt == Long.MAX_VALUE ? null : revisitAt;
  }

  /** {@return the same after a poll} */
  PassedBy lookedAt(Position newUpTo, long now, long givenBackByNow, long newRevisitAt) {
    return new PassedBy(newUpTo, now, givenBackByNow, Math.min(revisitAt, newRevisitAt), begunAt);
  }
}
