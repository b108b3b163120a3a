// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.call;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.OutcomeUnknown;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests of one kind travel together: whoever comes while a call is under way waits, and
 * goes with all others that wait in the next one. A caller who comes alone makes the call at once
 * and by itself, so that nothing is added to its time; there is no thread and no timer. At most one
 * call of a lane is under way. Thread-safe.
 *
 * @param <Q> a request
 * @param <A> its answer
 */
public final class Lane<Q, A extends @Nullable Object> {

  /** How many requests of several callers one call takes at most, in units of their weight. */
  static final long MOST_WEIGHT = 128;

  private final String operation;
  private final Batch<Q, A> batch;
  private final ReentrantLock lock = new ReentrantLock();
  private final Deque<Ticket<Q, A>> waiting = new ArrayDeque<>();
  private boolean busy;

  public Lane(String operation, Batch<Q, A> batch) {
    this.operation = operation;
    this.batch = batch;
  }

  /** The requests of one caller. */
  private static final class Ticket<Q, A extends @Nullable Object> {
    private final List<Q> requests;
    private final Thread caller = Thread.currentThread();
    private volatile @Nullable List<Outcome<A>> outcomes;
    private volatile boolean leads;

    Ticket(List<Q> requests) {
      this.requests = requests;
    }
  }

  /** Carries out one request. */
  public A call(Q request) {
    return callAll(List.of(request)).get(0).orThrow();
  }

  /**
   * Carries out requests, in order; each has its own outcome. They are one transaction unless one
   * of them fails or they cannot go together.
   */
  public List<Outcome<A>> callAll(List<Q> requests) {
    if (requests.isEmpty()) {
      return List.of();
    }
    Ticket<Q, A> ticket = new Ticket<>(requests);
    lock.lock();
    try {
      waiting.add(ticket);
      if (!busy) {
        busy = true;
        ticket.leads = true;
      }
    } finally {
      lock.unlock();
    }
    return await(ticket);
  }

  private List<Outcome<A>> await(Ticket<Q, A> ticket) {
    boolean interrupted = false;
    try {
      while (true) {
        List<Outcome<A>> outcomes = ticket.outcomes;
        if (outcomes != null) {
          return outcomes;
        }
        if (ticket.leads) {
          lead(ticket);
        } else {
          LockSupport.park(this);
          // Parking ends at once while the flag is up; the caller gets it back.
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Makes calls until the own requests are done, then hands the lane on. */
  private void lead(Ticket<Q, A> own) {
    try {
      while (own.outcomes == null) {
        run(next());
      }
    } finally {
      own.leads = false;
      handOn();
    }
  }

  /** How many callers wait for the next call. */
  int waiting() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  private void handOn() {
    Ticket<Q, A> heir;
    lock.lock();
    try {
      heir = waiting.peek();
      busy = heir != null;
      if (heir != null) {
        heir.leads = true;
      }
    } finally {
      lock.unlock();
    }
    if (heir != null) {
      LockSupport.unpark(heir.caller);
    }
  }

  /** Those that are next: the longest waiting, as many as a call takes. */
  private List<Ticket<Q, A>> next() {
    lock.lock();
    try {
      List<Ticket<Q, A>> together = new ArrayList<>();
      long weight = 0;
      while (!waiting.isEmpty()) {
        Ticket<Q, A> ticket = waiting.element();
        for (Q request : ticket.requests) {
          weight += batch.weight(request);
        }
        if (!together.isEmpty() && weight > MOST_WEIGHT) {
          break;
        }
        waiting.remove();
        together.add(ticket);
      }
      return together;
    } finally {
      lock.unlock();
    }
  }

  private void run(List<Ticket<Q, A>> together) {
    List<Q> requests = together.stream().flatMap(ticket -> ticket.requests.stream()).toList();
    List<Outcome<A>> outcomes;
    try {
      outcomes = outcomes(requests);
    } catch (RuntimeException | Error e) {
      // A defect of ours must not leave others waiting for ever.
      ProviderError error = new StoreFailure(operation, "unexpected: " + e, e);
      outcomes = requests.stream().<Outcome<A>>map(request -> new Outcome.Failed<>(error)).toList();
    }
    int from = 0;
    for (Ticket<Q, A> ticket : together) {
      int to = from + ticket.requests.size();
      ticket.outcomes = outcomes.subList(from, to);
      from = to;
      LockSupport.unpark(ticket.caller);
    }
  }

  /** One call for as many neighbours as can go together. */
  private List<Outcome<A>> outcomes(List<Q> requests) {
    List<Outcome<A>> outcomes = new ArrayList<>(requests.size());
    int from = 0;
    while (from < requests.size()) {
      int to = from + batch.together(requests.subList(from, requests.size()));
      outcomes.addAll(outcomesTogether(requests.subList(from, to)));
      from = to;
    }
    return outcomes;
  }

  /** In one transaction; when that fails because of one of them, each in its own. */
  private List<Outcome<A>> outcomesTogether(List<Q> requests) {
    try {
      return batch.run(requests).stream().<Outcome<A>>map(Outcome.Done::new).toList();
    } catch (ProviderError e) {
      if (requests.size() == 1 || e instanceof StoreUnavailable || e instanceof OutcomeUnknown) {
        return requests.stream().<Outcome<A>>map(request -> new Outcome.Failed<>(e)).toList();
      }
      return requests.stream().map(this::outcomeAlone).toList();
    }
  }

  private Outcome<A> outcomeAlone(Q request) {
    try {
      return new Outcome.Done<>(batch.run(List.of(request)).get(0));
    } catch (ProviderError e) {
      return new Outcome.Failed<>(e);
    }
  }
}
