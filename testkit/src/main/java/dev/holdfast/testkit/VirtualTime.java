// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.testkit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still while anything can move, and the moments to which it may go on. It
 * knows whether something can move: both queues were looked at since the last change and had
 * nothing, and whatever is processed is asleep until a later moment. Thread-safe.
 */
final class VirtualTime implements InstantSource {

  /** The two queues of a store. */
  enum Queue {
    ORCHESTRATOR,
    WORKER
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final PriorityQueue<Moment> moments =
      new PriorityQueue<>(Comparator.comparing(Moment::at).thenComparingLong(Moment::order));
  private final long[] emptyAt = {-1, -1};
  private volatile Instant now;
  private long version;
  private long order;
  private int underWay;
  private int asleep;
  private boolean closed;

  /** Something that is due; always, or only if it is still wanted then. */
  private record Moment(
      Instant at,
      long order,
      @Nullable BooleanSupplier wanted,
      @Nullable Sleep sleep,
      @Nullable Runnable run) {

    boolean isCertain() {
      return wanted == null;
    }

    boolean isWanted() {
      return wanted == null || wanted.getAsBoolean();
    }
  }

  /** Code that is asleep until a moment comes. */
  private static final class Sleep {
    private boolean over;
  }

  VirtualTime(Instant start) {
    now = roundedUp(start);
  }

  /** Stores tell whole microseconds apart; a moment between two of them would never be reached. */
  static Instant roundedUp(Instant moment) {
    Instant floor = moment.truncatedTo(ChronoUnit.MICROS);
    return floor.equals(moment) ? moment : floor.plus(1, ChronoUnit.MICROS);
  }

  @Override
  public Instant instant() {
    return now;
  }

  // ---- what happens ----------------------------------------------------------------------------

  /** {@return a number that grows with each change} */
  long version() {
    lock.lock();
    try {
      return version;
    } finally {
      lock.unlock();
    }
  }

  /** Something has changed: both queues are to be looked at again. */
  void changed() {
    lock.lock();
    try {
      version++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Work was taken from a queue. */
  void taken(int items) {
    lock.lock();
    try {
      underWay += items;
    } finally {
      lock.unlock();
    }
  }

  /** Some of it is processed, with everything that it has stored. */
  void processed() {
    lock.lock();
    try {
      underWay--;
      version++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * A queue had nothing. Waits for the next change.
   *
   * @param seen the version since which it had nothing
   * @return false when none came in time, the thread was interrupted or this is closed
   */
  boolean awaitChange(Queue queue, long seen, long nanos) {
    lock.lock();
    try {
      if (emptyAt[queue.ordinal()] != seen) {
        emptyAt[queue.ordinal()] = seen;
        changed.signalAll();
      }
      return awaitVersionAfter(seen, nanos) && !closed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  private boolean awaitVersionAfter(long seen, long nanos) throws InterruptedException {
    long left = nanos;
    while (version == seen && !closed && left > 0) {
      left = changed.awaitNanos(left);
    }
    return version != seen;
  }

  /** Lets the calling thread, which processes an activity, sleep for some virtual time. */
  void sleep(Duration duration) throws InterruptedException {
    if (!duration.isPositive()) {
      return;
    }
    lock.lock();
    Sleep sleep = new Sleep();
    try {
      moments.add(new Moment(after(duration), order++, null, sleep, null));
      asleep++;
      changed.signalAll();
      while (!sleep.over) {
        changed.await();
      }
    } finally {
      if (!sleep.over) { // interrupted
        sleep.over = true;
        asleep--;
        moments.removeIf(moment -> moment.sleep() == sleep);
      }
      lock.unlock();
    }
  }

  /** {@return the moment after some time} */
  Instant after(Duration duration) {
    return roundedUp(now.plus(duration));
  }

  // ---- what is due -----------------------------------------------------------------------------

  /** The store has something to hand out at that moment. */
  void due(Instant at) {
    add(at, null, null);
  }

  /**
   * The store has something to hand out at that moment, which matters only if that is so then.
   *
   * @param wanted asked under the lock of this
   */
  void due(Instant at, BooleanSupplier wanted) {
    add(at, wanted, null);
  }

  /** Something is to be done at that moment, by the thread that moves the time. */
  void at(Instant at, Runnable run) {
    add(at, null, run);
  }

  private void add(Instant at, @Nullable BooleanSupplier wanted, @Nullable Runnable run) {
    lock.lock();
    try {
      moments.add(new Moment(roundedUp(at), order++, wanted, null, run));
    } finally {
      lock.unlock();
    }
  }

  /** The next moment at which something is due. */
  record Next(Instant at, boolean certain) {}

  /** {@return the next moment at which something is due, null for none} */
  @Nullable Next next() {
    lock.lock();
    try {
      return moments.stream()
          .sorted(Comparator.comparing(Moment::at))
          .filter(Moment::isWanted)
          .findFirst()
          .map(moment -> new Next(moment.at(), moment.isCertain()))
          .orElse(null);
    } finally {
      lock.unlock();
    }
  }

  // ---- the thread that moves the time ----------------------------------------------------------

  /**
   * Waits until nothing can move at this moment.
   *
   * @return false when that did not come within the real time given
   */
  boolean awaitStill(Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      version++; // whatever the caller has done past this: both queues are looked at again
      changed.signalAll();
      long left = atMost.toNanos();
      while (!isStill()) {
        if (left <= 0 || closed) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean isStill() {
    return underWay == asleep && emptyAt[0] == version && emptyAt[1] == version;
  }

  /** Waits for a change, in real time; returns whether there was one. */
  boolean awaitAny(Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      return awaitVersionAfter(version, atMost.toNanos());
    } finally {
      lock.unlock();
    }
  }

  /** Moves the time forward, wakes up what has slept until then, and does what is to be done. */
  void moveTo(Instant moment) {
    List<Runnable> actions = new ArrayList<>();
    lock.lock();
    try {
      if (moment.isAfter(now)) {
        now = moment;
      }
      while (!moments.isEmpty() && !moments.element().at().isAfter(now)) {
        Moment due = moments.remove();
        if (due.sleep() != null) {
          due.sleep().over = true;
          asleep--;
        } else if (due.run() != null) {
          actions.add(due.run());
        }
      }
      version++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    actions.forEach(Runnable::run);
  }

  /** Lets nobody wait for changes any more. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
