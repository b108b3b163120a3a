// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;

/** Moments at which timers may fire. */
final class Moments {

  /** The latest moment for a timer; the store's clock reaches a little further. */
  static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");

  private Moments() {}

  /**
   * Returns a moment from now, now at the earliest and {@link #LATEST} at the latest. Rounded up to
   * microseconds, since the store cuts it off to those: a short wait must not become none.
   */
  static Instant after(Instant now, Duration delay) {
    if (!delay.isPositive()) {
      return now;
    }
    try {
      Instant moment = now.plus(delay).plusNanos(999);
      return moment.isBefore(LATEST) ? moment : LATEST;
    } catch (DateTimeException | ArithmeticException e) {
      return LATEST;
    }
  }
}
