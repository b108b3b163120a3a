// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.worker.StoreCall;
import dev.holdfast.worker.TurnOutput;
import dev.holdfast.worker.Work;
import dev.holdfast.worker.WorkEnd;
import dev.holdfast.worker.WorkEnd.Arrival;
import dev.holdfast.worker.WorkEnd.Outcome;
import dev.holdfast.worker.WorkerListener;
import dev.holdfast.worker.internal.util.Told;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Says of each delivery what it is: to the listeners, and in the MDC of the thread that processes
 * it. Thread-safe.
 */
final class Deliveries {

  private static final Logger LOG = LoggerFactory.getLogger(Deliveries.class);

  private final List<WorkerListener> listeners;

  Deliveries(List<WorkerListener> listeners) {
    this.listeners = List.copyOf(listeners);
  }

  /** Processes a turn. */
  void during(OrchestrationItem item, HeldLock lock, Runnable process) {
    during(
        new Work(
            Work.Kind.TURN,
            item.instanceId(),
            item.executionId(),
            item.name(),
            null,
            item.deliveryCount()),
        lock,
        process);
  }

  /** Processes an activity. */
  void during(ActivityItem item, HeldLock lock, Runnable process) {
    during(
        new Work(
            Work.Kind.ACTIVITY,
            item.task().instanceId(),
            item.task().executionId(),
            item.task().name(),
            item.task().activityId(),
            item.deliveryCount()),
        lock,
        process);
  }

  /** {@return where it is noted what becomes of an instance that has just come} */
  WorkNotes notes(OrchestrationItem item, boolean claimed) {
    return listeners.isEmpty() ? WorkNotes.UNHEARD : new WorkNotes(arrival(claimed), waited(item));
  }

  /** {@return where it is noted what becomes of an activity that has just come} */
  WorkNotes notes(boolean claimed) {
    return listeners.isEmpty() ? WorkNotes.UNHEARD : new WorkNotes(arrival(claimed), null);
  }

  private static Arrival arrival(boolean claimed) {
    return claimed ? Arrival.EAGER : Arrival.FETCHED;
  }

  /** Since the first of its messages could be delivered, by the store's clock. */
  private static @Nullable Duration waited(OrchestrationItem item) {
    Instant first = null;
    for (OrchestratorMessage message : item.messages()) {
      if (message.due() instanceof Due.At(Instant visible)
          && (first == null || visible.isBefore(first))) {
        first = visible;
      }
    }
    if (first == null) {
      return null;
    }
    Duration waited = Duration.between(first, item.fetchedAt());
    return waited.isNegative() ? Duration.ZERO : waited;
  }

  /** Tells of a turn that was stored and never delivered. */
  void stored(Work work, TurnOutput output, Duration took) {
    if (!listeners.isEmpty()) {
      WorkEnd end =
          new WorkEnd(
              Outcome.STORED, Arrival.AHEAD, took, null, output.metadata().status(), null, 0);
      tell(listener -> listener.begun(work));
      tell(listener -> listener.ended(work, end));
    }
  }

  /** Tells of a turn ahead that was computed for nothing. */
  void aheadNotUsed(Work work) {
    tell(listener -> listener.turnAheadNotUsed(work));
  }

  /** Tells of a fetch. */
  void fetched(Work.Kind kind, int items) {
    if (!listeners.isEmpty()) {
      tell(listener -> listener.fetched(kind, items));
    }
  }

  /** Tells of a call that failed. */
  void storeFailed(StoreCall call, ProviderError error) {
    tell(listener -> listener.storeFailed(call, error));
  }

  /** The thread is the delivery's own, so what is put into its MDC ends with it. */
  private void during(Work work, HeldLock lock, Runnable process) {
    put(Work.MDC_INSTANCE, work.instanceId());
    put(Work.MDC_EXECUTION, String.valueOf(work.executionId()));
    put(Work.MDC_NAME, work.name());
    put(Work.MDC_ACTIVITY, work.activityId() == null ? null : work.activityId().toString());
    put(Work.MDC_DELIVERY, String.valueOf(work.deliveries()));
    if (listeners.isEmpty()) {
      process.run();
      return;
    }
    long start = System.nanoTime();
    tell(listener -> listener.begun(work));
    try {
      process.run();
    } finally {
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      WorkEnd end = lock.notes().end(took);
      tell(listener -> listener.ended(work, end));
    }
  }

  private static void put(String key, @Nullable String value) {
    if (value != null) {
      MDC.put(key, value);
    }
  }

  private void tell(Consumer<WorkerListener> what) {
    for (WorkerListener listener : listeners) {
      try {
        what.accept(listener);
      } catch (Throwable e) {
        Told.error(LOG, "a listener failed; work goes on", e);
      }
    }
  }
}
