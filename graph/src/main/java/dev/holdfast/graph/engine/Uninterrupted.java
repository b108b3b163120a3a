// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls to the store for code that may be interrupted: on a thread of their own, because an
 * interrupt must not reach a driver.
 */
final class Uninterrupted {

  private Uninterrupted() {}

  /**
   * Makes a call and waits for its end, whatever interrupts the caller meanwhile; the interrupt is
   * kept for afterwards.
   */
  static <T extends @Nullable Object> T call(Supplier<T> call) {
    FutureTask<T> task = new FutureTask<>(call::get);
    Thread.ofVirtual().name("holdfast-stream").start(task);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          if (e.getCause() instanceof RuntimeException cause) {
            throw cause;
          }
          if (e.getCause() instanceof Error cause) {
            throw cause;
          }
          throw new IllegalStateException(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
