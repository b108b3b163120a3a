// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.load.Load;
import dev.holdfast.bench.store.BenchStore;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The provider alone, one item per call. */
record CallsScenario(String name, String work, IntFunction<Load> load) implements Scenario {

  @Override
  public String description() {
    return "the provider alone: one-activity orchestrations, " + work;
  }

  @Override
  public List<Case> cases(BenchStore store, Settings settings) {
    return IntStream.of(1, 4, 16, 64, 256)
        .<Case>mapToObj(callers ->
            new LoadCase(
                callers == 1 ? "1 caller" : callers + " callers",
                load.apply(callers),
                store.floor(callers)))
        .toList();
  }
}
