// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.peers;

import dev.holdfast.bench.scenario.Case;
import dev.holdfast.bench.scenario.PeerCases;
import dev.holdfast.bench.scenario.Settings;
import dev.holdfast.bench.store.BenchStore;
import java.util.ArrayList;
import java.util.List;

/** Holdfast beside DBOS Transact: one and five steps in a row, by a few and by many callers. */
public final class DbosCases implements PeerCases {

  private static final List<Integer> STEPS = List.of(1, 5);
  private static final List<Integer> CALLERS = List.of(1, 8, 32);

  /** For {@code ServiceLoader}. */
  public DbosCases() {}

  @Override
  public List<Case> cases(BenchStore store, Settings settings) {
    List<Case> cases = new ArrayList<>();
    for (int steps : STEPS) {
      for (int callers : CALLERS) {
        cases.add(new SideBySide(steps, callers));
      }
    }
    return cases;
  }
}
