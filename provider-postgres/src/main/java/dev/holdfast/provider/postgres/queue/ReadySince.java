// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import java.time.Duration;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Since when what is ready in a queue has been ready, as far as this handle knows. A fetch that
 * begins there does not walk along the index entries of all that was served since the last vacuum,
 * and one with code of its own not along all that others serve.
 *
 * <p>It is a guess: a transaction that took its time can still add something older, and so can one
 * that was rolled back. The slack covers most of it, and a look at all of the queue, once in a
 * while, the rest. A look at all that takes long is made less often. Thread-safe.
 */
final class ReadySince {

  private static final long SLACK_MICROS = 250_000;
  private static final long LOOK_AT_ALL_NANOS = Duration.ofSeconds(1).toNanos();

  /** A look at all takes at most one part in so many of the time. */
  private static final long SHARE = 20;

  private long since;
  private long nextLookAtAll = System.nanoTime();

  /** Where the next fetch begins. */
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

    /** Where it begins, in microseconds; 0 for a look at everything. */
    long since() {
      return since;
    }

    /** Tells that the store has looked. */
    void ended() {
      if (since == 0) {
        lookedAtAll(System.nanoTime() - began);
      }
    }
  }

  /**
   * The same for callers with different code; of the filters, those that were used last. Absent
   * code stands for callers that take anything. Thread-safe.
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
