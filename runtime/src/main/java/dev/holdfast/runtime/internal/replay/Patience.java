// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Until when an engine waits for code. Immutable. */
final class Patience {

  /**
   * So often the code is let run before a timer is set for it, which costs more than most code
   * takes.
   */
  private static final int YIELDS = 3;

  /** For as long as it takes. */
  static final Patience ENDLESS = new Patience(false, 0);

  private final boolean ends;
  private final long until;

  private Patience(boolean ends, long until) {
    this.ends = ends;
    this.until = until;
  }

  /** Waits for so long, from now. */
  static Patience of(Duration atMost) {
    return new Patience(true, System.nanoTime() + atMost.toNanos());
  }

  /**
   * Waits for a permit. An interrupt is kept for the caller and does not end this.
   *
   * @return whether it came in time
   */
  boolean acquire(Semaphore permits) {
    if (!ends) {
      permits.acquireUninterruptibly();
      return true;
    }
    for (int i = 0; i < YIELDS; i++) {
      if (permits.tryAcquire()) {
        return true;
      }
      Thread.yield();
    }
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return permits.tryAcquire(until - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
