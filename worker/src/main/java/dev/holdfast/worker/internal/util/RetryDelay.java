// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal.util;

import java.time.Duration;

/** How long engines wait before the next attempt. */
public final class RetryDelay {

  private static final double NANOS = 1e9;

  private RetryDelay() {}

  /**
   * Computes the wait after a failed attempt; the same arguments have the same answer for ever,
   * because a replay computes it again.
   *
   * @param first the wait after the first failure
   * @param factor what each wait is multiplied with for the next, 1 or more
   * @param max the longest wait
   * @param attempt the attempt that failed, from 1
   * @return the wait
   */
  public static Duration after(Duration first, double factor, Duration max, int attempt) {
    if (attempt <= 1) {
      return first;
    }
    double nanos = nanos(first) * Math.pow(factor, attempt - 1.0);
    return nanos >= nanos(max)
        ? max
        : Duration.ofSeconds((long) (nanos / NANOS), (long) (nanos % NANOS));
  }

  private static double nanos(Duration duration) {
    return duration.getSeconds() * NANOS + duration.getNano();
  }
}
