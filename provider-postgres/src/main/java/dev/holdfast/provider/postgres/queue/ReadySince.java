// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import java.time.Duration;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Since when what is ready in a queue has been ready, as far as this handle knows. A fetch that
 * begins there does not walk along the index entries of all that was served since the last vacuum,
 * and a filtered fetch not along all work of other code.
 *
 * <p>It is a guess: a slow transaction can still add something older, and so can one that is rolled
 * back. The slack covers most of these cases, and a poll of the whole queue, once in a while, the
 * rest. The longer a poll of the whole queue takes, the less often it is made. Thread-safe.
 */
final class ReadySince {

  private static final long SLACK_MICROS = 250_000;
  private static final long LOOK_AT_ALL_NANOS = Duration.ofSeconds(1).toNanos();

  /** Polls of the whole queue take at most one part in so many of the time. */
  private static final long SHARE = 20;

  private long since;
  private long nextLookAtAll = System.nanoTime();

  /** Decides where the next fetch begins. */
  synchronized Look next() {
    long now = System.nanoTime();
    if (now - nextLookAtAll < 0) {
      return new Look(since, now);
    }
    nextLookAtAll = now + LOOK_AT_ALL_NANOS;
    return new Look(0, now);
  }

  /**
   * Tells since when the oldest of what a fetch has served was ready; or now, when there was
   * nothing.
   */
  synchronized void served(long readyAt) {
    since = Math.max(0, readyAt - SLACK_MICROS);
  }

  private synchronized void lookedAtAll(long nanos) {
    nextLookAtAll += nanos * SHARE;
  }

  /** One fetch. */
  final class Look {
    private final long since;
    private final long began;

    private Look(long since, long began) {
      this.since = since;
      this.began = began;
    }

    /** {@return where it begins, in microseconds; 0 for a poll of the whole queue} */
    long since() {
      return since;
    }

    /** Tells that the call has ended. */
    void ended() {
      if (since == 0) {
        lookedAtAll(System.nanoTime() - began);
      }
    }
  }

  /**
   * The same for each filter, of those that were used last. Callers without a filter take anything.
   * Thread-safe.
   *
   * @param <F> a filter
   */
  static final class ByCode<F> {
    private static final int MOST = 32;

    private final ReadySince any = new ReadySince();
    private final LinkedHashMap<F, ReadySince> byFilter = new LinkedHashMap<>(16, 0.75f, true);

    ReadySince of(@Nullable F filter) {
      if (filter == null) {
        return any;
      }
      synchronized (byFilter) {
        ReadySince known = byFilter.computeIfAbsent(filter, any -> new ReadySince());
        if (byFilter.size() > MOST) {
          byFilter.pollFirstEntry();
        }
        return known;
      }
    }
  }
}
