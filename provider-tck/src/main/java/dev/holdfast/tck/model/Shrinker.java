// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Looks for fewer and simpler operations that still lead to a difference: takes away chunks, then
 * single operations, then simplifies what is left. Not thread-safe.
 */
final class Shrinker {

  private final Function<List<Operation>, Optional<Difference>> run;
  private int runsLeft;
  private Difference best;

  private Shrinker(
      Function<List<Operation>, Optional<Difference>> run, Difference found, int mostRuns) {
    this.run = run;
    best = found;
    runsLeft = mostRuns;
  }

  /**
   * Shrinks.
   *
   * @param run runs operations on fresh stores
   * @param found the difference to start from
   * @param mostRuns after how many runs to be content
   * @return the shortest difference that was found
   */
  static Difference shrink(
      Function<List<Operation>, Optional<Difference>> run, Difference found, int mostRuns) {
    Shrinker shrinker = new Shrinker(run, found, mostRuns);
    shrinker.takeAway();
    while (shrinker.simplify() && shrinker.runsLeft > 0) {
      shrinker.takeAway();
    }
    return shrinker.best;
  }

  private void takeAway() {
    for (int chunk = Math.max(1, best.steps().size() / 2); ; chunk = Math.max(1, chunk / 2)) {
      boolean shorter = takeAway(chunk);
      if ((chunk == 1 && !shorter) || runsLeft <= 0) {
        return;
      }
    }
  }

  /** From the end, where operations depend on each other least. */
  private boolean takeAway(int chunk) {
    boolean shorter = false;
    for (int end = best.steps().size() - 1; end > 0; end -= chunk) {
      end = Math.min(end, best.steps().size() - 1);
      List<Operation> fewer = new ArrayList<>(best.operations());
      fewer.subList(Math.max(0, end - chunk), end).clear();
      shorter |= isKept(fewer);
    }
    return shorter;
  }

  private boolean simplify() {
    boolean simpler = false;
    for (int i = 0; i < best.steps().size(); i++) {
      for (Operation candidate : Simpler.than(best.operations().get(i))) {
        if (i >= best.steps().size()) {
          break;
        }
        List<Operation> changed = new ArrayList<>(best.operations());
        changed.set(i, candidate);
        if (isKept(changed)) {
          simpler = true;
          break;
        }
      }
    }
    return simpler;
  }

  private boolean isKept(List<Operation> operations) {
    if (runsLeft <= 0) {
      return false;
    }
    runsLeft--;
    Optional<Difference> again = run.apply(operations);
    again.ifPresent(difference -> best = difference);
    return again.isPresent();
  }
}
