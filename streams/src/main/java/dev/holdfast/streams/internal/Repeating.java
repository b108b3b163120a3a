// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does something at once and then again and again, in a thread of its own, until it is closed. What
 * fails is logged, and tried again at the next time. Thread-safe.
 */
public final class Repeating implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Repeating.class);

  private final CountDownLatch closed = new CountDownLatch(1);

  private Repeating() {}

  /** Starts it. */
  public static Repeating start(String what, Duration every, Runnable action) {
    if (every.isNegative() || every.isZero()) {
      throw new IllegalArgumentException("every " + every + "; it has to be above zero");
    }
    Repeating repeating = new Repeating();
    Thread.ofPlatform()
        .daemon()
        .name("verify-" + what.replace(' ', '-'))
        .start(() -> repeating.run(what, every, action));
    return repeating;
  }

  private void run(String what, Duration every, Runnable action) {
    try {
      do {
        try {
          action.run();
        } catch (RuntimeException e) {
          LOG.warn("{} could not be verified: {}", what, e.toString());
        }
      } while (!closed.await(every.toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends it behind what is under way. */
  @Override
  public void close() {
    closed.countDown();
  }
}
