// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.LockToken;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A lock that this worker holds, as far as it knows: until its time has run out, until the store
 * says that it is lost, or until this worker gives it up.
 */
final class HeldLock {

  private final LockToken token;
  private final String work;
  private final WorkNotes notes;
  private final ReentrantLock guard = new ReentrantLock();
  private volatile long renewedAt;
  private volatile long endsAt;
  private volatile boolean over;
  private volatile boolean settling;
  private volatile boolean stored;
  private @Nullable Thread interruptible;

  /**
   * Creates a lock that was taken now.
   *
   * @param token the proof of the lock
   * @param work what is locked, for people
   * @param length how long the lock is
   * @param notes takes note of what becomes of the work
   */
  HeldLock(LockToken token, String work, Duration length, WorkNotes notes) {
    this.token = token;
    this.work = work;
    this.notes = notes;
    renewed(System.nanoTime(), length);
  }

  LockToken token() {
    return token;
  }

  String work() {
    return work;
  }

  /** {@return where it is noted what becomes of the work, for listeners} */
  WorkNotes notes() {
    return notes;
  }

  void renewed(long atNanos, Duration length) {
    renewedAt = atNanos;
    endsAt = atNanos + length.toNanos();
  }

  /** {@return whether at least this time has passed since it was last renewed} */
  boolean isOlderThan(Duration age) {
    return System.nanoTime() - renewedAt >= age.toNanos();
  }

  /** {@return whether the lock is held, as far as is known} */
  boolean isLive() {
    return !over && System.nanoTime() - endsAt < 0;
  }

  /** {@return whether the lock is known to be lost or given up} */
  boolean isOver() {
    return over;
  }

  /** Takes note that a call is about to give the lock up. */
  void settles() {
    settling = true;
  }

  /** {@return whether a call that gives the lock up has begun} */
  boolean isSettling() {
    return settling;
  }

  /** Takes note that a result was stored under it. */
  void stored() {
    stored = true;
  }

  /** {@return whether a result was stored under it} */
  boolean isStored() {
    return stored;
  }

  /** Ends it, and interrupts what runs under it. */
  void end() {
    over = true;
    guard.lock();
    try {
      if (interruptible != null) {
        interruptible.interrupt();
      }
    } finally {
      guard.unlock();
    }
  }

  /**
   * Runs a task, and interrupts it when the lock is lost. The interrupt never reaches what comes
   * after the task: the result still has to be stored undisturbed.
   */
  <T extends @Nullable Object> T runInterruptibly(Callable<T> task) throws Exception {
    bind(Thread.currentThread());
    try {
      return task.call();
    } finally {
      bind(null);
      Thread.interrupted();
    }
  }

  private void bind(@Nullable Thread thread) {
    guard.lock();
    try {
      interruptible = thread;
      if (thread != null && over) {
        thread.interrupt();
      }
    } finally {
      guard.unlock();
    }
  }
}
