// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The store's time, as far as it is known without asking: that of the last delivery, and what has
 * passed since. It lags by as long as the delivery took to arrive, and is never ahead of a store
 * whose clock goes on steadily. Unknown until a delivery comes, some time after the last one, and
 * when the clocks of this machine disagree on how much has passed: it was asleep, or its time was
 * set. Thread-safe.
 */
final class StoreClock {

  /** Clocks drift apart: after so long without a delivery the time is not known any more. */
  static final Duration KNOWN_FOR = Duration.ofMinutes(1);

  /** For so long a delivery that took longer to arrive than the one before does not count. */
  static final Duration BEST_FOR = Duration.ofSeconds(1);

  /** So much more or less has passed by one clock of this machine than by the other at most. */
  static final Duration DISAGREEMENT = Duration.ofMillis(500);

  private final LongSupplier nanoTime;
  private final LongSupplier wallMillis;
  private final AtomicReference<@Nullable Observation> last = new AtomicReference<>();

  StoreClock(LongSupplier nanoTime, LongSupplier wallMillis) {
    this.nanoTime = nanoTime;
    this.wallMillis = wallMillis;
  }

  private record Observation(Instant store, long nanos, long wall) {
    Duration age(long nanosNow) {
      return Duration.ofNanos(nanosNow - nanos);
    }

    Instant at(long nanosNow) {
      return store.plus(age(nanosNow));
    }
  }

  /** Takes note of the store's time of a delivery that has just come. */
  void observed(Instant storeTime) {
    long nanos = nanoTime.getAsLong();
    Observation now = new Observation(storeTime, nanos, wallMillis.getAsLong());
    last.updateAndGet(before ->
        before == null
                || before.age(nanos).compareTo(BEST_FOR) > 0
                || !before.at(nanos).isAfter(storeTime)
            ? now
            : before);
  }

  /**
   * {@return the store's time, in whole microseconds as stores have it; null when it is unknown}
   */
  @Nullable Instant now() {
    Observation known = last.get();
    if (known == null) {
      return null;
    }
    long nanos = nanoTime.getAsLong();
    Duration age = known.age(nanos);
    Duration byWall = Duration.ofMillis(wallMillis.getAsLong() - known.wall());
    if (age.compareTo(KNOWN_FOR) >= 0 || byWall.minus(age).abs().compareTo(DISAGREEMENT) > 0) {
      return null;
    }
    return known.at(nanos).truncatedTo(ChronoUnit.MICROS);
  }
}
