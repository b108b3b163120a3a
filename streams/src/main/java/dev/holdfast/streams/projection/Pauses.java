// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.ProviderError;
import java.time.Duration;
import java.util.concurrent.CancellationException;

/** Waits, and minds interrupts. */
final class Pauses {

  private static final int MOST_RETRIES = 100;

  private Pauses() {}

  /** Waits; an interrupt ends the work of the caller. */
  static void pause(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  /** Leaves the thread interrupted, if that is how its code has ended. */
  static void keepInterrupt(Exception e) {
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits for the store; gives it up after so many failures of one piece of work. */
  static int retry(int retries, ProviderError.Retryable failure) {
    if (retries >= MOST_RETRIES) {
      throw failure;
    }
    pause(Duration.ofMillis(Math.min(1_000, 5L << Math.min(retries, 8))));
    return retries + 1;
  }
}
