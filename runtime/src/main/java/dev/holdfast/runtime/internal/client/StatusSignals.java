// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Wakes local callers who wait for a custom status, when the worker of the same process has stored
 * a change of it. Thread-safe.
 */
public final class StatusSignals {

  private final ConcurrentHashMap<String, Set<Waiter>> waiters = new ConcurrentHashMap<>();

  /** Tells all callers who wait for the custom status of the instance that it has changed. */
  public void changed(String instanceId) {
    waiters.getOrDefault(instanceId, Set.of()).forEach(waiter -> waiter.told.release());
  }

  /** Begins to listen for changes; close it afterwards. */
  Waiter listen(String instanceId) {
    Waiter waiter = new Waiter(instanceId);
    waiters.compute(
        instanceId,
        (id, waiting) -> {
          Set<Waiter> all = waiting == null ? ConcurrentHashMap.newKeySet() : waiting;
          all.add(waiter);
          return all;
        });
    return waiter;
  }

  /** A caller who waits. */
  final class Waiter implements AutoCloseable {
    private final String instanceId;
    private final Semaphore told = new Semaphore(0);

    private Waiter(String instanceId) {
      this.instanceId = instanceId;
    }

    /** Waits until it is told of a change since it last was, at most so long. */
    void await(Duration atMost) throws InterruptedException {
      if (told.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
        told.drainPermits();
      }
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
