// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.connect;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps interrupts away from connections. A virtual thread that is interrupted while it reads from
 * a socket closes the socket, with all calls on it; so calls of virtual threads are made by
 * platform threads, of which there are as many as calls under way. Thread-safe.
 */
final class PlatformThreads implements AutoCloseable {

  private static final long KEEP_SECONDS = 10;

  private final ThreadPoolExecutor pool =
      new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          KEEP_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform().daemon().name("holdfast-postgres-", 1).factory());

  /** Makes a call that an interrupt does not disturb; the interrupt is kept for the caller. */
  <T extends @Nullable Object> T call(Supplier<T> body) {
    boolean interrupted = Thread.interrupted();
    try {
      if (!Thread.currentThread().isVirtual()) {
        return body.get();
      }
      FutureTask<T> task = new FutureTask<>(body::get);
      try {
        pool.execute(task);
      } catch (RejectedExecutionException | OutOfMemoryError e) {
        // Closed meanwhile, which the body notices by itself, or no thread can be started.
        task.run();
      }
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          switch (e.getCause()) {
            case RuntimeException problem -> throw problem;
            case Error problem -> throw problem;
            case null, default -> throw new IllegalStateException(e.getCause());
          }
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    pool.shutdown();
  }
}
