// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Where fetches of one queue and one handle wait. They are woken by every write of this handle; to
 * notice other handles, ended locks and due timers, one of them looks again now and then for all.
 * Whoever waits holds nothing of the database. Thread-safe.
 */
final class WaitingRoom {

  /** How often somebody looks, by real time. */
  private static final long LOOK_NANOS = Duration.ofMillis(200).toNanos();

  private long calls;
  private long lastLook = System.nanoTime();
  private boolean closed;

  /** Tries until there is something, the time is over, the thread is interrupted, or it closes. */
  <T> List<T> fetch(Duration waitUpTo, Supplier<List<T>> attempt) {
    long start = System.nanoTime();
    long waitNanos = nanos(waitUpTo);
    while (true) {
      // Before the attempt, so that a call between it and the wait is not missed.
      long seen = calls();
      List<T> found = attempt.get();
      if (!found.isEmpty()) {
        // There may be more, and only this one has looked.
        call();
        return found;
      }
      if (!waitForChange(seen, start, waitNanos)) {
        return found;
      }
    }
  }

  private synchronized long calls() {
    return calls;
  }

  /** Answers false when waiting is over. */
  private synchronized boolean waitForChange(long seen, long start, long waitNanos) {
    while (!closed) {
      long now = System.nanoTime();
      long left = waitNanos - (now - start);
      if (left <= 0) {
        return false;
      }
      if (calls != seen) {
        return true;
      }
      long untilLook = LOOK_NANOS - (now - lastLook);
      if (untilLook <= 0) {
        lastLook = now;
        return true;
      }
      try {
        wait(Math.min(left, untilLook) / 1_000_000 + 1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return false;
  }

  /** Says that something has changed. */
  synchronized void call() {
    calls++;
    notifyAll();
  }

  /** Ends all waiting. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  private static long nanos(Duration duration) {
    try {
      return duration.toNanos();
    } catch (ArithmeticException e) {
      return Long.MAX_VALUE;
    }
  }
}
