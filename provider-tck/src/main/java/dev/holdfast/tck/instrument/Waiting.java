// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.instrument;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** The only place of the kit where real time passes. Stateless. */
public final class Waiting {

  private static final long STEP_NANOS = 200_000;

  private Waiting() {}

  /**
   * Lets real time pass, at least as much as asked for.
   *
   * @param duration how long
   */
  public static void realTime(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    for (long left = duration.toNanos(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /**
   * Waits until something is so.
   *
   * @param condition what is waited for
   * @param limit how long at most
   * @return whether it came to be so
   */
  public static boolean until(BooleanSupplier condition, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end >= 0) {
        return false;
      }
      LockSupport.parkNanos(STEP_NANOS);
    }
    return true;
  }
}
