// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Ensures that orchestration code never occupies all threads that carry the virtual threads of this
 * JVM: code that spins, or blocks in a way that keeps its carrier, cannot be taken off it. One
 * carrier always stays free for all other threads. Thread-safe.
 */
final class Carriers {

  /** The carriers of this JVM, which has one set of them. */
  static final Carriers OF_THIS_JVM = new Carriers(parallelism() - 1);

  /** Code runs for microseconds; code that has not ended after so long is stuck. */
  private static final long PATIENCE_MILLIS = 500;

  private final Semaphore free;
  private volatile boolean stuck;

  /**
   * Creates carriers for code.
   *
   * @param count how many of them code may have at once
   */
  Carriers(int count) {
    free = new Semaphore(count);
    stuck = count == 0;
  }

  /**
   * {@return whether code had better begin on a platform thread, since other code keeps the
   * carriers}
   */
  boolean areStuck() {
    return stuck;
  }

  /**
   * Lets code run on the carrier of the calling thread; returns false when there is none to spare.
   */
  boolean tryEnter() {
    if (free.tryAcquire()) {
      return true;
    }
    if (stuck) {
      return false;
    }
    boolean entered = false;
    boolean interrupted = Thread.interrupted(); // it belongs to the code
    try {
      entered = free.tryAcquire(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (!entered) {
      stuck = true;
    }
    return entered;
  }

  /** As {@link #tryEnter}, but waits for as long as it takes, without a carrier. */
  void enter() {
    free.acquireUninterruptibly();
  }

  /** Gives the carrier back: the code has come back. */
  void leave() {
    free.release();
    stuck = false;
  }

  private static int parallelism() {
    return Integer.getInteger(
        "jdk.virtualThreadScheduler.parallelism", Runtime.getRuntime().availableProcessors());
  }
}
