// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Tells those who await an instance in this process that it has ended in this process, so that they
 * need not wait for their next look. A hint: whoever misses it looks again soon.
 */
public final class CompletionSignals {

  private final Map<String, Map<Waiter, Boolean>> waiters = new ConcurrentHashMap<>();

  /** Wakes everybody who awaits the instance. */
  public void ended(String instanceId) {
    Map<Waiter, Boolean> waiting = waiters.get(instanceId);
    if (waiting != null) {
      waiting.keySet().forEach(Waiter::wake);
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

    private Waiter(String instanceId) {
      this.instanceId = instanceId;
    }

    private void wake() {
      signal.release();
    }

    /** Waits for the signal, at most so long; true when it came. */
    boolean pause(Duration atMost) throws InterruptedException {
      return signal.tryAcquire(atMost.toNanos(), TimeUnit.NANOSECONDS);
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
