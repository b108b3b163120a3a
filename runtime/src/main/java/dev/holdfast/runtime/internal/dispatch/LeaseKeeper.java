// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.dispatch;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the locks of everything that is under way. A lock counts as lost when the store says so;
 * that the store could not be asked says nothing.
 */
final class LeaseKeeper implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

  private final Provider provider;
  private final StoreHealth health;
  private final Duration length;
  private final Map<LockToken, Lease> leases = new ConcurrentHashMap<>();

  LeaseKeeper(Provider provider, StoreHealth health, Duration length) {
    this.provider = provider;
    this.health = health;
    this.length = length;
  }

  /** Begins to keep a lock. */
  Lease keep(LockToken token, String work) {
    Lease lease = new Lease(token, work, length);
    leases.put(token, lease);
    return lease;
  }

  /** Lets go of a lock: its work is done, one way or the other. */
  void release(Lease lease) {
    leases.remove(lease.token());
  }

  /** Ends the locks of activities that are known to be cancelled, without asking the store. */
  void cancelled(Set<ActivityIdentity> activities) {
    for (Lease lease : leases.values()) {
      if (lease.token() instanceof LockToken.OfActivity(ActivityIdentity activity, long epoch)
          && activities.contains(activity)) {
        LOG.debug("activity {} (lock {}) is cancelled", lease.work(), epoch);
        lease.end();
      }
    }
  }

  /** What is under way. */
  List<Lease> underWay() {
    return List.copyOf(leases.values());
  }

  /** Runs until the thread is interrupted. */
  @Override
  public void run() {
    Duration pause = length.dividedBy(6);
    while (!Thread.currentThread().isInterrupted()) {
      try {
        Thread.sleep(pause);
        renewAll();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        LOG.error("renewing locks failed unexpectedly; trying again", e);
      }
    }
  }

  private void renewAll() {
    Duration due = length.dividedBy(3);
    List<LockToken> instances = new ArrayList<>();
    List<LockToken> activities = new ArrayList<>();
    for (Lease lease : leases.values()) {
      if (!lease.isOver() && lease.isOlderThan(due)) {
        switch (lease.token()) {
          case LockToken.OfInstance token -> instances.add(token);
          case LockToken.OfActivity token -> activities.add(token);
        }
      }
    }
    renew(instances, provider::renewOrchestrationItems);
    renew(activities, provider::renewActivityItems);
  }

  private void renew(
      List<LockToken> tokens, BiFunction<List<LockToken>, Duration, Set<LockToken>> call) {
    if (tokens.isEmpty()) {
      return;
    }
    long asked = System.nanoTime();
    Set<LockToken> held;
    try {
      held = call.apply(tokens, length);
      health.works();
    } catch (ProviderError e) {
      health.failed(e);
      return;
    }
    for (LockToken token : tokens) {
      Lease lease = leases.get(token);
      if (lease == null) {
        continue; // its work was finished meanwhile
      }
      if (held.contains(token)) {
        lease.renewed(asked, length);
      } else {
        LOG.info("the lock of {} is lost: cancelled, or taken over", lease.work());
        lease.end();
      }
    }
  }
}
