// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import dev.holdfast.runtime.AwaitTimeoutException;
import dev.holdfast.runtime.EncodedValue;
import dev.holdfast.runtime.InstanceStatus;
import dev.holdfast.runtime.internal.client.CompletionSignals.Ended;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Waits for the ends of instances, on the thread of the caller or on none. Thread-safe. */
final class Endings {

  /** 100 years: longer than any caller waits, and a long of nanoseconds can hold it. */
  static final Duration LONGEST_WAIT = Duration.ofDays(36_500);

  private final CompletionSignals signals;
  private final EndWatcher watcher;
  private final StatusReader reader;
  private final Duration grace;
  private final Function<String, @Nullable EncodedValue> shown;

  /**
   * Creates it for one client.
   *
   * @param grace how long the worker beside has to end what was started here, before the store is
   *     asked whether another worker did
   * @param shown what an instance shows to the outside, for those whose time is over
   */
  Endings(
      CompletionSignals signals,
      EndWatcher watcher,
      StatusReader reader,
      Duration grace,
      Function<String, @Nullable EncodedValue> shown) {
    this.signals = signals;
    this.watcher = watcher;
    this.reader = reader;
    this.grace = grace;
    this.shown = shown;
  }

  InstanceStatus await(String instanceId, Duration timeout) throws InterruptedException {
    Duration bounded = timeout.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : timeout;
    long deadline = System.nanoTime() + bounded.toNanos();
    try (CompletionSignals.Waiter waiter = signals.listen(instanceId)) {
      Ended ended = signals.startedHere().end(instanceId);
      if (ended == null) {
        ended = awaitEnd(instanceId, waiter, deadline);
      }
      InstanceStatus status =
          ended == null ? reader.read(instanceId) : reader.read(instanceId, ended);
      if (!status.state().isEnded()) {
        throw new AwaitTimeoutException(instanceId, timeout, status, shown.apply(instanceId));
      }
      return status;
    }
  }

  /** Waits for the end; null when it did not come in time. */
  private @Nullable Ended awaitEnd(
      String instanceId, CompletionSignals.Waiter waiter, long deadline)
      throws InterruptedException {
    if (isLikelyHere(instanceId)) {
      Duration left = left(deadline);
      Ended ended = waiter.await(grace.compareTo(left) < 0 ? grace : left);
      if (ended != null) {
        return ended;
      }
    }
    Duration left = left(deadline);
    if (!left.isPositive()) {
      return null;
    }
    EndWatcher.Watched watched = watcher.watch(instanceId);
    try {
      return waiter.await(left);
    } finally {
      watcher.leave(watched);
    }
  }

  private boolean isLikelyHere(String instanceId) {
    return grace.isPositive() && signals.startedHere().has(instanceId);
  }

  private static Duration left(long deadline) {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  /** Begins to wait; the future leaves nothing behind when it is completed, by whomever. */
  CompletableFuture<InstanceStatus> await(String instanceId) {
    CompletableFuture<InstanceStatus> future = new CompletableFuture<>();
    Told told = new Told(instanceId, future);
    signals.listen(instanceId, told);
    CompletableFuture<InstanceStatus> unused =
        future.whenComplete((status, error) -> signals.forget(instanceId, told));
    Ended before = signals.startedHere().end(instanceId);
    if (before != null) {
      told.tell(before, null);
    } else if (isLikelyHere(instanceId)) {
      Executor later = CompletableFuture.delayedExecutor(grace.toMillis(), TimeUnit.MILLISECONDS);
      later.execute(() -> watch(instanceId, future));
    } else {
      watch(instanceId, future);
    }
    return future;
  }

  private void watch(String instanceId, CompletableFuture<InstanceStatus> future) {
    if (future.isDone()) {
      return;
    }
    try {
      EndWatcher.Watched watched = watcher.watch(instanceId);
      CompletableFuture<InstanceStatus> unused =
          future.whenComplete((status, error) -> watcher.leave(watched));
    } catch (RuntimeException e) {
      future.completeExceptionally(e);
    }
  }

  /** Completes a future, on a thread of its own: what depends on it is code of the caller. */
  private final class Told implements CompletionSignals.Listener {
    private final String instanceId;
    private final CompletableFuture<InstanceStatus> future;
    private final AtomicBoolean done = new AtomicBoolean();

    Told(String instanceId, CompletableFuture<InstanceStatus> future) {
      this.instanceId = instanceId;
      this.future = future;
    }

    @Override
    public void tell(@Nullable Ended how, @Nullable RuntimeException why) {
      if (done.compareAndSet(false, true)) {
        Async.complete(
            future,
            () -> {
              if (how == null) {
                throw why == null ? new IllegalStateException("nothing was told") : why;
              }
              return reader.read(instanceId, how);
            });
      }
    }
  }
}
