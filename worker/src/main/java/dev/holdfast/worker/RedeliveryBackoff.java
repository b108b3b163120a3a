// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import java.time.Duration;

/**
 * How long work is kept back before it is delivered again: doubled with each delivery.
 *
 * @param first the first time; zero or more
 * @param max the longest time, not below the first
 */
public record RedeliveryBackoff(Duration first, Duration max) {

  /**
   * Checks the range.
   *
   * @throws IllegalArgumentException when it is no range of durations
   */
  public RedeliveryBackoff {
    if (first.isNegative() || max.compareTo(first) < 0) {
      throw new IllegalArgumentException(
          "the back-off %s to %s is not a range of durations".formatted(first, max));
    }
  }

  /**
   * Returns how long work is kept back after a delivery.
   *
   * @param deliveries how many there have been, from 1
   * @return how long the work is kept back
   */
  public Duration after(int deliveries) {
    Duration delay = first;
    for (int i = 1; i < deliveries && delay.compareTo(max) < 0; i++) {
      delay = delay.multipliedBy(2);
    }
    return delay.compareTo(max) > 0 ? max : delay;
  }
}
