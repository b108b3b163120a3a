// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.load.Load;
import dev.holdfast.bench.store.BenchStore;
import java.util.ArrayList;
import java.util.List;

/** The provider alone, with the list forms. */
final class BatchesScenario implements Scenario {

  /** Batches are compared with what many clients commit: that is what they stand in for. */
  private static final int AS_MANY_CALLERS = 8;

  @Override
  public String name() {
    return "batches";
  }

  @Override
  public String description() {
    return "the provider alone: one-activity orchestrations, many items per call";
  }

  @Override
  public List<Case> cases(BenchStore store, Settings settings) {
    List<Case> cases = new ArrayList<>();
    for (int batch : new int[] {8, 32}) {
      for (int callers : new int[] {1, 4}) {
        cases.add(
            new LoadCase(
                "%d × %d".formatted(callers, batch),
                Load.lists(callers, batch),
                store.floor(AS_MANY_CALLERS)));
      }
    }
    return cases;
  }
}
