// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.worker.ActivityDelivery;
import dev.holdfast.worker.internal.util.WorkerThreads;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Runs the code of an activity that has to give signs of life on a thread of its own, so that the
 * delivery can end without it: code that hangs need not react to an interrupt. Thread-safe.
 */
final class WatchedCode {

  /** The code gave no sign of life for too long. It may still be running. */
  static final class SilentException extends Exception {
    private static final long serialVersionUID = 1L;

    private SilentException(Duration limit) {
      super("it gave no heartbeat for " + limit);
    }
  }

  private final WorkerThreads threads;

  WatchedCode(WorkerThreads threads) {
    this.threads = threads;
  }

  /**
   * Runs code, on the thread of its delivery.
   *
   * @param limit how long it may be silent
   * @return what it returned
   * @throws SilentException when it was silent for too long; it is interrupted and left alone
   * @throws Exception what it threw
   */
  <T extends @Nullable Object> T run(
      ActivityDelivery delivery, Heartbeat heartbeat, Duration limit, Callable<T> code)
      throws Exception {
    FutureTask<T> task = new FutureTask<>(code);
    Map<String, String> mdc = MDC.getCopyOfContextMap();
    Thread thread =
        threads.virtual(
            Thread.currentThread().getName(),
            () -> {
              if (mdc != null) {
                MDC.setContextMap(mdc);
              }
              task.run();
            });
    heartbeat.sign();
    thread.start();
    return delivery.runInterruptibly(() -> {
      while (true) {
        long left = limit.toNanos() - heartbeat.nanosSinceLastSign();
        if (left <= 0) {
          heartbeat.unwanted();
          thread.interrupt();
          throw new SilentException(limit);
        }
        try {
          return task.get(left, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
          continue; // unless there was a sign meanwhile
        } catch (InterruptedException e) {
          thread.interrupt(); // nobody wants the result; its end is awaited all the same
        } catch (ExecutionException e) {
          throw cause(e);
        }
      }
    });
  }

  private static Exception cause(ExecutionException e) {
    return switch (e.getCause()) {
      case Exception exception -> exception;
      case Error error -> throw error;
      case null, default -> e;
    };
  }
}
