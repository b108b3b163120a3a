// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How much of one kind of work may be in hand at once. Slots are taken by fetches, and by claims of
 * work that this worker itself makes ready. Claims have a share that a fetch leaves free while
 * there is little to do, so that a waiting fetch does not hold every slot. Claims never get more
 * than this share, so that work of other workers is fetched however long a chain of claims runs.
 * What was claimed for another reason than to process it may exceed all of that for a while.
 * Thread-safe.
 */
final class Slots {

  private final int count;
  private final int share;
  private final ReentrantLock guard = new ReentrantLock();
  private final Condition released = guard.newCondition();
  private int fetched;
  private int claimed;

  /**
   * Creates slots, all of them free.
   *
   * @param count how many there are
   * @param share how many of them claims may have
   */
  Slots(int count, int share) {
    this.count = count;
    this.share = share;
  }

  /**
   * Takes slots for a fetch, and waits for the first of them.
   *
   * @param backlogged whether there seems to be more work than the last fetch could take; then
   *     nothing is left free
   * @return how many were taken, at least one
   */
  int awaitForFetch(boolean backlogged) throws InterruptedException {
    guard.lockInterruptibly();
    try {
      while (fetched + claimed >= count) {
        released.await();
      }
      int free = count - fetched - claimed;
      // Beyond its own slots a fetch borrows one at a time, so that all can be filled in the end.
      int taken = backlogged ? free : Math.max(1, count - share - fetched);
      fetched += taken;
      return taken;
    } finally {
      guard.unlock();
    }
  }

  /**
   * Takes slots for a claim, without waiting.
   *
   * @param most how many are wanted
   * @param own how many of these the caller has already, from claims before: they are passed on, so
   *     that a chain of claims needs no more slots than it has links at a time
   * @return how many were taken, its own included, from zero
   */
  int tryClaim(int most, int own) {
    guard.lock();
    try {
      int free = Math.min(share - claimed, count - fetched - claimed);
      int taken = Math.max(0, Math.min(most, Math.max(0, free) + own));
      claimed += Math.max(0, taken - own);
      return taken;
    } finally {
      guard.unlock();
    }
  }

  /** Takes slots for claimed work that has come already, whether or not any are free. */
  void overdraw(int number) {
    release(0, -number);
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

  /** Waits until every slot is free, at most so long; returns whether that is so. */
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
