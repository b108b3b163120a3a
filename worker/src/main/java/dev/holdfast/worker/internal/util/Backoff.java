// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal.util;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Growing waits between repetitions, with jitter so that many callers do not come back at once. */
public final class Backoff {

  private final long firstNanos;
  private final long maxNanos;
  private long nextNanos;

  /** Waits that begin with {@code first} and double up to {@code max}. */
  public Backoff(Duration first, Duration max) {
    firstNanos = first.toNanos();
    maxNanos = max.toNanos();
    nextNanos = firstNanos;
  }

  /** {@return the next wait: between half of the current step and all of it} */
  public Duration next() {
    long step = nextNanos;
    nextNanos = Math.min(maxNanos, nextNanos * 2);
    return Duration.ofNanos(step / 2 + ThreadLocalRandom.current().nextLong(step / 2 + 1));
  }

  /** Begins again with the first wait. */
  public void reset() {
    nextNanos = firstNanos;
  }
}
