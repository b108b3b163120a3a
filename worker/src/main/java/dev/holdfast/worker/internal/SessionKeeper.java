// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.feature.Sessions;
import dev.holdfast.worker.SessionSettings;
import dev.holdfast.worker.StoreCall;
import dev.holdfast.worker.internal.util.Told;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the sessions that this worker holds: renews those in use, says once which may be lost, and
 * releases them when the worker closes. The locks of activities are not its concern: who loses a
 * session may still finish what it has begun. Thread-safe.
 */
final class SessionKeeper {

  private static final Logger LOG = LoggerFactory.getLogger(SessionKeeper.class);

  private final Sessions store;
  private final StoreAvailability health;
  private final String owner;
  private final SessionSettings settings;
  private final LongSupplier nanoTime;
  private final ReentrantLock guard = new ReentrantLock();

  /** A renewal counts sessions, and a release in between would make one too few of them. */
  private final ReentrantLock calls = new ReentrantLock();

  private final Map<String, Held> held = new HashMap<>();
  private long tidied;
  private volatile boolean closed;

  SessionKeeper(
      Sessions store,
      StoreAvailability health,
      String owner,
      SessionSettings settings,
      LongSupplier nanoTime) {
    this.store = store;
    this.health = health;
    this.owner = owner;
    this.settings = settings;
    this.nanoTime = nanoTime;
    this.tidied = nanoTime.getAsLong();
  }

  /** A session, as far as this worker knows; under the guard. */
  private static final class Held {
    private final Set<LockToken> underWay = new HashSet<>();
    private long lastUse;
    private boolean toldAsLost;
  }

  /** An activity of a session has come, and with it the session; null for none. */
  void delivered(@Nullable String session, LockToken activity) {
    if (session == null) {
      return;
    }
    guard.lock();
    try {
      Held one = held.computeIfAbsent(session, id -> new Held());
      one.underWay.add(activity);
      one.lastUse = nanoTime.getAsLong();
      one.toldAsLost = false;
    } finally {
      guard.unlock();
    }
  }

  /** An activity of a session has come and gone, and with it the session; null for none. */
  void noted(@Nullable String session, LockToken activity) {
    delivered(session, activity);
    processed(session, activity);
  }

  /** An activity of a session is processed; null for none. */
  void processed(@Nullable String session, LockToken activity) {
    guard.lock();
    try {
      Held one = session == null ? null : held.get(session);
      if (one != null) {
        one.underWay.remove(activity);
        one.lastUse = nanoTime.getAsLong();
      }
    } finally {
      guard.unlock();
    }
  }

  /**
   * Lets go of the session of an activity that only another worker can do, unless more of the
   * session is under way here; null for none.
   */
  void letGo(@Nullable String session) {
    if (session == null) {
      return;
    }
    calls.lock();
    try {
      guard.lock();
      try {
        Held one = held.get(session);
        if (one == null || one.underWay.size() > 1) {
          return;
        }
        held.remove(session);
      } finally {
        guard.unlock();
      }
      release(session);
    } finally {
      calls.unlock();
    }
  }

  /** Renews until this is closed; its thread is to be interrupted as well then. */
  void keep() {
    Duration pause = settings.leaseFor().dividedBy(3);
    while (!closed) {
      try {
        Thread.sleep(pause);
        renew();
        tidy();
      } catch (InterruptedException e) {
        LOG.trace("the renewal of sessions was interrupted");
      } catch (Throwable e) {
        if (!closed) {
          Told.error(LOG, "renewing sessions failed unexpectedly; trying again", e);
        }
      }
    }
  }

  /** Renews once. */
  void renew() {
    calls.lock();
    try {
      Set<String> used = used();
      if (used == null) {
        return;
      }
      int renewed = store.renewSessions(Set.of(owner), settings.leaseFor(), settings.idleAfter());
      health.works(StoreCall.RENEW_SESSIONS);
      if (renewed < used.size()) {
        tellLost(used, used.size() - renewed);
      }
    } catch (ProviderError e) {
      health.failed(StoreCall.RENEW_SESSIONS, e);
    } finally {
      calls.unlock();
    }
  }

  /** {@return the sessions that the store must renew; null when none is held at all} */
  private @Nullable Set<String> used() {
    long now = nanoTime.getAsLong();
    long idle = settings.idleAfter().toNanos();
    guard.lock();
    try {
      Set<String> used = new TreeSet<>();
      for (Iterator<Map.Entry<String, Held>> all = held.entrySet().iterator(); all.hasNext(); ) {
        Map.Entry<String, Held> entry = all.next();
        Held one = entry.getValue();
        long unused = one.underWay.isEmpty() ? now - one.lastUse : 0;
        if (unused > idle + settings.leaseFor().toNanos()) {
          all.remove(); // its lease has run out
        } else if (!one.toldAsLost && unused < idle / 2) {
          used.add(entry.getKey());
        }
      }
      return held.isEmpty() ? null : used;
    } finally {
      guard.unlock();
    }
  }

  /** The store says how many are renewed and not which; those that are lost are among these. */
  private void tellLost(Set<String> used, int lost) {
    guard.lock();
    try {
      held.forEach((session, one) -> one.toldAsLost |= used.contains(session));
    } finally {
      guard.unlock();
    }
    LOG.warn(
        "sessions lost: {} of {}; their leases have run out, and other workers may hold them;"
            + " activities that are under way go on",
        lost,
        used);
  }

  /** Removes what is left of ended sessions, of any worker, as often as one becomes idle here. */
  private void tidy() {
    long now = nanoTime.getAsLong();
    if (now - tidied < settings.idleAfter().toNanos()) {
      return;
    }
    tidied = now;
    try {
      int removed = store.cleanupSessions();
      LOG.debug("removed what was left of {} ended sessions", removed);
    } catch (ProviderError e) {
      LOG.debug("what is left of ended sessions is removed later", Told.brief(e));
    }
  }

  /** Ends the renewals and releases all sessions, so that other workers get them at once. */
  void close() {
    closed = true;
    calls.lock();
    try {
      List<String> all;
      guard.lock();
      try {
        all = List.copyOf(held.keySet());
        held.clear();
      } finally {
        guard.unlock();
      }
      for (String session : all) {
        if (!release(session)) {
          return; // the store is away; the leases run out
        }
      }
    } finally {
      calls.unlock();
    }
  }

  private boolean release(String session) {
    try {
      boolean released = store.releaseSession(owner, session);
      LOG.debug("session {} is {}", session, released ? "released" : "not held any more");
      return true;
    } catch (ProviderError e) {
      LOG.debug("session {} could not be released", session, Told.brief(e));
      return false;
    }
  }
}
