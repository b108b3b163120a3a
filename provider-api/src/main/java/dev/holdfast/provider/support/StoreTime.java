// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import dev.holdfast.provider.internal.Checks;
import java.time.Duration;
import java.time.Instant;

/**
 * Time as stores hold it: microseconds since 1970, as a {@code long}. Every storable instant (years
 * 1 to 9999) fits. Stateless.
 */
public final class StoreTime {

  /**
   * The latest storable moment, 9999-12-31T23:59:59.999999Z, in microseconds since 1970 (QUEUE-05).
   */
  public static final long MAX = toMicros(Checks.MAX_INSTANT);

  private StoreTime() {}

  /**
   * Converts an instant; finer digits are cut off towards the past (DATA-08).
   *
   * @param instant the instant
   * @return microseconds since 1970
   */
  public static long toMicros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1_000);
  }

  /**
   * Converts back.
   *
   * @param micros microseconds since 1970
   * @return the instant
   */
  public static Instant fromMicros(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L);
  }

  /**
   * Adds a duration to a moment; the result is no later than {@link #MAX}. A duration above zero
   * always leads to a later moment: parts of a microsecond count as a whole one, so that a lock
   * never ends earlier than it was asked for (EXPIRY-16).
   *
   * @param micros the moment
   * @param duration the duration, zero or more
   * @return the later moment
   */
  public static long plus(long micros, Duration duration) {
    if (duration.getSeconds() >= (MAX - micros) / 1_000_000L + 1) {
      return MAX;
    }
    long add = duration.getSeconds() * 1_000_000L + (duration.getNano() + 999) / 1_000;
    return Math.min(MAX, micros + add);
  }

  /**
   * Computes the time from one moment to a later one.
   *
   * @param fromMicros the earlier moment
   * @param toMicros the later moment
   * @return the duration between them
   */
  public static Duration between(long fromMicros, long toMicros) {
    return Duration.between(fromMicros(fromMicros), fromMicros(toMicros));
  }
}
