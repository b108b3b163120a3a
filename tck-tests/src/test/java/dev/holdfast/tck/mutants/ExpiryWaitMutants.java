// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Provider;
import dev.holdfast.tck.fixture.TckFixture;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.reference.ReferenceFixture;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** Calls that go by a time before their turn. */
final class ExpiryWaitMutants {

  /** How often one looks for work that computes its lock end before it waits. */
  private static final long LOOK_NANOS = 1_000_000;

  /** When the call of a thread began, while it is under way. */
  private static final ThreadLocal<Instant> CALLED_AT = new ThreadLocal<>();

  private ExpiryWaitMutants() {}

  static List<Mutant> all() {
    return new Family("EXPIRY")
        .fixture(
            "turns-read-the-time-before-they-wait",
            "Acks and renewals of instances go by the time at which they were called.",
            "EXPIRY-17: the time is read before the lock of the writer is waited for",
            () -> early(EarlyTurns::new))
        .fixture(
            "workers-read-the-time-before-they-wait",
            "Acks and renewals of activities go by the time at which they were called.",
            "EXPIRY-17: the time is read before the lock of the row is waited for",
            () -> early(EarlyWorkers::new))
        .store(
            "locks-last-from-the-begin-of-the-wait",
            "The lock of an instance ends lockFor after its fetch began to wait.",
            "EXPIRY-17: the lock end is computed before the wait",
            store -> inner -> new EarlyLocks(inner, store))
        .store(
            "locks-of-activities-last-from-the-begin-of-the-wait",
            "The lock of an activity ends lockFor after its fetch began to wait.",
            "EXPIRY-17: the lock end is computed before the wait",
            store -> inner -> new EarlyActivityLocks(inner, store))
        .mutants();
  }

  /** Stores that see the time of the call under way. */
  private static TckFixture early(BiFunction<Provider, Early, Provider> breaker) {
    return new ChangedFixture(
        new ReferenceFixture(clock ->
            () -> {
              Instant early = CALLED_AT.get();
              return early == null ? clock.instant() : early;
            })) {
      @Override
      public TestStore freshStore(String purpose) {
        TestStore store = super.freshStore(purpose);
        return new ChangedStore(store) {
          @Override
          protected Provider handle(Provider right) {
            return breaker.apply(right, new Early(store));
          }
        };
      }
    };
  }

  private record Early(TestStore store) {
    <T> T by(Supplier<T> call) {
      CALLED_AT.set(now(store));
      try {
        return call.get();
      } finally {
        CALLED_AT.remove();
      }
    }
  }

  private static Instant now(TestStore store) {
    return store.timeControl().orElseThrow().now();
  }

  private static final class EarlyTurns extends Forwarding {
    private final Early early;

    EarlyTurns(Provider inner, Early early) {
      super(inner);
      this.early = early;
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      return early.by(() -> super.ackOrchestrationItem(ack));
    }

    @Override
    protected boolean renewInstance(LockToken token, Duration extendFor) {
      return early.by(() -> super.renewInstance(token, extendFor));
    }
  }

  private static final class EarlyWorkers extends Forwarding {
    private final Early early;

    EarlyWorkers(Provider inner, Early early) {
      super(inner);
      this.early = early;
    }

    @Override
    public AckResult ackActivityItem(ActivityAck ack) {
      return early.by(() -> super.ackActivityItem(ack));
    }

    @Override
    protected boolean renewActivity(LockToken token, Duration extendFor) {
      return early.by(() -> super.renewActivity(token, extendFor));
    }
  }

  /** What is left of a duration that began to run at a moment; hardly anything when it is over. */
  private static Duration left(TestStore store, Instant began, Duration duration) {
    Duration left = duration.minus(Duration.between(began, now(store)));
    return left.isPositive() ? left : Duration.ofNanos(1_000);
  }

  /** Lets some time pass, and says whether to look again. */
  private static boolean waits(long end) {
    if (System.nanoTime() >= end || Thread.currentThread().isInterrupted()) {
      return false;
    }
    LockSupport.parkNanos(LOOK_NANOS);
    return true;
  }

  private static final class EarlyLocks extends Forwarding {
    private final TestStore store;

    EarlyLocks(Provider inner, TestStore store) {
      super(inner);
      this.store = store;
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      Instant began = now(store);
      long end = System.nanoTime() + request.waitUpTo().toNanos();
      List<OrchestrationItem> items;
      do {
        items =
            super.fetchOrchestrationItems(
                new OrchestrationFetch(
                    request.max(),
                    left(store, began, request.lockFor()),
                    Duration.ZERO,
                    request.inlineHistory(),
                    request.versionFilter(),
                    request.served(),
                    request.maxBytes()));
      } while (items.isEmpty() && waits(end));
      return items;
    }
  }

  private static final class EarlyActivityLocks extends Forwarding {
    private final TestStore store;

    EarlyActivityLocks(Provider inner, TestStore store) {
      super(inner);
      this.store = store;
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      Instant began = now(store);
      long end = System.nanoTime() + request.waitUpTo().toNanos();
      List<ActivityItem> items;
      do {
        items =
            super.fetchActivityItems(
                new ActivityFetch(
                    request.max(),
                    left(store, began, request.lockFor()),
                    Duration.ZERO,
                    request.tagFilter(),
                    request.session(),
                    request.served(),
                    request.maxBytes()));
      } while (items.isEmpty() && waits(end));
      return items;
    }
  }
}
