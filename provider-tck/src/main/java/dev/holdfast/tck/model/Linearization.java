// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import dev.holdfast.tck.reference.ReferenceModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks for an order of recorded calls in which the model gives the same answers: each call
 * somewhere between its beginning and its end. Bounded, so that the answer can be "undecided". Not
 * thread-safe.
 */
final class Linearization {

  /** What came of the search. */
  enum Result {
    OK,
    VIOLATION,
    UNDECIDED
  }

  private final List<Call> calls;
  private final Timing timing;
  private int triesLeft;
  private List<Call> longest = List.of();

  private Linearization(List<Call> calls, Timing timing, int mostTries) {
    this.calls = calls.stream().sorted(Comparator.comparingLong(Call::ended)).toList();
    this.timing = timing;
    triesLeft = mostTries;
  }

  /**
   * What came of the search.
   *
   * @param result whether there is an order
   * @param longest the longest begin of an order that was found
   */
  record Outcome(Result result, List<Call> longest) {}

  static Outcome of(List<Call> calls, Timing timing, int mostTries) {
    Linearization search = new Linearization(calls, timing, mostTries);
    boolean found = search.extend(new ArrayList<>(), search.new Replay());
    Result result = found ? Result.OK : search.triesLeft <= 0 ? Result.UNDECIDED : Result.VIOLATION;
    return new Outcome(result, search.longest);
  }

  /**
   * Looks for the rest of an order.
   *
   * @param order the calls so far
   * @param replayed the model after these; used up
   */
  private boolean extend(List<Call> order, Replay replayed) {
    if (order.size() > longest.size()) {
      longest = List.copyOf(order);
    }
    if (order.size() == calls.size()) {
      return true;
    }
    List<Call> left = new ArrayList<>(calls);
    left.removeAll(order);
    long firstEnd = left.stream().mapToLong(Call::ended).min().orElseThrow();
    @Nullable Replay unused = replayed;
    for (Call next : left) {
      if (next.began() > firstEnd) {
        continue;
      }
      if (triesLeft <= 0) {
        return false;
      }
      triesLeft--;
      Replay replay = unused == null ? replay(order) : unused;
      unused = null;
      boolean explained = Line.agree(replay.perform(next), next.answer());
      order.add(next);
      if (explained && extend(order, replay)) {
        return true;
      }
      order.remove(order.size() - 1);
    }
    return false;
  }

  /** What was tried cannot be undone, so it is done anew. */
  private Replay replay(List<Call> order) {
    Replay replay = new Replay();
    order.forEach(replay::perform);
    return replay;
  }

  /** The model after some calls. */
  private final class Replay {
    private final ReferenceModel store = new ReferenceModel(SideBySide.modelClock(timing));
    private final Map<Integer, Model> threads = new HashMap<>();

    List<Line> perform(Call call) {
      Model model =
          threads.computeIfAbsent(call.thread(), thread -> new Model(store, timing, true));
      model.follow(call.course());
      return model.perform(call.operation());
    }
  }
}
