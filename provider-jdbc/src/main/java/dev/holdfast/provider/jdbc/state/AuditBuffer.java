// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import dev.holdfast.provider.state.AuditCounts;
import dev.holdfast.provider.state.AuditEntry;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Entries on their way to the store, bounded in number and in bytes, and what has become of those
 * before. Whoever offers never waits for the store; one thread takes batches out, and those who
 * flush wait for it. A batch stays in the buffer until it is stored, so what is under way is
 * bounded too. Thread-safe.
 */
final class AuditBuffer {

  /** The most entries that wait. */
  static final int MOST_ENTRIES = 10_000;

  /** The most bytes that wait; a single larger entry waits alone. */
  static final long MOST_BYTES = 16 * 1024 * 1024;

  /** The most entries of a batch. */
  static final int BATCH_ENTRIES = 500;

  /** The most bytes of a batch of several entries. */
  static final long BATCH_BYTES = 1024 * 1024;

  /** How long the first entry of a batch waits for others. */
  static final Duration GATHERING = Duration.ofMillis(100);

  /** What an entry takes beside its data and texts. */
  private static final int OVERHEAD = 256;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<AuditEntry> entries = new ArrayDeque<>();
  private long bytes;
  private long offered;
  private long accepted;
  private long stored;
  private long dropped;
  private int flushing;
  private boolean hurried;
  private boolean closed;
  private boolean givenUp;

  /** What came of an offer. */
  enum Offer {
    ACCEPTED,
    FULL,
    CLOSED
  }

  private static long sizeOf(AuditEntry entry) {
    String step = entry.stepId();
    return OVERHEAD
        + entry.data().size()
        + 2L
            * (entry.runId().length() + entry.type().length() + (step == null ? 0 : step.length()));
  }

  /** Takes an entry, or drops it. */
  Offer offer(AuditEntry entry) {
    long size = sizeOf(entry);
    lock.lock();
    try {
      offered++;
      if (closed
          || entries.size() == MOST_ENTRIES
          || (bytes + size > MOST_BYTES && !entries.isEmpty())) {
        dropped++;
        return closed ? Offer.CLOSED : Offer.FULL;
      }
      accepted++;
      entries.add(entry);
      bytes += size;
      if (entries.size() == 1 || entries.size() == BATCH_ENTRIES) {
        changed.signalAll();
      }
      return Offer.ACCEPTED;
    } finally {
      lock.unlock();
    }
  }

  /** Counts an entry that no store would take as offered and dropped. */
  void refuse() {
    lock.lock();
    try {
      offered++;
      dropped++;
    } finally {
      lock.unlock();
    }
  }

  AuditCounts counts() {
    lock.lock();
    try {
      return new AuditCounts(offered, stored, dropped, entries.size());
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for the next batch, which stays in the buffer until {@link #stored}. For one thread.
   *
   * @param pause how long to leave the store alone after a failure, zero after a success; somebody
   *     who flushes cuts it short
   * @return the batch, empty when nothing will come any more
   */
  List<AuditEntry> next(Duration pause) {
    boolean failed = pause.isPositive();
    lock.lock();
    try {
      while (entries.isEmpty()) {
        if (closed) {
          return List.of();
        }
        changed.awaitUninterruptibly();
      }
      long end =
          System.nanoTime() + (failed && flushing == 0 ? pause.toNanos() : GATHERING.toNanos());
      while (mayWait(failed) && end - System.nanoTime() > 0 && !entries.isEmpty()) {
        try {
          changed.awaitNanos(end - System.nanoTime());
        } catch (InterruptedException e) {
          // Means nothing to the thread that stores.
        }
      }
      hurried = false;
      return batch();
    } finally {
      lock.unlock();
    }
  }

  private boolean mayWait(boolean failed) {
    return failed ? !hurried : flushing == 0 && entries.size() < BATCH_ENTRIES;
  }

  private List<AuditEntry> batch() {
    List<AuditEntry> batch = new ArrayList<>();
    long size = 0;
    for (AuditEntry entry : entries) {
      size += sizeOf(entry);
      if (batch.size() == BATCH_ENTRIES || (size > BATCH_BYTES && !batch.isEmpty())) {
        break;
      }
      batch.add(entry);
    }
    return batch;
  }

  /** Notes that the batch that was taken last is in the store. */
  void stored(int batch) {
    lock.lock();
    try {
      stored += batch;
      if (givenUp) {
        // It was counted as dropped while its outcome was open.
        dropped -= batch;
      } else {
        for (int i = 0; i < batch; i++) {
          bytes -= sizeOf(entries.remove());
        }
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until everything that was accepted so far is stored. An interrupt ends the wait, and is
   * kept.
   *
   * @return whether all of it is
   */
  boolean flush(Duration within) {
    lock.lock();
    try {
      long last = accepted;
      hurry();
      try {
        long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(within);
        // They are stored in the order in which they were accepted.
        while (stored < last && !givenUp && end - System.nanoTime() > 0) {
          changed.awaitNanos(end - System.nanoTime());
        }
        return stored >= last;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return stored >= last;
      } finally {
        flushing--;
      }
    } finally {
      lock.unlock();
    }
  }

  private void hurry() {
    flushing++;
    hurried = true;
    changed.signalAll();
  }

  /**
   * Takes no more entries, and waits until those that are there are stored; what is left then is
   * dropped. An interrupt does not end the wait, and is kept.
   *
   * @return how many were dropped, 0 the second time
   */
  int close(Duration within) {
    boolean interrupted = false;
    lock.lock();
    try {
      closed = true;
      hurry();
      long end = System.nanoTime() + within.toNanos();
      while (!entries.isEmpty() && end - System.nanoTime() > 0) {
        try {
          changed.awaitNanos(end - System.nanoTime());
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
      flushing--;
      int rest = entries.size();
      if (rest > 0) {
        givenUp = true;
        dropped += rest;
        entries.clear();
        bytes = 0;
      }
      changed.signalAll();
      return rest;
    } finally {
      lock.unlock();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
