// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.worker.StoreCall;
import dev.holdfast.worker.internal.util.Told;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the locks of everything that is under way. A lock counts as lost when the store says so,
 * not when the store cannot be reached. The locks of each queue have a thread and calls of their
 * own, so that a slow call for one queue does not cost the other its locks.
 */
final class LockRenewer {

  private static final Logger LOG = LoggerFactory.getLogger(LockRenewer.class);

  private final Provider provider;
  private final StoreAvailability health;
  private final Duration length;
  private final Map<LockToken, HeldLock> locks = new ConcurrentHashMap<>();
  private volatile boolean closed;

  LockRenewer(Provider provider, StoreAvailability health, Duration length) {
    this.provider = provider;
    this.health = health;
    this.length = length;
  }

  /** Begins to keep a lock. */
  HeldLock keep(LockToken token, String work, WorkNotes notes) {
    HeldLock lock = new HeldLock(token, work, length, notes);
    locks.put(token, lock);
    return lock;
  }

  /** Stops renewing a lock: its work is done, one way or the other. */
  void release(LockToken token) {
    locks.remove(token);
  }

  /**
   * Takes note that an ack or abandon is about to give the lock up. From now on the result of that
   * call decides; a renewal that does not return the token means nothing.
   */
  void settles(LockToken token) {
    HeldLock lock = locks.get(token);
    if (lock != null) {
      lock.settles();
    }
  }

  /** Ends the locks of activities that are known to be cancelled, without asking the store. */
  void cancelled(Set<ActivityIdentity> activities) {
    for (HeldLock lock : locks.values()) {
      if (lock.token() instanceof LockToken.OfActivity(ActivityIdentity activity, long epoch)
          && activities.contains(activity)) {
        LOG.debug("activity {} (lock {}) is cancelled", lock.work(), epoch);
        lock.notes().lockLost();
        lock.end();
      }
    }
  }

  /** {@return the locks of all work that is under way} */
  List<HeldLock> underWay() {
    return List.copyOf(locks.values());
  }

  /** Ends the renewals; their threads are to be interrupted as well. */
  void close() {
    closed = true;
  }

  /** Renews the locks of instances until this is closed. */
  void keepInstances() {
    keepUp(LockToken.OfInstance.class, StoreCall.RENEW_INSTANCES);
  }

  /** Renews the locks of activities until this is closed. */
  void keepActivities() {
    keepUp(LockToken.OfActivity.class, StoreCall.RENEW_ACTIVITIES);
  }

  private void keepUp(Class<? extends LockToken> queue, StoreCall call) {
    Duration pause = length.dividedBy(6);
    while (!closed) {
      try {
        Thread.sleep(pause);
        health.tell();
        renew(due(queue), call);
      } catch (InterruptedException e) {
        LOG.trace("{} was interrupted", call);
      } catch (Throwable e) {
        // An Error as well: without renewals all long work would be done again and again.
        if (!closed) {
          Told.error(LOG, "renewing locks failed unexpectedly; trying again", e);
        }
      }
    }
  }

  private List<LockToken> due(Class<? extends LockToken> queue) {
    Duration age = length.dividedBy(3);
    List<LockToken> due = new ArrayList<>();
    for (HeldLock lock : locks.values()) {
      if (queue.isInstance(lock.token()) && !lock.isOver() && lock.isOlderThan(age)) {
        due.add(lock.token());
      }
    }
    return due;
  }

  private void renew(List<LockToken> tokens, StoreCall call) {
    if (tokens.isEmpty()) {
      return;
    }
    long asked = System.nanoTime();
    Set<LockToken> held;
    try {
      held = provider.renew(tokens, length);
      health.works(call);
    } catch (ProviderError e) {
      health.failed(call, e);
      return;
    }
    for (LockToken token : tokens) {
      HeldLock lock = locks.get(token);
      if (lock != null) {
        renewed(lock, held.contains(token), asked);
      } // else its work was finished meanwhile
    }
  }

  private void renewed(HeldLock lock, boolean held, long asked) {
    if (held) {
      lock.renewed(asked, length);
    } else if (lock.isSettling()) {
      LOG.trace("the lock of {} is being given up", lock.work());
    } else {
      LOG.info("the lock of {} is lost: cancelled, or taken over", lock.work());
      lock.notes().lockLost();
      lock.end();
    }
  }
}
