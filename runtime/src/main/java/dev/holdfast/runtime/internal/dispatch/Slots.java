// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.dispatch;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * How much of one kind of work may be in hand at once, and who may fill it: fetches, and claims of
 * work that this worker itself makes ready. Claims have a share that fetches leave free, so that a
 * fetch that waits in the store does not hold every slot; they never get more than this share, so
 * that work of others is fetched however long a chain of claims runs. What claims do not need, busy
 * fetches borrow. Thread-safe.
 */
final class Slots {

  /** How long what claims needed is remembered, at least. */
  private static final long WINDOW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final int count;
  private final int share;
  private final LongSupplier nanoTime;
  private final ReentrantLock guard = new ReentrantLock();
  private final Condition released = guard.newCondition();
  private int fetched;
  private int claimed;

  /** The most that claims had or asked for, in this window of time and in the one before. */
  private int wanted;

  private int wantedBefore;
  private long windowBegan;

  /**
   * Slots, all of them free.
   *
   * @param count how many there are
   * @param share how many of them claims may have
   * @param nanoTime a clock
   */
  Slots(int count, int share, LongSupplier nanoTime) {
    this.count = count;
    this.share = share;
    this.nanoTime = nanoTime;
    this.windowBegan = nanoTime.getAsLong();
  }

  /**
   * Takes slots for a fetch, and waits for the first of them.
   *
   * @param more whether there seems to be more work than the last fetch could take
   * @return how many were taken, at least one
   */
  int awaitForFetch(boolean more) throws InterruptedException {
    guard.lockInterruptibly();
    try {
      while (true) {
        turnWindow();
        int taken = forFetch(more);
        if (taken > 0) {
          fetched += taken;
          return taken;
        }
        if (fetched + claimed < count) {
          // Some are free and kept for claims; they may soon be forgotten.
          long left = windowBegan + WINDOW_NANOS - nanoTime.getAsLong();
          released.awaitNanos(Math.max(1, left));
        } else {
          released.await();
        }
      }
    } finally {
      guard.unlock();
    }
  }

  private int forFetch(boolean more) {
    int own = count - share - fetched;
    int unwanted = count - fetched - Math.max(claimed, Math.max(wanted, wantedBefore));
    return more ? unwanted : Math.max(own, Math.min(1, unwanted));
  }

  /**
   * Takes slots for a claim, without waiting.
   *
   * @param most how many are wanted
   * @return how many were taken, from zero
   */
  int tryClaim(int most) {
    guard.lock();
    try {
      turnWindow();
      wanted = Math.max(wanted, Math.min(share, claimed + most));
      int free = Math.min(share - claimed, count - fetched - claimed);
      int taken = Math.max(0, Math.min(most, free));
      claimed += taken;
      return taken;
    } finally {
      guard.unlock();
    }
  }

  private void turnWindow() {
    long age = nanoTime.getAsLong() - windowBegan;
    if (age >= WINDOW_NANOS) {
      wantedBefore = age < 2 * WINDOW_NANOS ? wanted : claimed;
      wanted = claimed;
      windowBegan += age;
    }
  }

  /** Gives back what a fetch took. */
  void releaseFetched(int number) {
    release(number, 0);
  }

  /** Gives back what a claim took. */
  void releaseClaimed(int number) {
    release(0, number);
  }

  private void release(int ofFetches, int ofClaims) {
    guard.lock();
    try {
      fetched -= ofFetches;
      claimed -= ofClaims;
      released.signalAll();
    } finally {
      guard.unlock();
    }
  }

  /** Waits until every slot is free, at most so long; true when that is so. */
  boolean awaitIdle(Duration atMost) throws InterruptedException {
    long left = atMost.toNanos();
    guard.lockInterruptibly();
    try {
      while (fetched + claimed > 0) {
        if (left <= 0) {
          return false;
        }
        left = released.awaitNanos(left);
      }
      return true;
    } finally {
      guard.unlock();
    }
  }
}
