// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import dev.holdfast.tck.reference.ReferenceModel;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
    boolean found = search.extend(new ArrayList<>());
    Result result = found ? Result.OK : search.triesLeft <= 0 ? Result.UNDECIDED : Result.VIOLATION;
    return new Outcome(result, search.longest);
  }

  private boolean extend(List<Call> order) {
    if (order.size() > longest.size()) {
      longest = List.copyOf(order);
    }
    if (order.size() == calls.size()) {
      return true;
    }
    List<Call> left = new ArrayList<>(calls);
    left.removeAll(order);
    long firstEnd = left.stream().mapToLong(Call::ended).min().orElseThrow();
    for (Call next : left) {
      if (next.began() > firstEnd) {
        continue;
      }
      if (triesLeft <= 0) {
        return false;
      }
      triesLeft--;
      order.add(next);
      if (isExplained(order) && extend(order)) {
        return true;
      }
      order.remove(order.size() - 1);
    }
    return false;
  }

  /** Whether the model answers the last one of an order like the provider; the others it does. */
  private boolean isExplained(List<Call> order) {
    ReferenceModel store = new ReferenceModel(SideBySide.modelClock(timing));
    Map<Integer, Model> threads = new HashMap<>();
    List<Line> answer = List.of();
    for (Call call : order) {
      Model model =
          threads.computeIfAbsent(call.thread(), thread -> new Model(store, timing, true));
      model.follow(call.course());
      answer = model.perform(call.operation());
    }
    return Line.agree(answer, order.get(order.size() - 1).answer());
  }
}
