// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Lets so many items begin in every stretch of time of one length, whenever it starts. Used by one
 * thread.
 */
final class LocalRate implements Pace {

  private final int most;
  private final long period;
  private final LongSupplier nanoTime;
  private final ArrayDeque<Long> begun = new ArrayDeque<>();

  LocalRate(int most, Duration period, LongSupplier nanoTime) {
    this.most = most;
    this.period = period.toNanos();
    this.nanoTime = nanoTime;
  }

  @Override
  public int await() throws InterruptedException {
    while (true) {
      long now = nanoTime.getAsLong();
      while (!begun.isEmpty() && now - begun.getFirst() >= period) {
        begun.removeFirst();
      }
      if (begun.size() < most) {
        return most - begun.size();
      }
      TimeUnit.NANOSECONDS.sleep(period - (now - begun.getFirst()));
    }
  }

  @Override
  public void began(int items) {
    long now = nanoTime.getAsLong();
    for (int i = 0; i < items; i++) {
      begun.addLast(now);
    }
  }
}
