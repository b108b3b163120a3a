// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.load.Load;
import dev.holdfast.bench.store.BenchStore;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** The provider alone, one item per call. */
final class CallsScenario implements Scenario {

  private final String name;
  private final String description;
  private final IntFunction<Load> load;

  CallsScenario(String name, String description, IntFunction<Load> load) {
    this.name = name;
    this.description = description;
    this.load = load;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String description() {
    return "the provider alone: one-activity orchestrations, " + description;
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
