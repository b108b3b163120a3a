// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import dev.holdfast.provider.HistoryEvent;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells those who await an instance in this process that it has ended in this process, and how, so
 * that they need neither wait for their next look nor look. A hint: a waiter that misses it polls
 * again soon.
 */
public final class CompletionSignals {

  private final Map<String, Map<Waiter, Boolean>> waiters = new ConcurrentHashMap<>();

  /**
   * How an instance has ended.
   *
   * @param executionId its last execution
   * @param name the name of its orchestration, null when that is not known
   * @param event its last event, as it was stored
   */
  public record Ended(long executionId, @Nullable String name, HistoryEvent event) {}

  /** Tells everybody who awaits the instance. */
  public void ended(String instanceId, Ended how) {
    Map<Waiter, Boolean> waiting = waiters.get(instanceId);
    if (waiting != null) {
      waiting.keySet().forEach(waiter -> waiter.tell(how));
    }
  }

  /** Begins to listen for the end of an instance; close it afterwards. */
  Waiter listen(String instanceId) {
    Waiter waiter = new Waiter(instanceId);
    waiters.compute(
        instanceId,
        (id, waiting) -> {
          Map<Waiter, Boolean> all = waiting == null ? new ConcurrentHashMap<>() : waiting;
          all.put(waiter, true);
          return all;
        });
    return waiter;
  }

  /** One who waits. */
  final class Waiter implements AutoCloseable {
    private final String instanceId;
    private final Semaphore signal = new Semaphore(0);
    private volatile @Nullable Ended ended;

    private Waiter(String instanceId) {
      this.instanceId = instanceId;
    }

    private void tell(Ended how) {
      ended = how;
      signal.release();
    }

    /** Waits until it is told, at most so long; null when it was not. */
    @Nullable Ended await(Duration atMost) throws InterruptedException {
      return signal.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS) ? ended : null;
    }

    @Override
    public void close() {
      waiters.computeIfPresent(
          instanceId,
          (id, waiting) -> {
            waiting.remove(this);
            return waiting.isEmpty() ? null : waiting;
          });
    }
  }
}
