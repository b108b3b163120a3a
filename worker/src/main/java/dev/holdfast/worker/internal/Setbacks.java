// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.worker.WorkerSettings;
import dev.holdfast.worker.internal.util.Texts;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back work that cannot be done here through no fault of its own: its code is not here, or
 * does not follow its history, or memory is short. Nothing of that counts towards poison, so that a
 * wrong deployment ends no instance; the status says what is missing. Since the store does not
 * count, this remembers how often it happened. Thread-safe.
 */
final class Setbacks {

  private static final Logger LOG = LoggerFactory.getLogger(Setbacks.class);

  /** How much is remembered; the oldest is forgotten first. */
  private static final int MEMORY = 10_000;

  /** A delivery so long after the last delay is a new matter. */
  private static final Duration NEW_MATTER = Duration.ofMinutes(15);

  private static final long REMINDER_NANOS = Duration.ofHours(1).toNanos();

  private final RetryingStore store;
  private final WorkerSettings settings;
  private final LongSupplier nanoTime;
  private final String here = " (process " + ProcessHandle.current().pid() + ")";
  private final ReentrantLock guard = new ReentrantLock();
  private final Map<String, Series> series = bounded();
  private final Map<String, Long> told = bounded();

  Setbacks(RetryingStore store, WorkerSettings settings, LongSupplier nanoTime) {
    this.store = store;
    this.settings = settings;
    this.nanoTime = nanoTime;
  }

  /** How often in a row something happened to one piece of work, and when last. */
  private record Series(int times, long last) {}

  private static <V> Map<String, V> bounded() {
    return new LinkedHashMap<>(16, 0.75f, true) {
      private static final long serialVersionUID = 1L;

      @Override
      protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
        return size() > MEMORY;
      }
    };
  }

  /**
   * Gives back work whose code is not here, for another worker to take at once. Should it come to
   * this one again although its fetches ask for other code, it is kept back.
   */
  void notHere(HeldLock lock, String why) {
    int times = happened(lock, Served.FILTERED.dividedBy(2));
    if (isToTell(why)) {
      LOG.info("{} is given back for another worker: {}", lock.work(), Texts.cut(why));
    }
    giveBack(lock, why, times == 1 ? Duration.ZERO : settings.redelivery().after(times - 1));
  }

  /** Gives back work that cannot be done now, and keeps it back for growing times. */
  void notNow(HeldLock lock, String why) {
    int times = happened(lock, settings.redelivery().max().plus(NEW_MATTER));
    if (isToTell(lock.work())) {
      LOG.warn(
          "{} cannot go on and is tried again, at last every {}: {}",
          lock.work(),
          settings.redelivery().max(),
          Texts.cut(why));
    }
    giveBack(lock, why, settings.redelivery().after(times));
  }

  /** Forgets the work: it has gone on. */
  void over(String work) {
    guard.lock();
    try {
      if (series.remove(work) != null && told.remove(work) != null) {
        LOG.info("{} goes on", work);
      }
    } finally {
      guard.unlock();
    }
  }

  private void giveBack(HeldLock lock, String why, Duration delay) {
    int most = InstanceDescription.MAX_PROBLEM_LENGTH - here.length();
    store.report(lock.token(), Texts.cut(why, most) + here);
    store.abandon(lock.token(), AbandonOptions.after(delay).uncounted());
  }

  private int happened(HeldLock lock, Duration inARow) {
    long now = nanoTime.getAsLong();
    guard.lock();
    try {
      Series before = series.get(lock.work());
      int times = before != null && now - before.last() < inARow.toNanos() ? before.times() + 1 : 1;
      series.put(lock.work(), new Series(times, now));
      return times;
    } finally {
      guard.unlock();
    }
  }

  private boolean isToTell(String what) {
    long now = nanoTime.getAsLong();
    guard.lock();
    try {
      Long last = told.get(what);
      boolean due = last == null || now - last >= REMINDER_NANOS;
      if (due) {
        told.put(what, now);
      }
      return due;
    } finally {
      guard.unlock();
    }
  }
}
