// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.provider.state.Leases;
import dev.holdfast.worker.ActivityLimit;
import dev.holdfast.worker.internal.util.Backoff;
import dev.holdfast.worker.internal.util.Told;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A limit that workers of one store share. A call that runs holds one of so many leases, which is
 * renewed, and is free soon after its holder has died; a begin takes one of so many leases for a
 * period, which nobody gives back. So the store's clock decides, and no worker needs another one.
 *
 * <p>An item is fetched first, and then waits for its leases under its lock, one in each worker at
 * a time: a worker without work holds nothing and asks for nothing. Thread-safe.
 */
final class SharedLimit implements Pace {

  private static final Logger LOG = LoggerFactory.getLogger(SharedLimit.class);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final Leases leases;
  private final Duration leaseFor;
  private final String words;
  private final @Nullable LeaseLines running;
  private final @Nullable LeaseLines starting;
  private final ReentrantLock guard = new ReentrantLock();
  private final Condition changed = guard.newCondition();
  private final Set<LeaseToken> held = new HashSet<>();
  private int waiting;
  private boolean closed;

  SharedLimit(Leases leases, String holder, ActivityLimit limit, Duration leaseFor) {
    this.leases = leases;
    this.leaseFor = leaseFor;
    words = "limit \"" + limit.name() + "\"";
    String prefix = "holdfast.limit/" + limit.name();
    Integer most = limit.most();
    Integer starts = limit.starts();
    Duration period = limit.period();
    running =
        most == null
            ? null
            : new LeaseLines(
                leases, holder, prefix + "/run/", most, leaseFor, true, System::nanoTime);
    starting =
        starts == null || period == null
            ? null
            : new LeaseLines(
                leases, holder, prefix + "/start/", starts, period, false, System::nanoTime);
  }

  /** Waits until nothing that this worker has fetched waits for its leases. */
  @Override
  public int await() throws InterruptedException {
    guard.lockInterruptibly();
    try {
      while (waiting > 0) {
        changed.await();
      }
      return 1;
    } finally {
      guard.unlock();
    }
  }

  @Override
  public void began(int items) {
    waited(items);
  }

  private void waited(int items) {
    guard.lock();
    try {
      waiting += items;
      changed.signalAll();
    } finally {
      guard.unlock();
    }
  }

  /**
   * Processes an item once there is room for it.
   *
   * @return false when its lock was lost before, or this was closed; then it was not processed
   */
  boolean during(HeldLock lock, Runnable process) {
    LeaseToken slot = null;
    try {
      boolean may;
      try {
        if (running != null) {
          slot = take(running, lock);
          hold(slot);
        }
        may = running == null || slot != null;
        if (may && starting != null) {
          may = take(starting, lock) != null;
        }
      } finally {
        waited(-1);
      }
      if (may) {
        process.run();
      }
      return may;
    } finally {
      giveBack(slot);
    }
  }

  /** Takes a lease; null when the lock is not held any more, or this was closed. */
  private @Nullable LeaseToken take(LeaseLines lines, HeldLock lock) {
    Backoff pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
    while (lock.isLive() && !isClosed()) {
      try {
        LeaseToken token = lines.tryTake();
        if (token != null) {
          return token;
        }
      } catch (ProviderError e) {
        LOG.debug("{} cannot be asked for", words, Told.brief(e));
      }
      Duration known = lines.noneFor();
      if (!pause(known.isZero() ? pauses.next() : min(known, LONGEST_PAUSE))) {
        return null;
      }
    }
    return null;
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private void hold(@Nullable LeaseToken token) {
    guard.lock();
    try {
      if (token != null) {
        held.add(token);
      }
    } finally {
      guard.unlock();
    }
  }

  private void giveBack(@Nullable LeaseToken slot) {
    if (slot == null) {
      return;
    }
    guard.lock();
    try {
      held.remove(slot);
    } finally {
      guard.unlock();
    }
    try {
      leases.release(slot);
    } catch (ProviderError e) {
      LOG.debug("{} could not be released; it will end", slot, Told.brief(e));
    }
    waited(0); // what waits here may have it
  }

  /** Waits; returns false when the thread was interrupted. */
  @SuppressWarnings("WaitNotInLoop") // the caller looks again, however early this returns
  private boolean pause(Duration time) {
    guard.lock();
    try {
      if (!closed) {
        changed.awaitNanos(time.toNanos());
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      guard.unlock();
    }
  }

  private boolean isClosed() {
    guard.lock();
    try {
      return closed;
    } finally {
      guard.unlock();
    }
  }

  /** What waits is not processed any more; what runs goes on. */
  void close() {
    guard.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      guard.unlock();
    }
  }

  /** Renews what is held, until the thread is interrupted. */
  void keep() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        TimeUnit.NANOSECONDS.sleep(leaseFor.toNanos() / 3);
        renew();
      } catch (InterruptedException e) {
        return;
      } catch (ProviderError e) {
        LOG.debug("leases of limits could not be renewed; trying again", Told.brief(e));
      } catch (Throwable e) {
        Told.error(LOG, "renewing leases of limits failed unexpectedly; trying again", e);
      }
    }
  }

  private void renew() {
    List<LeaseToken> tokens;
    guard.lock();
    try {
      tokens = List.copyOf(held);
    } finally {
      guard.unlock();
    }
    if (tokens.isEmpty()) {
      return;
    }
    Set<LeaseToken> live = leases.renewAll(tokens, leaseFor);
    guard.lock();
    try {
      for (LeaseToken token : tokens) {
        if (!live.contains(token) && held.remove(token)) {
          LOG.warn("{} was lost while its activity runs: the limit may be exceeded", token);
        }
      }
    } finally {
      guard.unlock();
    }
  }
}
