// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import dev.holdfast.provider.HistoryEvent;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Wakes local callers when an instance ends, and passes them how it ended: the worker of the same
 * process tells what it ended, the {@link EndWatcher} what others did. Of what was started here an
 * end is kept for a while, so that a caller who comes later reads nothing either. Thread-safe.
 */
public final class CompletionSignals {

  private final Map<String, Map<Listener, Boolean>> waiters = new ConcurrentHashMap<>();
  private final StartedHere startedHere = new StartedHere();
  private final StatusSignals statuses = new StatusSignals();

  /**
   * How an instance has ended.
   *
   * @param executionId its last execution
   * @param name the name of its orchestration, null when that is not known
   * @param event its last event, as it was stored; null when it cannot be read
   */
  public record Ended(long executionId, @Nullable String name, @Nullable HistoryEvent event) {}

  /** Tells all callers who await the instance. */
  public void ended(String instanceId, Ended how) {
    startedHere.ended(instanceId, how);
    Map<Listener, Boolean> waiting = waiters.get(instanceId);
    if (waiting != null) {
      waiting.keySet().forEach(waiter -> waiter.tell(how, null));
    }
  }

  /**
   * An instance that had ended goes on, so that its end must not be told to those who come later.
   */
  public void begun(String instanceId) {
    startedHere.goesOn(instanceId);
  }

  /** Tells all callers who await the instance that nobody will tell them of its end. */
  void failed(String instanceId, RuntimeException why) {
    Map<Listener, Boolean> waiting = waiters.get(instanceId);
    if (waiting != null) {
      waiting.keySet().forEach(waiter -> waiter.tell(null, why));
    }
  }

  /** The instances that were started here, and how they ended here. */
  StartedHere startedHere() {
    return startedHere;
  }

  /** {@return what tells of changes of custom statuses} */
  public StatusSignals statuses() {
    return statuses;
  }

  /** Begins to listen for the end of an instance; close it afterwards. */
  Waiter listen(String instanceId) {
    Waiter waiter = new Waiter(instanceId);
    listen(instanceId, waiter);
    return waiter;
  }

  /** Begins to tell a listener of the end of an instance. */
  void listen(String instanceId, Listener listener) {
    waiters.compute(
        instanceId,
        (id, waiting) -> {
          Map<Listener, Boolean> all = waiting == null ? new ConcurrentHashMap<>() : waiting;
          all.put(listener, true);
          return all;
        });
  }

  /** Tells a listener no more. */
  void forget(String instanceId, Listener listener) {
    waiters.computeIfPresent(
        instanceId,
        (id, waiting) -> {
          waiting.remove(listener);
          return waiting.isEmpty() ? null : waiting;
        });
  }

  /** {@return how many listeners there are} */
  int listeners() {
    return waiters.values().stream().mapToInt(Map::size).sum();
  }

  /** Is told of the end of an instance, maybe more than once, on the thread that knows it. */
  interface Listener {
    /**
     * Tells how the instance has ended, or why nobody will tell.
     *
     * @param how how it has ended, null when that will not be told
     * @param why why not, null when it is told
     */
    void tell(@Nullable Ended how, @Nullable RuntimeException why);
  }

  /** A caller who waits. */
  final class Waiter implements Listener, AutoCloseable {
    private final String instanceId;
    private final CountDownLatch told = new CountDownLatch(1);
    private volatile @Nullable Ended ended;
    private volatile @Nullable RuntimeException failure;

    private Waiter(String instanceId) {
      this.instanceId = instanceId;
    }

    @Override
    public void tell(@Nullable Ended how, @Nullable RuntimeException why) {
      if (told.getCount() > 0) {
        ended = how;
        failure = why;
        told.countDown();
      }
    }

    /**
     * Waits until it is told, at most so long; null when it was not.
     *
     * @throws RuntimeException what keeps it from being told
     */
    @Nullable Ended await(Duration atMost) throws InterruptedException {
      if (!told.await(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
        return null;
      }
      RuntimeException why = failure;
      if (why != null) {
        throw why;
      }
      return ended;
    }

    @Override
    public void close() {
      forget(instanceId, this);
    }
  }
}
