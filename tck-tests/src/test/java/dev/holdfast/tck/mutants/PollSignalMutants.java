// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** Calls that wake nobody, where whoever waits looks again by himself within the bound. */
final class PollSignalMutants {

  private PollSignalMutants() {}

  /** What brings work. */
  private enum Call {
    ENQUEUE,
    ENQUEUE_ALL,
    ACK_WITH_ACTIVITIES,
    ACK_WITH_MESSAGES,
    COMPLETION
  }

  static List<Mutant> all() {
    return new Family("POLL")
        .handle(
            "an-enqueue-wakes-nobody",
            "A waiter learns of a message with its next regular look.",
            "POLL-04: no signal from enqueue, which a look every 100 ms hides",
            inner -> new Silent(inner, EnumSet.of(Call.ENQUEUE)))
        .handle(
            "a-list-wakes-nobody",
            "A waiter learns of a list of messages with its next regular look.",
            "POLL-04: no signal from the list form",
            inner -> new Silent(inner, EnumSet.of(Call.ENQUEUE_ALL)))
        .handle(
            "an-ack-wakes-no-worker",
            "A waiter learns of an activity with its next regular look.",
            "POLL-04: an ack signals the orchestrator queue alone",
            inner -> new Silent(inner, EnumSet.of(Call.ACK_WITH_ACTIVITIES)))
        .handle(
            "an-ack-wakes-no-poller",
            "A waiter learns of the message of an ack with its next regular look.",
            "POLL-04: an ack signals the worker queue alone",
            inner -> new Silent(inner, EnumSet.of(Call.ACK_WITH_MESSAGES)))
        .handle(
            "a-completion-wakes-nobody",
            "A waiter learns of a completion with its next regular look.",
            "POLL-04: no signal from activity acks",
            inner -> new Silent(inner, EnumSet.of(Call.COMPLETION)))
        .mutants();
  }

  private static final class Silent extends Forwarding {

    /** Half of the wake-up bound of the reference. */
    private static final long LOOK_NANOS = 100_000_000;

    private final Set<Call> silent;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private long signals;

    Silent(Provider inner, Set<Call> silent) {
      super(inner);
      this.silent = silent;
    }

    private <T> T signalling(Call call, Supplier<T> work) {
      T answer = work.get();
      if (!silent.contains(call)) {
        lock.lock();
        try {
          signals++;
          changed.signalAll();
        } finally {
          lock.unlock();
        }
      }
      return answer;
    }

    @Override
    public EnqueueResult enqueue(OrchestratorMessage message) {
      return signalling(Call.ENQUEUE, () -> super.enqueue(message));
    }

    @Override
    public void enqueueAll(List<OrchestratorMessage> messages) {
      signalling(
          Call.ENQUEUE_ALL,
          () -> {
            super.enqueueAll(messages);
            return true;
          });
    }

    @Override
    public AckResult ackOrchestrationItem(OrchestrationAck ack) {
      Call call = ack.activities().isEmpty() ? Call.ACK_WITH_MESSAGES : Call.ACK_WITH_ACTIVITIES;
      return signalling(call, () -> super.ackOrchestrationItem(ack));
    }

    @Override
    public AckResult ackActivityItem(ActivityAck ack) {
      return signalling(Call.COMPLETION, () -> super.ackActivityItem(ack));
    }

    @Override
    public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
      OrchestrationFetch look = request.withWaitUpTo(Duration.ZERO);
      return waiting(request.waitUpTo(), () -> super.fetchOrchestrationItems(look));
    }

    @Override
    public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
      ActivityFetch look = request.withWaitUpTo(Duration.ZERO);
      return waiting(request.waitUpTo(), () -> super.fetchActivityItems(look));
    }

    private <T> List<T> waiting(Duration waitUpTo, Supplier<List<T>> look) {
      long end = System.nanoTime() + waitUpTo.toNanos();
      lock.lock();
      try {
        long seen = signals;
        List<T> items = look.get();
        while (items.isEmpty() && System.nanoTime() < end) {
          long left = Math.min(LOOK_NANOS, end - System.nanoTime());
          while (signals == seen && left > 0) {
            left = changed.awaitNanos(left);
          }
          seen = signals;
          items = look.get();
        }
        return items;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return List.of();
      } finally {
        lock.unlock();
      }
    }
  }
}
