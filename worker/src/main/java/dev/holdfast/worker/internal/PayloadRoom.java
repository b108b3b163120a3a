// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongUnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many bytes of payload of one queue may be in hand at once, so that what is fetched and not
 * yet processed cannot fill the heap. One item is always allowed, whatever its size. Shrinks when
 * memory is short all the same, and grows back. Thread-safe.
 */
final class PayloadRoom {

  private static final Logger LOG = LoggerFactory.getLogger(PayloadRoom.class);
  private static final long TOLD_AFTER_NANOS = Duration.ofSeconds(10).toNanos();

  /** A payload in hand is there several times: as stored, as text, as a value, and on its way. */
  private static final long PART_OF_HEAP = 16;

  private static final long LEAST = 1 << 20;

  private final String name;
  private final long full;
  private final ReentrantLock guard = new ReentrantLock();
  private final Condition changed = guard.newCondition();
  private long size;
  private long inHand;

  /**
   * Creates room of a part of the heap.
   *
   * @param name whose, for the log
   * @param heap the largest size of the heap in bytes
   */
  PayloadRoom(String name, long heap) {
    this.name = name;
    this.full = Math.max(LEAST, heap / PART_OF_HEAP);
    this.size = full;
  }

  /** Waits until at least half of the room is free, or nothing is in hand. */
  void await() throws InterruptedException {
    guard.lockInterruptibly();
    try {
      long left = TOLD_AFTER_NANOS;
      while (!open()) {
        left = changed.awaitNanos(left);
        if (left <= 0 && !open()) {
          LOG.info(
              "{}: what is in hand has {} bytes of payload; nothing more is fetched before some of"
                  + " it is done",
              name,
              inHand);
          left = Long.MAX_VALUE;
        }
      }
    } finally {
      guard.unlock();
    }
  }

  /** {@return whether something more may be taken} */
  boolean isOpen() {
    guard.lock();
    try {
      return open();
    } finally {
      guard.unlock();
    }
  }

  private boolean open() {
    return inHand == 0 || inHand < size / 2;
  }

  /** {@return how many bytes a fetch may bring, at least one} */
  long left() {
    guard.lock();
    try {
      return Math.max(1, size - inHand);
    } finally {
      guard.unlock();
    }
  }

  /** Notes that an item was taken. */
  void take(long bytes) {
    add(bytes);
  }

  /** Notes that an item is done. */
  void release(long bytes) {
    add(-bytes);
  }

  private void add(long bytes) {
    guard.lock();
    try {
      inHand += bytes;
      changed.signalAll();
    } finally {
      guard.unlock();
    }
  }

  /** Halves the room: memory was short although no more was in hand than allowed. */
  void shrink() {
    resize(size -> Math.max(1, size / 2));
  }

  /** Grows the room back: memory was not short. */
  void grow() {
    resize(size -> size > full / 2 ? full : size * 2);
  }

  private void resize(LongUnaryOperator how) {
    guard.lock();
    try {
      size = how.applyAsLong(size);
    } finally {
      guard.unlock();
    }
  }
}
