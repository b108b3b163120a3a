// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * What could be done now, and what of it is: not what is to begin where something has failed, and
 * no more at once than the limits allow. Both are known only when all has been looked at.
 */
final class Selection {

  private final List<Candidate> candidates = new ArrayList<>();

  /** The most activities at once in a part of a run, and how many there are. */
  static final class Limit {
    private final int max;
    private int active;

    Limit(int max) {
      this.max = max;
    }

    void take() {
      active++;
    }

    boolean isReached() {
      return active >= max;
    }
  }

  private record Candidate(Decision decision, Stop stop, List<Limit> limits) {}

  void add(Decision decision, Stop stop, List<Limit> limits) {
    candidates.add(new Candidate(decision, stop, limits));
  }

  /** Returns the decisions, in the order in which they were added. */
  List<Decision> select() {
    List<Decision> selected = new ArrayList<>();
    for (Candidate candidate : candidates) {
      if (isSelected(candidate)) {
        selected.add(candidate.decision());
      }
    }
    return selected;
  }

  private static boolean isSelected(Candidate candidate) {
    return switch (candidate.decision()) {
      case Decision.Schedule schedule -> takes(candidate);
      case Decision.Receive receive ->
          receive.task() == null ? !candidate.stop().isStopped() : takes(candidate);
      case Decision.Fire fire -> !candidate.stop().isStopped();
      case Decision.Reopen reopen -> !candidate.stop().isStopped();
      case Decision.AwaitInput await -> !candidate.stop().isStopped();
      case Decision.Consume consume -> true;
      case Decision.Open open -> !candidate.stop().isStopped();
      case Decision.Skip skip -> !candidate.stop().isStopped();
      case Decision.Complete complete -> true;
      case Decision.Fail fail -> true;
      case Decision.TimeOut timeOut -> true;
      case Decision.Cancel cancel -> true;
      case Decision.BeginRun run -> true;
      case Decision.SuspendRun run -> true;
      case Decision.CompleteRun run -> true;
      case Decision.FailRun run -> true;
    };
  }

  private static boolean takes(Candidate candidate) {
    if (candidate.stop().isStopped() || candidate.limits().stream().anyMatch(Limit::isReached)) {
      return false;
    }
    candidate.limits().forEach(Limit::take);
    return true;
  }
}
