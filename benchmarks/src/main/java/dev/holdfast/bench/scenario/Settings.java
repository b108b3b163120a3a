// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.measure.ThreadChoice;
import java.time.Duration;

/**
 * How thoroughly to measure.
 *
 * @param rounds how often each case is measured; medians are quoted
 * @param measured how long one measurement counts
 * @param scale which part of the full size stores are filled to, 1 for all of it
 * @param threads on which threads callers run
 */
public record Settings(int rounds, Duration measured, double scale, ThreadChoice threads) {

  private static final int WARM_UP_PART = 4;
  private static final int FLOOR_PART = 2;
  private static final long LEAST = 10;

  /** How long to run before counting. */
  public Duration warmUp() {
    return measured.dividedBy(WARM_UP_PART);
  }

  /** How long the floor is measured, each time. */
  public Duration floorMeasured() {
    return measured.dividedBy(FLOOR_PART);
  }

  /** How large something is that has a size in full. */
  public long scaled(long full) {
    return Math.min(full, Math.max(LEAST, Math.round(full * scale)));
  }
}
