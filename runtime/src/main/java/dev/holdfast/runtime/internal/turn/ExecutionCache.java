// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import dev.holdfast.runtime.internal.replay.Execution;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Parked executions, those that were used last, so that their next turn need not replay. An
 * execution that is not in here is replayed: correctness never depends on the cache.
 *
 * <p>The ack of a turn frees the instance before the acking thread can park the execution. It is
 * therefore offered before the ack, and the next turn, which may begin meanwhile, waits for the
 * result of that ack. Thread-safe.
 */
final class ExecutionCache {

  private final int size;
  private final Duration patience;
  private final ReentrantLock guard = new ReentrantLock();
  private final LinkedHashMap<String, Execution> parked = new LinkedHashMap<>();
  private final Map<String, Offer> offers = new HashMap<>();

  /**
   * Creates an empty cache.
   *
   * @param size how many executions it keeps
   * @param patience how long a turn waits for the ack of the turn before
   */
  ExecutionCache(int size, Duration patience) {
    this.size = size;
    this.patience = patience;
  }

  /**
   * How far an instance is, according to the store.
   *
   * @param instanceId the instance
   * @param executionId its current execution
   * @param lastEventId the last event of that
   * @param startedAt when the first event of that was recorded, null when it has none; asked for
   *     only when everything else fits
   */
  record Place(
      String instanceId,
      long executionId,
      long lastEventId,
      Supplier<? extends @Nullable Instant> startedAt) {

    /**
     * Compares the start as well as the end: an instance that was deleted and started again under
     * the same id may have as many events. Its first event tells when it was started.
     */
    private boolean fits(Execution execution) {
      return ends(execution) && execution.startedAt().equals(startedAt.get());
    }

    private boolean ends(Execution execution) {
      return execution.executionId() == executionId && execution.lastEventId() == lastEventId;
    }

    private boolean isBefore(Execution execution) {
      return executionId == execution.executionId()
          ? lastEventId < execution.lastEventId()
          : executionId < execution.executionId();
    }
  }

  /**
   * Takes an execution out if it is exactly as far as the store says the instance is. Waits for the
   * result of the ack that brings it there.
   */
  @Nullable Execution take(Place place) {
    Execution execution;
    guard.lock();
    try {
      Offer offer = offers.get(place.instanceId());
      if (offer != null && place.ends(offer.execution)) {
        offers.remove(place.instanceId());
        execution = offer.await(patience);
      } else {
        execution = parked.get(place.instanceId());
        if (execution == null || place.isBefore(execution)) {
          return null; // a turn with an older state has lost the instance; this one may be
          // current
        }
        parked.remove(place.instanceId());
      }
    } finally {
      guard.unlock();
    }
    if (execution == null) {
      return null;
    }
    boolean fits = false;
    try {
      fits = place.fits(execution);
    } finally {
      if (!fits) {
        execution.unwind(); // another worker went on with the instance
      }
    }
    return fits ? execution : null;
  }

  /**
   * Takes an execution out as it is, whatever the store says, if it is parked and suits. Waits for
   * nothing.
   */
  @Nullable Execution takeParked(String instanceId, Predicate<Execution> suits) {
    guard.lock();
    try {
      Execution execution = parked.get(instanceId);
      if (execution == null || offers.containsKey(instanceId) || !suits.test(execution)) {
        return null;
      }
      parked.remove(instanceId);
      return execution;
    } finally {
      guard.unlock();
    }
  }

  /** {@return whether an execution of the instance is parked, or about to be} */
  boolean knows(String instanceId) {
    guard.lock();
    try {
      return parked.containsKey(instanceId) || offers.containsKey(instanceId);
    } finally {
      guard.unlock();
    }
  }

  /**
   * Offers an execution that is being acked. It belongs to the cache from now on.
   *
   * @return the offer: to be told when the ack was applied, and to be closed in any case
   */
  Offer offer(Execution execution) {
    Offer offer = new Offer(execution);
    if (size > 0) {
      guard.lock();
      try {
        Offer before = offers.get(execution.instanceId());
        if (before == null || !isOlder(execution, before.execution)) {
          offers.put(execution.instanceId(), offer);
        }
      } finally {
        guard.unlock();
      }
    }
    return offer;
  }

  /** Keeps an execution; when the cache is full, it removes the least recently used one. */
  private void put(Execution execution, List<Execution> out) {
    Execution before = parked.get(execution.instanceId());
    if (before != null && isOlder(execution, before)) {
      out.add(execution);
      return;
    }
    parked.remove(execution.instanceId());
    if (before != null) {
      out.add(before);
    }
    parked.put(execution.instanceId(), execution);
    while (parked.size() > size) {
      Map.Entry<String, Execution> eldest = parked.pollFirstEntry();
      if (eldest != null) {
        out.add(eldest.getValue());
      }
    }
  }

  /** Compares starts first: a new instance under an old id begins to count again. */
  private static boolean isOlder(Execution execution, Execution other) {
    int byStart = execution.startedAt().compareTo(other.startedAt());
    if (byStart != 0) {
      return byStart < 0;
    }
    return execution.executionId() == other.executionId()
        ? execution.lastEventId() < other.lastEventId()
        : execution.executionId() < other.executionId();
  }

  /** Removes everything that is parked. */
  void clear() {
    List<Execution> out;
    guard.lock();
    try {
      out = List.copyOf(parked.values());
      parked.clear();
    } finally {
      guard.unlock();
    }
    out.forEach(Execution::unwind);
  }

  /** An execution whose turn is being acked. */
  final class Offer implements AutoCloseable {

    private final Execution execution;
    private final Condition settled = guard.newCondition();
    private boolean awaited;
    private boolean closed;
    private boolean handedOver;

    private Offer(Execution execution) {
      this.execution = execution;
    }

    /** Parks the execution, or hands it to a turn that waits: the ack was applied. */
    void stored() {
      List<Execution> out = new ArrayList<>();
      guard.lock();
      try {
        if (closed) {
          return;
        }
        if (awaited) {
          handedOver = true;
        } else if (offers.remove(execution.instanceId(), this)) {
          put(execution, out);
        } else {
          out.add(execution);
        }
        settle();
      } finally {
        guard.unlock();
      }
      out.forEach(Execution::unwind);
    }

    /** Unwinds the execution, unless {@link #stored} has been called: the ack was not applied. */
    @Override
    public void close() {
      guard.lock();
      try {
        if (closed) {
          return;
        }
        offers.remove(execution.instanceId(), this);
        settle();
      } finally {
        guard.unlock();
      }
      execution.unwind();
    }

    private void settle() {
      closed = true;
      settled.signalAll();
    }

    /** Waits for the ack, with the guard held; null when it was not applied in time. */
    private @Nullable Execution await(Duration atMost) {
      long left = atMost.toNanos();
      awaited = true;
      try {
        while (!closed && left > 0) {
          left = settled.awaitNanos(left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      // From here on no turn waits: an ack that ends later sees that and unwinds.
      awaited = false;
      return handedOver ? execution : null;
    }
  }
}
