// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.retention;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Retention that runs now and again, until it is closed. Thread-safe. */
public final class RetentionService implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RetentionService.class);

  private final Duration every;
  private final Supplier<RetentionReport> run;
  private final AtomicReference<@Nullable RetentionReport> last = new AtomicReference<>();
  private final Thread thread;
  private volatile boolean closed;

  private RetentionService(Duration every, Supplier<RetentionReport> run) {
    this.every = every;
    this.run = run;
    thread = new Thread(this::loop, "holdfast-retention");
    thread.setDaemon(true);
  }

  static RetentionService start(Duration every, Supplier<RetentionReport> run) {
    RetentionService service = new RetentionService(every, run);
    service.thread.start();
    return service;
  }

  /** {@return what went the last time, empty before the first} */
  public Optional<RetentionReport> last() {
    return Optional.ofNullable(last.get());
  }

  private void loop() {
    while (!closed) {
      try {
        RetentionReport report = run.get();
        last.set(report);
        if (!report.isNothing()) {
          LOG.info("retention: {}", report);
        }
      } catch (Throwable e) {
        LOG.warn("retention failed; it is tried again in {}", every, e);
      }
      try {
        Thread.sleep(every);
      } catch (InterruptedException e) {
        LOG.trace("retention was interrupted");
      }
    }
  }

  /** Stops after the transaction that is under way, and waits for that. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
