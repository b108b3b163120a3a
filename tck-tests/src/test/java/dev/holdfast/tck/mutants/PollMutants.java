// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Fetches that wait too long, not at all, or for the wrong thing. */
final class PollMutants {

  private PollMutants() {}

  static List<Mutant> all() {
    return new Family("POLL")
        .handle(
            "never-waits",
            "A fetch answers at once whatever the request says.",
            "POLL-02: waitUpTo is not passed on",
            NeverWaits::new)
        .handle(
            "waits-a-poll-longer",
            "A fetch that waits goes on for two seconds after its time.",
            "POLL-01: the time is looked at once per poll",
            WaitsLonger::new)
        .handle(
            "waits-to-fill-up",
            "A fetch waits until it has as many items as it may answer.",
            "POLL-03: an answer is held back to fill up",
            inner -> new Own(inner, Own.Habit.FILLS_UP))
        .handle(
            "hears-nothing",
            "A fetch looks when it begins and when its time is over.",
            "POLL-04: no signal from enqueue",
            inner -> new Own(inner, Own.Habit.HEARS_NOTHING))
        .handle(
            "hears-its-own-handle-only",
            "A fetch looks again only when its own handle has enqueued something.",
            "POLL-05: signals do not leave the process, and nobody polls",
            inner -> new Own(inner, Own.Habit.HEARS_ITS_HANDLE))
        .handle(
            "looks-then-listens",
            "What comes between looking and listening is not heard.",
            "POLL-07: a wake-up is lost between the check and the wait",
            inner -> new Own(inner, Own.Habit.LISTENS_LATE))
        .handle(
            "holds-a-lock-while-it-waits",
            "A waiting fetch of activities keeps enqueue out of its handle.",
            "POLL-08: synchronized methods",
            HoldsALock::new)
        .handle(
            "swallows-interrupts",
            "An interrupted fetch clears the interrupt flag.",
            "POLL-09: catch (InterruptedException ignored)",
            SwallowsInterrupts::new)
        .handle(
            "interrupts-are-errors",
            "An interrupted fetch fails.",
            "POLL-09: InterruptedException wrapped as an error",
            InterruptsAreErrors::new)
        .handle(
            "interrupts-lose-items",
            "A fetch that is interrupted as work arrives drops it.",
            "POLL-09: the flag is looked at behind the claim",
            InterruptsLoseItems::new)
        .mutants();
  }

  private static final class NeverWaits extends Forwarding {
    NeverWaits(Provider inner) {
      super(inner);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      return super.fetchOrchestrationItems(request.withWaitUpTo(Duration.ZERO));
    }
  }

  private static final class WaitsLonger extends Forwarding {
    WaitsLonger(Provider inner) {
      super(inner);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      return super.fetchOrchestrationItems(
          request.waitUpTo().isZero()
              ? request
              : request.withWaitUpTo(request.waitUpTo().plusSeconds(2)));
    }
  }

  /** Waits by itself, in a way that has a habit. */
  private static final class Own extends Forwarding {

    enum Habit {
      FILLS_UP,
      HEARS_NOTHING,
      HEARS_ITS_HANDLE,
      LISTENS_LATE
    }

    private static final long POLL_NANOS = 5_000_000;
    private static final int SPINS = 100_000;

    private final Habit habit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition enqueued = lock.newCondition();
    private long signals;

    Own(Provider inner, Habit habit) {
      super(inner);
      this.habit = habit;
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message) {
      EnqueueResult result = super.enqueue(message);
      lock.lock();
      try {
        signals++;
        enqueued.signalAll();
      } finally {
        lock.unlock();
      }
      return result;
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      long end = System.nanoTime() + request.waitUpTo().toNanos();
      OrchestrationFetch look = request.withWaitUpTo(Duration.ZERO);
      long heard = signals();
      List<OrchestrationItem> items = new ArrayList<>(super.fetchOrchestrationItems(look));
      try {
        while (!isEnough(items, request.max()) && System.nanoTime() < end) {
          if (habit == Habit.LISTENS_LATE) {
            spin();
            heard = signals();
          }
          heard = await(heard, end);
          items.addAll(
              super.fetchOrchestrationItems(Change.max(look, request.max() - items.size())));
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return items;
    }

    private boolean isEnough(List<OrchestrationItem> items, int max) {
      return habit == Habit.FILLS_UP ? items.size() == max : !items.isEmpty();
    }

    private static void spin() {
      for (int i = 0; i < SPINS; i++) {
        Thread.onSpinWait();
      }
    }

    private long signals() {
      lock.lock();
      try {
        return signals;
      } finally {
        lock.unlock();
      }
    }

    /** Waits for the next signal, or until the time is over. */
    private long await(long heard, long end) throws InterruptedException {
      lock.lockInterruptibly();
      try {
        boolean deaf = habit == Habit.HEARS_NOTHING;
        long left = end - System.nanoTime();
        while (left > 0 && (deaf || signals == heard)) {
          long most = habit == Habit.FILLS_UP ? POLL_NANOS : left;
          enqueued.await(Math.min(left, most), TimeUnit.NANOSECONDS);
          left = habit == Habit.FILLS_UP ? 0 : end - System.nanoTime();
        }
        return signals;
      } finally {
        lock.unlock();
      }
    }
  }

  private static final class HoldsALock extends Forwarding {
    private final ReentrantLock lock = new ReentrantLock();

    HoldsALock(Provider inner) {
      super(inner);
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message) {
      lock.lock();
      try {
        return super.enqueue(message);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      lock.lock();
      try {
        return super.fetchActivityItems(request);
      } finally {
        lock.unlock();
      }
    }
  }

  private static final class SwallowsInterrupts extends Forwarding {
    SwallowsInterrupts(Provider inner) {
      super(inner);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      List<OrchestrationItem> items = super.fetchOrchestrationItems(request);
      return Thread.interrupted() ? List.of() : items;
    }
  }

  private static final class InterruptsAreErrors extends Forwarding {
    InterruptsAreErrors(Provider inner) {
      super(inner);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      List<OrchestrationItem> items = super.fetchOrchestrationItems(request);
      if (items.isEmpty() && Thread.currentThread().isInterrupted()) {
        throw new StoreUnavailable("fetchOrchestrationItems", "interrupted", null);
      }
      return items;
    }
  }

  /** A parked thread that finds work stands for one that is interrupted at that moment. */
  private static final class InterruptsLoseItems extends Forwarding {
    InterruptsLoseItems(Provider inner) {
      super(inner);
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      List<OrchestrationItem> items = super.fetchOrchestrationItems(request);
      boolean interrupted = Thread.currentThread().isInterrupted();
      return interrupted ? List.of() : items;
    }
  }
}
