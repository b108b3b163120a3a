// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.ProviderError;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** Rides out short disturbances of the store, and gives way to those who were faster. */
public final class Patience {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
  private static final long FIRST_BACKOFF_MICROS = 500;
  private static final long LONGEST_BACKOFF_MICROS = 100_000;

  private final Duration patience;

  /** Repeats calls for so long. */
  public Patience(Duration patience) {
    this.patience = patience;
  }

  /** Makes a call that may be repeated safely. */
  public <T> T call(Supplier<T> call) {
    long deadline = System.nanoTime() + patience.toNanos();
    Duration pause = FIRST_PAUSE;
    while (true) {
      try {
        return call.get();
      } catch (ProviderError.Retryable e) {
        if (System.nanoTime() - deadline >= 0 || !slept(pause)) {
          throw e;
        }
        pause = pause.multipliedBy(2);
        pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
      }
    }
  }

  /** Waits after a conflict, longer after each; returns whether it was left in peace. */
  static boolean backOff(int attempt) {
    long most = Math.min(FIRST_BACKOFF_MICROS << Math.min(attempt, 20), LONGEST_BACKOFF_MICROS);
    // Those who met once would meet again if they came back together.
    return slept(Duration.ofNanos(1_000L * ThreadLocalRandom.current().nextLong(1, most + 1)));
  }

  private static boolean slept(Duration pause) {
    try {
      Thread.sleep(pause);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
