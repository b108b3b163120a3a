// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.time.Duration;
import java.time.Instant;

/**
 * When a message is to be delivered. A provider turns it into {@code visibleAt} by the store's
 * clock when it stores the message (CLOCK-08); a moment in the past means now (QUEUE-03).
 */
public sealed interface Due {

  /** {@return the due time "now"} */
  static Due now() {
    return Now.INSTANCE;
  }

  /**
   * Returns a due time at a moment of the store's clock.
   *
   * @param instant the moment, in the years 1 to 9999; finer digits than microseconds are cut off
   * @return the due time
   * @throws ProviderError.InvalidRequest when the moment is out of range
   */
  static Due at(Instant instant) {
    return new At(instant);
  }

  /**
   * Returns a due time after a duration, counted from the store's time of the call that stores the
   * message.
   *
   * @param delay the duration, zero or more
   * @return the due time
   * @throws ProviderError.InvalidRequest when the duration is negative
   */
  static Due in(Duration delay) {
    return new In(delay);
  }

  /** At once. */
  enum Now implements Due {
    /** The only value. */
    INSTANCE
  }

  /**
   * At a moment of the store's clock. Every delivered message carries this form, with its {@code
   * visibleAt}.
   *
   * @param instant the moment
   */
  record At(Instant instant) implements Due {
    /**
     * Checks the range and cuts to microseconds.
     *
     * @throws ProviderError.InvalidRequest when the moment is out of range (QUEUE-05)
     */
    public At {
      instant = Checks.instant("Due.At", "instant", instant);
    }
  }

  /**
   * After a duration, counted by the store's clock.
   *
   * @param delay the duration
   */
  record In(Duration delay) implements Due {
    /**
     * Checks the duration.
     *
     * @throws ProviderError.InvalidRequest when it is negative
     */
    public In {
      Checks.notNegative("Due.In", "delay", delay);
    }
  }
}
