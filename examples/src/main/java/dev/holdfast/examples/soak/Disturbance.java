// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.soak;

import java.time.Duration;
import java.util.Random;

/** Something that is done again and again at random moments. Used by one thread. */
final class Disturbance {

  private final Duration mean;
  private final Random random;
  private final long end;
  private long next;

  /**
   * Plans the first one.
   *
   * @param mean the mean time between two, zero for never
   * @param end when none is planned any more, by {@link System#nanoTime}
   */
  Disturbance(Duration mean, Random random, long end) {
    this.mean = mean;
    this.random = random;
    this.end = end;
    plan();
  }

  /** Whether it is time, or was before the end; then the next one is planned. */
  boolean isDue() {
    if (mean.isZero() || next - end > 0 || System.nanoTime() - next < 0) {
      return false;
    }
    plan();
    return true;
  }

  private void plan() {
    next = System.nanoTime() + (long) (mean.toNanos() * random.nextDouble(0.2, 1.8));
  }
}
