// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies again and again, in a thread of its own, until it is closed (ES-25). What fails is
 * logged, and tried again at the next time. Thread-safe.
 */
public final class VerificationWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(VerificationWatch.class);

  private final CountDownLatch closed = new CountDownLatch(1);

  private VerificationWatch() {}

  static VerificationWatch start(
      String name, Duration every, Supplier<Verification> verify, Consumer<Verification> listener) {
    if (every.isNegative() || every.isZero()) {
      throw new IllegalArgumentException("every " + every + "; it has to be above zero");
    }
    VerificationWatch watch = new VerificationWatch();
    Thread.ofPlatform()
        .daemon()
        .name("verify-" + name)
        .start(() -> watch.run(name, every, verify, listener));
    return watch;
  }

  private void run(
      String name, Duration every, Supplier<Verification> verify, Consumer<Verification> listener) {
    try {
      do {
        try {
          listener.accept(verify.get());
        } catch (RuntimeException e) {
          LOG.warn("projection {} could not be verified: {}", name, e.toString());
        }
      } while (!closed.await(every.toNanos(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends it behind the comparison that is under way. */
  @Override
  public void close() {
    closed.countDown();
  }
}
