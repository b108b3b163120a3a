// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.OrchestrationFetch;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets fetches of one queue wait for work. Work of the same handle signals; for work that comes
 * from elsewhere or becomes due, one of the waiters at a time is the <em>leader poller</em>: it
 * returns every few milliseconds to poll the store, and passes the role on when it leaves. So
 * waiting costs the same for one waiter and for many, and needs no thread of its own. Thread-safe.
 *
 * <p>A leader poller sees only what it may take itself. So the waiters with one filter have a
 * leader poller of their own, and none waits until others have polled in vain (TAG-16).
 *
 * <p>A handle has one for each queue, and a waiting fetch is this loop, in which nothing of the
 * store is held while it waits (POLL-08):
 *
 * <pre>{@code
 * long start = System.nanoTime();
 * long wait = TimeUnit.NANOSECONDS.convert(request.waitUpTo()); // far ones do not overflow
 * try {
 *   while (true) {
 *     long seen = signal.signals(); // before polling: a later signal ends the wait (POLL-07)
 *     List<OrchestrationItem> items = fetchWithoutWaiting(request);
 *     long left = wait - (System.nanoTime() - start);
 *     if (!items.isEmpty() || left <= 0 || !signal.await(WorkSignal.filterOf(request), seen, left, Long.MAX_VALUE)) {
 *       return items;
 *     }
 *   }
 * } catch (InterruptedException e) {
 *   Thread.currentThread().interrupt(); // empty, and the flag is set (POLL-09)
 *   return List.of();
 * }
 * }</pre>
 *
 * <p>Call {@link #signal} after the commit of every call that may make something ready: {@code
 * enqueue}, acks, abandons (POLL-04, POLL-06). A provider that is notified of the work of other
 * processes signals then, too. Call {@link #close} when the handle closes (SPI-10). {@code
 * ProviderInfo.wakeUpBound} has to cover {@code maxPollInterval} and the time of one poll.
 */
public final class WorkSignal {

  /** What those wait by who have no filter. */
  private static final Object NO_FILTER = new Object();

  /** So many filters are remembered while nobody waits with them. */
  private static final int MOST_UNUSED = 64;

  private final long shortestNanos;
  private final long longestNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Object, Waiters> waiters = new HashMap<>();
  private long signals;
  private boolean closed;

  /**
   * Creates a signal for one queue of one handle.
   *
   * @param minPollInterval how long after a signal the first poll comes; above zero
   * @param maxPollInterval the longest that work from elsewhere can go unnoticed while a fetch
   *     waits, not counting the poll itself; intervals grow up to it while nothing is found
   */
  public WorkSignal(Duration minPollInterval, Duration maxPollInterval) {
    this.shortestNanos = minPollInterval.toNanos();
    this.longestNanos = maxPollInterval.toNanos();
    // Kept for good, so that they remember how often it was of use to poll.
    waiters.put(NO_FILTER, new Waiters());
  }

  /**
   * Returns what a fetch may take, for {@link #await(Object, long, long, long)}.
   *
   * @param request the request
   * @return a value that is equal for requests that may take the same
   */
  public static Object filterOf(OrchestrationFetch request) {
    return Arrays.asList(request.versionFilter(), request.served());
  }

  /**
   * Returns what a fetch may take, for {@link #await(Object, long, long, long)}.
   *
   * @param request the request
   * @return a value that is equal for requests that may take the same
   */
  public static Object filterOf(ActivityFetch request) {
    return Arrays.asList(request.tagFilter(), request.session(), request.served());
  }

  /**
   * Returns the number of signals so far; read it before polling the store.
   *
   * @return the number, for {@link #await}
   */
  public long signals() {
    lock.lock();
    try {
      return signals;
    } finally {
      lock.unlock();
    }
  }

  /** Says that work may be ready: every waiter polls again. */
  public void signal() {
    lock.lock();
    try {
      signals++;
      for (Waiters alike : waiters.values()) {
        alike.lookNanos = shortestNanos;
        alike.changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends all waiting, now and for ever. */
  public void close() {
    lock.lock();
    try {
      closed = true;
      for (Waiters alike : waiters.values()) {
        alike.changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until it is time to poll the store again, for work of any kind.
   *
   * @param seen the number of signals before the last poll
   * @param nanos how long to wait at most
   * @param dueInNanos when the next known work becomes due, at most {@code Long.MAX_VALUE}
   * @return false when waiting is over for good: closed
   * @throws InterruptedException when the thread was interrupted
   */
  public boolean await(long seen, long nanos, long dueInNanos) throws InterruptedException {
    return await(NO_FILTER, seen, nanos, dueInNanos);
  }

  /**
   * Waits until it is time to poll the store again, for what a filter lets pass.
   *
   * @param filter what the waiter may take: equal for those that may take the same
   * @param seen the number of signals before the last poll
   * @param nanos how long to wait at most
   * @param dueInNanos when the next known work becomes due, at most {@code Long.MAX_VALUE}
   * @return false when waiting is over for good: closed
   * @throws InterruptedException when the thread was interrupted
   */
  public boolean await(Object filter, long seen, long nanos, long dueInNanos)
      throws InterruptedException {
    lock.lockInterruptibly();
    Waiters alike = waiters.computeIfAbsent(filter, any -> new Waiters());
    alike.count++;
    Wait wait = new Wait(alike, nanos, dueInNanos);
    try {
      while (!closed && signals == seen && wait.goesOn()) {
        alike.changed.awaitNanos(wait.nanosLeft());
        wait.slept = true;
      }
      return !closed;
    } finally {
      wait.leave();
      alike.count--;
      if (alike.count == 0 && !filter.equals(NO_FILTER)) {
        forgetUnused(filter, alike);
      }
      lock.unlock();
    }
  }

  /** Who has just left may come back, and then its polls should not begin anew. */
  private void forgetUnused(Object filter, Waiters alike) {
    if (waiters.size() > MOST_UNUSED) {
      waiters.remove(filter, alike);
    }
  }

  /** Those who wait with one filter; used under the lock only. */
  private final class Waiters {
    private final Condition changed = lock.newCondition();
    private int count;
    private boolean leaderPollerPosted;
    private boolean nextLooksAtOnce;
    private long lookNanos = shortestNanos;
  }

  /** One wait of a thread; used under the lock only. */
  private final class Wait {
    private final Waiters alike;
    private final long start = System.nanoTime();
    private final long nanos;
    private final long dueInNanos;
    private boolean slept;
    private boolean looksOut;
    private long lookAfter;

    Wait(Waiters alike, long nanos, long dueInNanos) {
      this.alike = alike;
      this.nanos = nanos;
      this.dueInNanos = dueInNanos;
    }

    /** Becomes the leader poller when there is none; returns whether to wait on. */
    boolean goesOn() {
      if (slept && alike.nextLooksAtOnce) {
        alike.nextLooksAtOnce = false;
        return false;
      }
      if (!alike.leaderPollerPosted) {
        alike.leaderPollerPosted = true;
        looksOut = true;
        long waited = System.nanoTime() - start;
        lookAfter = waited + Math.min(alike.lookNanos, Math.max(dueInNanos - waited, 1));
      }
      boolean goesOn = nanosLeft() > 0;
      if (!goesOn && looksOut) {
        alike.lookNanos = Math.min(longestNanos, alike.lookNanos * 2);
      }
      return goesOn;
    }

    long nanosLeft() {
      long waited = System.nanoTime() - start;
      return Math.min(nanos - waited, looksOut ? lookAfter - waited : Long.MAX_VALUE);
    }

    /**
     * Passes the role on, since a waiter that leaves may not come back: when there is no leader
     * poller, one of the sleeping waiters becomes it. The leader poller may leave with work in
     * hand, so the first waiter that wakes polls at once.
     */
    void leave() {
      if (looksOut) {
        alike.leaderPollerPosted = false;
        alike.nextLooksAtOnce = lock.hasWaiters(alike.changed);
      }
      if (!alike.leaderPollerPosted) {
        alike.changed.signal();
      }
    }
  }
}
