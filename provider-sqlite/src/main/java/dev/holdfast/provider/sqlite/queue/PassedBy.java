// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far the fetches with one filter have looked: nothing up to a place in the line passes the
 * filter. Whatever becomes ready later stands behind that place, because every write that makes
 * something ready takes its moment from the clock while it alone writes; but for what is told by
 * the other parts.
 *
 * @param upTo the place
 * @param seenAt the store's now of the last look, in microseconds since 1970
 * @param givenBack what had been given back by then, see {@link ActivityTable#givenBack}
 * @param revisitAt when something that was passed by may come to pass the filter by itself, in
 *     microseconds since 1970
 * @param begunAt when the line was last looked at from its start, by the clock of the process
 */
record PassedBy(Position upTo, long seenAt, long givenBack, long revisitAt, long begunAt) {

  /** A clock that was set back and has caught up unseen is made up for by then. */
  private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(30).toNanos();

  /** Nothing was looked at. */
  static PassedBy nothing() {
    return new PassedBy(Position.START, Long.MIN_VALUE, 0, Long.MAX_VALUE, System.nanoTime());
  }

  /** What of it still holds. */
  PassedBy at(long now, long givenBackByNow) {
    boolean clockSetBack = now < seenAt;
    if (clockSetBack || now >= revisitAt || System.nanoTime() - begunAt > LOOK_AGAIN_NANOS) {
      return nothing();
    }
    // Something may have been given back in the very moment of the look.
    return upTo.readyAt() >= seenAt && givenBack != givenBackByNow
        ? new PassedBy(upTo.startOfMoment(), seenAt, givenBackByNow, revisitAt, begunAt)
        : this;
  }

  /** When something may come to pass the filter by itself; null for never. */
  @Nullable Long revisitAtOrNull() {
    return revisitAt == Long.MAX_VALUE ? null : revisitAt;
  }

  /** The same after a look. */
  PassedBy lookedAt(Position newUpTo, long now, long givenBackByNow, long newRevisitAt) {
    return new PassedBy(newUpTo, now, givenBackByNow, Math.min(revisitAt, newRevisitAt), begunAt);
  }
}
