// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.worker.ActivityDelivery;
import dev.holdfast.worker.internal.util.Told;
import dev.holdfast.worker.internal.util.WorkerThreads;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The signs of life of one delivery of an activity. Details are stored at once, and then not more
 * often than every {@link #STORED_EVERY}: those that come sooner wait in memory, where the next
 * replace them. Costs nothing while the code gives none. Thread-safe.
 */
final class Heartbeat {

  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);

  /** How old details may be that a killed worker leaves. */
  static final Duration STORED_EVERY = Duration.ofSeconds(1);

  private final ActivityDelivery delivery;
  private final WorkerThreads threads;
  private final ReentrantLock guard = new ReentrantLock();
  private final @Nullable HeartbeatRow row;
  private volatile long lastSign = System.nanoTime();
  private volatile boolean unwanted;

  // under the guard
  private @Nullable Payload left;
  private boolean read;
  private @Nullable Payload waiting;
  private long storedAt;
  private boolean stored;
  private boolean writing;
  private boolean ended;

  /**
   * Creates it; nothing is read.
   *
   * @param row where details are stored; null where the store cannot
   */
  Heartbeat(ActivityDelivery delivery, WorkerThreads threads, @Nullable HeartbeatRow row) {
    this.delivery = delivery;
    this.threads = threads;
    this.row = row;
  }

  /** {@return whether nobody wants the result any more, as far as is known} */
  boolean isUnwanted() {
    return unwanted || delivery.isCancelled();
  }

  /** Takes note that nobody wants the result any more. */
  void unwanted() {
    unwanted = true;
  }

  /** {@return how long ago the last sign of life was, or the begin} */
  long nanosSinceLastSign() {
    return System.nanoTime() - lastSign;
  }

  /** {@return whether the store can keep details} */
  boolean keepsDetails() {
    return row != null;
  }

  /** Takes note that the code lives. */
  void sign() {
    lastSign = System.nanoTime();
  }

  /** As {@link #sign()}, and stores details, now or soon. */
  void sign(Payload details) {
    sign();
    guard.lock();
    try {
      waiting = details;
      long wait = stored ? STORED_EVERY.toNanos() - (System.nanoTime() - storedAt) : 0;
      if (wait <= 0) {
        write();
      } else if (!writing) {
        writing = true;
        writeIn(Duration.ofNanos(wait));
      }
    } finally {
      guard.unlock();
    }
    sign(); // what the store took to answer is not the code's silence
  }

  /** {@return what an earlier attempt or delivery of the call stored last, null for nothing} */
  @Nullable Payload left() {
    guard.lock();
    try {
      if (!read && row != null) {
        left = row.read();
      }
      read = true;
      return left;
    } finally {
      guard.unlock();
    }
  }

  /**
   * Ends it.
   *
   * @param needed whether an attempt may follow, which is to see the details that still wait
   */
  void end(boolean needed) {
    guard.lock();
    try {
      if (needed && !delivery.isCancelled()) {
        write();
      }
      ended = true;
    } finally {
      guard.unlock();
    }
  }

  private void writeIn(Duration wait) {
    threads
        .virtual(
            "holdfast-heartbeat",
            () -> {
              try {
                Thread.sleep(wait);
                guard.lock();
                try {
                  writing = false;
                  if (!ended) {
                    write();
                  }
                } finally {
                  guard.unlock();
                }
              } catch (InterruptedException e) {
                LOG.trace("a heartbeat was interrupted");
              }
            })
        .start();
  }

  /** Under the guard. What the store cannot take now stays, and the next sign tries again. */
  private void write() {
    Payload details = waiting;
    if (details == null || row == null) {
      return;
    }
    left(); // before it is written over
    try {
      row.write(details);
      waiting = null;
    } catch (ProviderError.LockLost e) {
      unwanted = true;
    } catch (ProviderError e) {
      LOG.warn(
          "a heartbeat of {} could not be stored: {}",
          delivery.task().identity(),
          Told.text(e),
          Told.brief(e));
    }
    stored = true;
    storedAt = System.nanoTime();
  }
}
