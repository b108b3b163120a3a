// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.support.StoreTime;
import dev.holdfast.tck.fixture.WriterHold;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The data of one store and the one lock around them. Every call of the provider runs as a whole
 * under the lock and checks everything before it changes anything, so each is atomic. Thread-safe
 * through {@link #atomically} and {@link #waiting}.
 */
final class ReferenceStore {

  /** How long it may take until a waiting fetch notices that time has passed. */
  static final Duration WAKE_UP_BOUND = Duration.ofMillis(50);

  /** Instances by id; also those that are known by queued messages only. */
  final Map<String, InstanceState> instances = new LinkedHashMap<>();

  /** Queued activities, in insertion order. */
  final Map<ActivityIdentity, ActivityState> activities = new LinkedHashMap<>();

  /** Who has which session of activities. */
  final SessionLeases sessions = new SessionLeases();

  /** Named leases. */
  final LeaseTable leases = new LeaseTable();

  /** Runs and their steps. */
  RunTable runs = new RunTable();

  /** Messages to ports of steps. */
  InboxTable inboxes = new InboxTable();

  /** Streams of events. */
  final StreamTable streams = new StreamTable();

  /** Rows folded from the log. */
  final ProjectionTable projections = new ProjectionTable();

  /** What has happened to runs. */
  final AuditTable audit = new AuditTable();

  /** How to decide what the contract leaves open. */
  Preference preference = Preference.NONE;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final InstantSource clock;
  final HeldApplies commitHold = new HeldApplies();
  private volatile boolean auditFails;
  private Instant latest = Instant.MIN;
  private long numbers;

  ReferenceStore(InstantSource clock) {
    this.clock = clock;
  }

  /** The store's time, in whole microseconds; it never runs backwards. */
  Instant now() {
    Instant now = StoreTime.fromMicros(StoreTime.toMicros(clock.instant()));
    if (now.isAfter(latest)) {
      latest = now;
    }
    return latest;
  }

  /** A later moment. */
  static Instant plus(Instant moment, Duration duration) {
    return StoreTime.fromMicros(StoreTime.plus(StoreTime.toMicros(moment), duration));
  }

  /**
   * The next number of the store: for the order of insertion, for epochs, for the order of release.
   */
  long nextNumber() {
    return ++numbers;
  }

  InstanceState instance(String id) {
    return instances.computeIfAbsent(id, InstanceState::new);
  }

  /** Does something as a whole, and wakes up waiting fetches. */
  <T> T atomically(Supplier<T> work) {
    lock.lock();
    try {
      T answer = work.get();
      changed.signalAll();
      return answer;
    } finally {
      lock.unlock();
    }
  }

  /** Does something as a whole, unless other calls have the store for too long. */
  void within(Duration waitUpTo, Runnable work) {
    try {
      if (!lock.tryLock(TimeUnit.NANOSECONDS.convert(waitUpTo), TimeUnit.NANOSECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    try {
      work.run();
    } finally {
      lock.unlock();
    }
  }

  /** Whether audit records cannot be written now. */
  boolean auditFails() {
    return auditFails;
  }

  /** Lets writes of audit records fail from now on, or succeed again. */
  void failAudit(boolean fails) {
    auditFails = fails;
  }

  /** Stands where changes are held. */
  void beforeApply() {
    commitHold.stand();
  }

  /** Keeps all calls waiting until it is closed by the same thread. */
  WriterHold.Held held() {
    lock.lock();
    return lock::unlock;
  }

  /**
   * Wakes up waiting fetches, so that they look at the clock or notice that their handle was
   * closed.
   */
  void wakeUp() {
    atomically(() -> true);
  }

  /**
   * Tries until there is something, the time is over, the handle is closed or the thread is
   * interrupted.
   */
  <T> List<T> waiting(Duration waitUpTo, BooleanSupplier closed, Supplier<List<T>> attempt) {
    long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(waitUpTo);
    lock.lock();
    try {
      List<T> found = attempt.get();
      while (found.isEmpty() && !closed.getAsBoolean()) {
        long left = end - System.nanoTime();
        if (left <= 0) {
          break;
        }
        changed.awaitNanos(Math.min(left, WAKE_UP_BOUND.toNanos()));
        found = closed.getAsBoolean() ? found : attempt.get();
      }
      return found;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    } finally {
      lock.unlock();
    }
  }
}
