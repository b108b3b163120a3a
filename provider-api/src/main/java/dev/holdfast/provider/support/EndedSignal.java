// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EndedInstance;
import dev.holdfast.provider.EndedRead;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.provider.TurnContent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lets {@link dev.holdfast.provider.Provider#readEnded} wait. Ends of the same handle are told by
 * {@link #signal}, those of other processes by {@link #mayHaveEnded} where the store tells of them;
 * in both cases a waiting call reads only the instances that are concerned. For what is not told
 * each waiting call reads all of its instances at growing, bounded intervals. Thread-safe.
 *
 * <p>A handle has one. {@link #signal} belongs after the commit of each ack of instances, {@link
 * #close} into the handle's.
 */
public final class EndedSignal {

  private final long minNanos;
  private final long maxNanos;
  private final Set<Waiter> waiters = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * Creates it for one handle.
   *
   * @param minPollInterval how long after its first read a waiting call reads again; above zero
   * @param maxPollInterval how long an end elsewhere can go unnoticed, bar the time of the read
   */
  public EndedSignal(Duration minPollInterval, Duration maxPollInterval) {
    this.minNanos = minPollInterval.toNanos();
    this.maxNanos = maxPollInterval.toNanos();
  }

  /**
   * The number by which stores tell each other of an instance without its id. Two instances may
   * have the same, so that it says no more than that one of them may have ended.
   *
   * @param instanceId the instance
   * @return the number
   */
  public static int hash(String instanceId) {
    return instanceId.hashCode();
  }

  /**
   * Wakes the calls that wait for what these acks ended.
   *
   * @param acks the acks of one call
   * @param results their results, in order
   * @return the instances that have ended; empty for most acks
   */
  public List<String> signal(List<OrchestrationAck> acks, List<AckResult> results) {
    List<String> ended = List.of();
    for (int i = 0; i < acks.size(); i++) {
      OrchestrationAck ack = acks.get(i);
      if (ends(ack.content(), results.get(i))) {
        ended = ended.isEmpty() ? new ArrayList<>() : ended;
        ended.add(ack.lockToken().instanceId());
      }
    }
    return signal(ended);
  }

  /**
   * Wakes the calls that wait for what turns ahead have ended (AHEAD-02).
   *
   * @param acks the acks of activities of one call
   * @param results their results, in order
   * @return the instances that have ended; empty for most acks
   */
  public List<String> signalAhead(List<ActivityAck> acks, List<AckResult> results) {
    List<String> ended = List.of();
    for (int i = 0; i < acks.size(); i++) {
      ActivityAck ack = acks.get(i);
      if (results.get(i) instanceof AckResult.Applied applied
          && ends(ack.eager(), applied.turnAhead())) {
        ended = ended.isEmpty() ? new ArrayList<>() : ended;
        ended.add(ack.lockToken().instanceId());
      }
    }
    return signal(ended);
  }

  /**
   * Wakes the calls that wait for what the turn ahead of a start has ended (AHEAD-02).
   *
   * @param instanceId the instance
   * @param eager the claim that the turn came with
   * @param result what became of the turn, null when it was not used
   * @return the instance if it has ended, else empty
   */
  public List<String> signalAhead(
      String instanceId, EagerInstance eager, @Nullable AckResult result) {
    return ends(eager, result) ? signal(List.of(instanceId)) : List.of();
  }

  private static boolean ends(@Nullable EagerInstance eager, @Nullable AckResult result) {
    TurnAhead turn = eager == null ? null : eager.turnAhead();
    return turn != null && result != null && ends(turn.content(), result);
  }

  private static boolean ends(TurnContent content, AckResult result) {
    ExecutionStatus status = content.metadata().status();
    return status != null && EndedInstance.isEnd(status) && !(result instanceof AckResult.Rejected);
  }

  private List<String> signal(List<String> ended) {
    if (!ended.isEmpty() && !waiters.isEmpty()) {
      mayHaveEnded(ended.stream().map(EndedSignal::hash).toList());
    }
    return ended;
  }

  /**
   * Wakes the calls that wait for an instance with one of these numbers.
   *
   * @param hashes see {@link #hash}
   */
  public void mayHaveEnded(Collection<Integer> hashes) {
    waiters.forEach(waiter -> waiter.tell(hashes));
  }

  /** Wakes all calls: some instance may have ended. */
  public void anyMayHaveEnded() {
    waiters.forEach(Waiter::tellAll);
  }

  /** Ends all waiting, now and for ever. */
  public void close() {
    closed = true;
    anyMayHaveEnded();
  }

  /**
   * Reads which have ended, again and again until one has, the time is over, the thread is
   * interrupted or the handle is closed. Nothing of the store is held between reads (ENDED-03).
   *
   * @param request what is asked for
   * @param onWait told before the call begins to wait
   * @param read reads those of the given instances that have ended, without waiting
   * @return what was read
   */
  public List<EndedInstance> read(
      EndedRead request, Runnable onWait, Function<List<String>, List<EndedInstance>> read) {
    List<String> ids = request.instanceIds();
    if (ids.isEmpty()) {
      return List.of();
    }
    if (request.waitUpTo().isZero()) {
      return read.apply(ids);
    }
    long end = System.nanoTime() + TimeUnit.NANOSECONDS.convert(request.waitUpTo());
    // Before the first read, so that an end between it and the wait is not missed.
    Waiter waiter = new Waiter(ids);
    waiters.add(waiter);
    try {
      List<EndedInstance> ended = read.apply(ids);
      while (ended.isEmpty() && !closed && end - System.nanoTime() > 0) {
        onWait.run();
        List<String> concerned = waiter.await(end);
        ended = closed ? ended : read.apply(concerned);
      }
      return ended;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    } catch (InvalidRequest e) {
      if (closed) {
        return List.of();
      }
      throw e;
    } finally {
      waiters.remove(waiter);
    }
  }

  /** One waiting call. */
  private final class Waiter {
    private final List<String> ids;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition told = lock.newCondition();
    private final Map<Integer, List<String>> byHash;
    private final Set<String> concerned = new LinkedHashSet<>();
    private boolean all;
    private long interval = minNanos;

    Waiter(List<String> ids) {
      this.ids = ids;
      this.byHash = new HashMap<>(ids.size() * 2);
      for (String id : ids) {
        byHash.merge(hash(id), List.of(id), Waiter::joined);
      }
    }

    private static List<String> joined(List<String> some, List<String> more) {
      List<String> both = new ArrayList<>(some);
      both.addAll(more);
      return both;
    }

    void tell(Collection<Integer> hashes) {
      lock.lock();
      try {
        for (Integer hash : hashes) {
          if (concerned.addAll(byHash.getOrDefault(hash, List.of()))) {
            told.signal();
          }
        }
      } finally {
        lock.unlock();
      }
    }

    void tellAll() {
      lock.lock();
      try {
        all = true;
        told.signal();
      } finally {
        lock.unlock();
      }
    }

    /** Waits until it is time to read, and returns what. */
    List<String> await(long end) throws InterruptedException {
      lock.lockInterruptibly();
      try {
        long start = System.nanoTime();
        long left = Math.min(interval, end - start);
        while (!all && concerned.isEmpty() && left > 0) {
          left = told.awaitNanos(left);
        }
        if (!all && !concerned.isEmpty()) {
          List<String> some = List.copyOf(concerned);
          concerned.clear();
          return some;
        }
        interval = all ? minNanos : Math.min(maxNanos, interval * 2);
        all = false;
        concerned.clear();
        return ids;
      } finally {
        lock.unlock();
      }
    }
  }
}
