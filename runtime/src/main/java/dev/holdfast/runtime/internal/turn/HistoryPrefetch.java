// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Decides how much history a fetch brings along. Parked executions need the first event only, so
 * more is asked for only while executions had to be replayed lately.
 */
final class HistoryPrefetch {

  private static final int WHEN_REPLAYING = 64;

  /** The first event, by which a parked execution is recognised. */
  private static final int WHEN_PARKED = 1;

  private static final int MEMORY = 32;

  private final AtomicInteger recentMisses = new AtomicInteger();

  /** {@return how many events the next instances are to bring} */
  int events() {
    return recentMisses.get() > 0 ? WHEN_REPLAYING : WHEN_PARKED;
  }

  /** Notes that an execution went on from where it was parked. */
  void hit() {
    if (recentMisses.get() > 0) {
      recentMisses.decrementAndGet();
    }
  }

  /** Notes that an execution had to be replayed. */
  void miss() {
    recentMisses.set(MEMORY);
  }
}
