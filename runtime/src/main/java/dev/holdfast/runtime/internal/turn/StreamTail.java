// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.runtime.internal.event.StreamWait;
import dev.holdfast.worker.internal.util.Told;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the log for all waits of a worker, on one thread, and tells their instances what has
 * come. Rests while there are none. Nothing depends on it but how soon that is. Thread-safe.
 */
final class StreamTail implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(StreamTail.class);

  private static final Duration READ_FOR = Duration.ofSeconds(1);
  private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** More waits are left to the looks that are made at them. */
  private static final int MOST = 100_000;

  private final Provider provider;
  private final EventStreams streams;
  private final long forgetAfterNanos;
  private final ReentrantLock guard = new ReentrantLock();
  private final Condition changed = guard.newCondition();
  private final Map<StreamId, List<Waiter>> waiting = new HashMap<>();
  private int count;
  private @Nullable LogPosition position;
  private @Nullable LogPosition again;
  private Set<String> followed = Set.of();

  /**
   * Creates it for one worker.
   *
   * @param lookEvery how often waits are delivered; one that was not for long is of another worker
   *     now, or of none
   */
  StreamTail(Provider provider, EventStreams streams, Duration lookEvery) {
    this.provider = provider;
    this.streams = streams;
    this.forgetAfterNanos = lookEvery.multipliedBy(3).toNanos();
  }

  /** A wait, and what its instance is told. */
  static final class Waiter {
    private final StreamWait wait;
    private final Function<StreamEvent, OrchestratorMessage> message;
    private final long since = System.nanoTime();

    Waiter(StreamWait wait, Function<StreamEvent, OrchestratorMessage> message) {
      this.wait = wait;
      this.message = message;
    }
  }

  /** Follows a wait: whatever comes from now on is told. Returns whether there was room for it. */
  boolean add(Waiter waiter) {
    guard.lock();
    try {
      if (count >= MOST) {
        return false;
      }
      String category = waiter.wait.category();
      if (position == null) {
        position = streams.head().position();
      } else if (!followed.isEmpty() && !followed.contains(category) && again == null) {
        // The read that is under way passes over events of this category.
        again = streams.head().position();
      }
      waiting.computeIfAbsent(waiter.wait.id(), id -> new ArrayList<>()).add(waiter);
      count++;
      changed.signal();
      return true;
    } finally {
      guard.unlock();
    }
  }

  /** Forgets a wait. */
  void remove(Waiter waiter) {
    guard.lock();
    try {
      List<Waiter> there = waiting.get(waiter.wait.id());
      if (there != null && there.remove(waiter)) {
        count--;
        if (there.isEmpty()) {
          waiting.remove(waiter.wait.id());
        }
      }
    } finally {
      guard.unlock();
    }
  }

  @Override
  public void run() {
    try {
      while (!Thread.currentThread().isInterrupted()) {
        follow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the worker closes
    }
  }

  private void follow() throws InterruptedException {
    LogRead read = next();
    try {
      LogPage page = streams.readLog(read);
      passed(page.next());
      page.events().forEach(this::tell);
    } catch (ProviderError e) {
      LOG.debug("the log cannot be followed", Told.brief(e));
      if (!(e instanceof ProviderError.Retryable)) {
        startOver();
      }
      pause();
    }
  }

  /** Waits until there are waits, and returns what is to be read for them. */
  private LogRead next() throws InterruptedException {
    guard.lockInterruptibly();
    try {
      forgetOld();
      while (waiting.isEmpty() || position == null) {
        position = null;
        changed.await();
      }
      Set<String> categories =
          waiting.keySet().stream().map(StreamId::category).collect(Collectors.toSet());
      followed = categories.size() > streams.limits().maxNamesPerFilter() ? Set.of() : categories;
      LogFilter filter = LogFilter.builder().categories(followed.toArray(String[]::new)).build();
      return new LogRead(
          position, filter, Direction.FORWARDS, streams.limits().maxPageSize(), READ_FOR);
    } finally {
      guard.unlock();
    }
  }

  private void forgetOld() {
    long now = System.nanoTime();
    waiting
        .values()
        .removeIf(there -> {
          int before = there.size();
          there.removeIf(waiter -> now - waiter.since > forgetAfterNanos);
          count -= before - there.size();
          return there.isEmpty();
        });
  }

  private void passed(LogPosition next) {
    guard.lock();
    try {
      LogPosition back = again;
      position = back != null && back.compareTo(next) < 0 ? back : next;
      again = null;
    } finally {
      guard.unlock();
    }
  }

  /** Begins at the head again: the store is not the one that it was. */
  private void startOver() {
    guard.lock();
    try {
      waiting.clear();
      count = 0;
      position = null;
      again = null;
    } finally {
      guard.unlock();
    }
  }

  private void pause() throws InterruptedException {
    guard.lockInterruptibly();
    try {
      long left = PAUSE_NANOS;
      while (left > 0) {
        left = changed.awaitNanos(left);
      }
    } finally {
      guard.unlock();
    }
  }

  private void tell(StreamEvent event) {
    for (Waiter waiter : takeWaitersFor(event)) {
      try {
        provider.enqueue(waiter.message.apply(event));
      } catch (ProviderError e) {
        LOG.debug("the wait for {} is looked at later", event.stream(), Told.brief(e));
      }
    }
  }

  private List<Waiter> takeWaitersFor(StreamEvent event) {
    guard.lock();
    try {
      List<Waiter> told = new ArrayList<>();
      for (Waiter waiter : waiting.getOrDefault(event.stream(), List.of())) {
        if (waiter.wait.isFor(event)) {
          told.add(waiter);
        }
      }
      told.forEach(this::remove);
      return told;
    } finally {
      guard.unlock();
    }
  }
}
