// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.batch;

import dev.holdfast.provider.CommitCounts;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.OutcomeUnknown;
import dev.holdfast.provider.ProviderError.StoreFailure;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets requests of one kind travel together: a caller that comes while a call is under way waits,
 * and goes with all others that wait in the next one. A caller that comes alone makes the call at
 * once and by itself, so that nothing is added to its time. At most one call of a batcher is under
 * way. See {@link GroupCommit}. Thread-safe.
 *
 * @param <Q> a request
 * @param <R> its result
 */
public final class CallBatcher<Q, R extends @Nullable Object> {

  /** How many requests of several callers one call takes at most, in units of their weight. */
  public static final long MOST_WEIGHT = 128;

  private final String operation;
  private final Batch<Q, R> batch;
  private final GroupSizes sizes;
  private final GroupCommit<Ticket<Q, R>> calls;

  /**
   * Creates it for one kind of call.
   *
   * @param operation the SPI call, for errors
   * @param batch makes the calls, one at a time
   */
  public CallBatcher(String operation, Batch<Q, R> batch) {
    this.operation = operation;
    this.batch = batch;
    this.sizes = new GroupSizes(operation);
    this.calls = new GroupCommit<>(new ByWeight<>(), this::carryOut);
  }

  /** The requests of one caller. */
  private static final class Ticket<Q, R extends @Nullable Object>
      extends Submission<Ticket<Q, R>> {
    private final List<Q> requests;
    private final long weight;
    private @Nullable List<Outcome<R>> outcomes;

    Ticket(List<Q> requests, long weight) {
      this.requests = requests;
      this.weight = weight;
    }

    @Override
    protected boolean isComplete() {
      return outcomes != null;
    }

    @Nullable Throwable whyWithoutOutcomes() {
      return problem();
    }
  }

  /**
   * Carries out one request.
   *
   * @param request the request
   * @return its result
   */
  public R call(Q request) {
    return callAll(List.of(request)).get(0).orThrow();
  }

  /**
   * Carries out requests, in order; each has its own outcome. They are one transaction unless one
   * of them fails or they cannot go together.
   *
   * @param requests may be empty
   * @return one outcome per request, in order
   */
  public List<Outcome<R>> callAll(List<Q> requests) {
    if (requests.isEmpty()) {
      return List.of();
    }
    Ticket<Q, R> ticket;
    try {
      ticket = new Ticket<>(requests, weight(requests));
    } catch (RuntimeException | Error e) {
      return failed(requests, unexpected(e));
    }
    calls.run(ticket);
    List<Outcome<R>> outcomes = ticket.outcomes;
    if (outcomes == null) {
      Throwable problem = ticket.whyWithoutOutcomes();
      return failed(requests, unexpected(problem == null ? new IllegalStateException() : problem));
    }
    return outcomes;
  }

  /**
   * How many requests its calls have carried.
   *
   * @return the numbers until now
   */
  public CommitCounts.OfCalls sizes() {
    return sizes.counts();
  }

  private long weight(List<Q> requests) {
    long weight = 0;
    for (Q request : requests) {
      weight += batch.weight(request);
    }
    return weight;
  }

  /** How many callers wait for the next call. */
  int waiting() {
    return calls.arrived();
  }

  /** One line: the longest waiting go next, as many as a call takes. */
  private static final class ByWeight<Q, R extends @Nullable Object>
      implements GroupCommit.Queue<Ticket<Q, R>> {

    private final Line<Ticket<Q, R>> line = new Line<>();

    @Override
    public void add(Ticket<Q, R> ticket) {
      line.add(ticket);
    }

    @Override
    public @Nullable Ticket<Q, R> first() {
      return line.first();
    }

    @Override
    public void next(Line<Ticket<Q, R>> group) {
      long weight = 0;
      Ticket<Q, R> next = line.first();
      while (next != null && (group.isEmpty() || weight + next.weight <= MOST_WEIGHT)) {
        weight += next.weight;
        line.poll();
        group.add(next);
        next = line.first();
      }
    }

    @Override
    public void putBack(Ticket<Q, R> ticket) {
      line.addFirst(ticket); // never: a group that was carried out is complete
    }
  }

  private void carryOut(Line<Ticket<Q, R>> group) {
    List<Q> requests = new ArrayList<>();
    for (Ticket<Q, R> ticket = group.first(); ticket != null; ticket = ticket.behind()) {
      requests.addAll(ticket.requests);
    }
    List<Outcome<R>> outcomes = outcomes(requests);
    int from = 0;
    for (Ticket<Q, R> ticket = group.first(); ticket != null; ticket = ticket.behind()) {
      int to = from + ticket.requests.size();
      ticket.outcomes = outcomes.subList(from, to);
      from = to;
    }
  }

  /** One call for as many neighbours as can go together. */
  private List<Outcome<R>> outcomes(List<Q> requests) {
    List<Outcome<R>> outcomes = new ArrayList<>(requests.size());
    int from = 0;
    while (from < requests.size()) {
      int to = from + batch.together(requests.subList(from, requests.size()));
      outcomes.addAll(outcomesTogether(requests.subList(from, to)));
      from = to;
    }
    return outcomes;
  }

  /** In one transaction; when that fails because of one of them, each in its own. */
  private List<Outcome<R>> outcomesTogether(List<Q> requests) {
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

  private Outcome<R> outcomeAlone(Q request) {
    List<Q> alone = List.of(request);
    try {
      return done(alone).get(0);
    } catch (ProviderError e) {
      return new Outcome.Failed<>(e);
    } catch (RuntimeException | Error e) {
      return new Outcome.Failed<>(unexpected(e));
    }
  }

  private List<Outcome<R>> done(List<Q> requests) {
    List<R> results = batch.run(requests);
    sizes.committed(requests.size());
    if (results.size() != requests.size()) {
      throw new IllegalStateException(
          "%d answers to %d requests".formatted(results.size(), requests.size()));
    }
    return results.stream().<Outcome<R>>map(Outcome.Done::new).toList();
  }

  private List<Outcome<R>> failed(List<Q> requests, ProviderError error) {
    return requests.stream().<Outcome<R>>map(request -> new Outcome.Failed<>(error)).toList();
  }

  /** Only by its name: what it says about itself may fail once more. */
  private ProviderError unexpected(Throwable cause) {
    return new StoreFailure(operation, "unexpected: " + cause.getClass().getName(), cause);
  }
}
