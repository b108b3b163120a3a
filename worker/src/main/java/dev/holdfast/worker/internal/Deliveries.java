// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.worker.Work;
import dev.holdfast.worker.WorkerListener;
import dev.holdfast.worker.internal.util.Told;
import java.time.Duration;
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

  /** Tells of a turn that was stored and never delivered. */
  void stored(Work work, Duration took) {
    if (!listeners.isEmpty()) {
      tell(listener -> listener.begun(work));
      tell(listener -> listener.ended(work, true, took));
    }
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
      tell(listener -> listener.ended(work, lock.isStored(), took));
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
