// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.call;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.OutcomeUnknown;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Combines requests of one kind: a caller that comes while a call is under way waits, and the next
 * call carries the requests of all waiting callers. A caller that comes alone makes the call at
 * once and by itself, so that nothing is added to its time; there is no thread and no timer. At
 * most one call of a lane is under way.
 *
 * <p>Callers make calls for each other, so whatever goes wrong on one thread, out of memory
 * included, must not leave another waiting: the code that decides which caller goes on allocates no
 * memory. Thread-safe.
 *
 * @param <Q> a request
 * @param <A> its result
 */
public final class Lane<Q, A extends @Nullable Object> {

  /** How many requests of several callers one call takes at most, in units of their weight. */
  static final long MOST_WEIGHT = 128;

  private final String operation;
  private final Batch<Q, A> batch;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Ticket<Q, A> first;
  private @Nullable Ticket<Q, A> last;
  private int length;
  private boolean busy;

  public Lane(String operation, Batch<Q, A> batch) {
    this.operation = operation;
    this.batch = batch;
  }

  /** The requests of one caller, in a line with those of other callers. */
  private static final class Ticket<Q, A extends @Nullable Object> {
    private final List<Q> requests;
    private final long weight;
    private final Thread caller = Thread.currentThread();
    private @Nullable Ticket<Q, A> behind;
    private volatile @Nullable List<Outcome<A>> outcomes;
    private volatile @Nullable Throwable failure;
    private volatile boolean leads;

    Ticket(List<Q> requests, long weight) {
      this.requests = requests;
      this.weight = weight;
    }

    boolean isDone() {
      return outcomes != null || failure != null;
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
    Ticket<Q, A> ticket;
    try {
      ticket = new Ticket<>(requests, weight(requests));
    } catch (RuntimeException | Error e) {
      return failed(requests, unexpected(e));
    }
    lock.lock();
    try {
      append(ticket);
      if (!busy) {
        busy = true;
        ticket.leads = true;
      }
    } finally {
      lock.unlock();
    }
    return await(ticket);
  }

  private long weight(List<Q> requests) {
    long weight = 0;
    for (Q request : requests) {
      weight += batch.weight(request);
    }
    return weight;
  }

  private void append(Ticket<Q, A> ticket) {
    if (last == null) {
      first = ticket;
    } else {
      last.behind = ticket;
    }
    last = ticket;
    length++;
  }

  private List<Outcome<A>> await(Ticket<Q, A> ticket) {
    boolean interrupted = false;
    try {
      while (true) {
        List<Outcome<A>> outcomes = ticket.outcomes;
        if (outcomes != null) {
          return outcomes;
        }
        Throwable failure = ticket.failure;
        if (failure != null) {
          return failed(ticket.requests, unexpected(failure));
        }
        if (ticket.leads) {
          lead(ticket);
        } else {
          LockSupport.park(this);
          // Parking ends at once while the interrupt flag is set; the caller gets it back.
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Makes calls until its own requests are done, then passes the lane on. */
  private void lead(Ticket<Q, A> own) {
    try {
      while (!own.isDone()) {
        runNext();
      }
    } finally {
      own.leads = false;
      handOn();
    }
  }

  /** {@return how many callers wait for the next call} */
  int waiting() {
    lock.lock();
    try {
      return length;
    } finally {
      lock.unlock();
    }
  }

  private void handOn() {
    Ticket<Q, A> heir;
    lock.lock();
    try {
      heir = first;
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

  /**
   * Takes the tickets of the next call out of the line: those that wait longest, as many as a call
   * takes. At least one: the calling thread itself may be in the line.
   */
  private Ticket<Q, A> next() {
    lock.lock();
    try {
      Ticket<Q, A> head = Objects.requireNonNull(first);
      Ticket<Q, A> end = head;
      long weight = head.weight;
      length--;
      Ticket<Q, A> rest = head.behind;
      while (rest != null && weight + rest.weight <= MOST_WEIGHT) {
        weight += rest.weight;
        length--;
        end = rest;
        rest = rest.behind;
      }
      end.behind = null;
      first = rest;
      if (rest == null) {
        last = null;
      }
      return head;
    } finally {
      lock.unlock();
    }
  }

  private void runNext() {
    Ticket<Q, A> head = next();
    try {
      run(head);
    } catch (RuntimeException | Error e) {
      // Each caller makes an error of it on its own thread: there may be no memory for that here.
      for (Ticket<Q, A> ticket = head; ticket != null; ticket = ticket.behind) {
        if (!ticket.isDone()) {
          ticket.failure = e;
          LockSupport.unpark(ticket.caller);
        }
      }
    }
  }

  private void run(Ticket<Q, A> head) {
    List<Q> requests = new ArrayList<>();
    for (Ticket<Q, A> ticket = head; ticket != null; ticket = ticket.behind) {
      requests.addAll(ticket.requests);
    }
    List<Outcome<A>> outcomes = outcomes(requests);
    int from = 0;
    for (Ticket<Q, A> ticket = head; ticket != null; ticket = ticket.behind) {
      int to = from + ticket.requests.size();
      ticket.outcomes = outcomes.subList(from, to);
      from = to;
      LockSupport.unpark(ticket.caller);
    }
  }

  /** Makes one call for as many consecutive requests as can go together. */
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

  /**
   * Carries requests out in one transaction; when that fails because of one of them, each in its
   * own.
   */
  private List<Outcome<A>> outcomesTogether(List<Q> requests) {
    try {
      return done(requests);
    } catch (ProviderError e) {
      if (requests.size() == 1 || e instanceof StoreUnavailable || e instanceof OutcomeUnknown) {
        return failed(requests, e);
      }
      return requests.stream().map(this::outcomeAlone).toList();
    } catch (RuntimeException | Error e) {
      // A defect, or no memory; what was committed before is committed all the same.
      return failed(requests, unexpected(e));
    }
  }

  private Outcome<A> outcomeAlone(Q request) {
    List<Q> alone = List.of(request);
    try {
      return done(alone).get(0);
    } catch (ProviderError e) {
      return new Outcome.Failed<>(e);
    } catch (RuntimeException | Error e) {
      return new Outcome.Failed<>(unexpected(e));
    }
  }

  private List<Outcome<A>> done(List<Q> requests) {
    List<A> answers = batch.run(requests);
    if (answers.size() != requests.size()) {
      throw new IllegalStateException(
          "%d answers to %d requests".formatted(answers.size(), requests.size()));
    }
    return answers.stream().<Outcome<A>>map(Outcome.Done::new).toList();
  }

  private List<Outcome<A>> failed(List<Q> requests, ProviderError error) {
    return requests.stream().<Outcome<A>>map(request -> new Outcome.Failed<>(error)).toList();
  }

  /** Names the class only: reading its message may fail once more. */
  private ProviderError unexpected(Throwable cause) {
    return new StoreFailure(operation, "unexpected: " + cause.getClass().getName(), cause);
  }
}
