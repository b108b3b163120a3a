// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.load.Load;
import java.util.List;
import java.util.Optional;

/** All scenarios, in the order in which they run. */
public final class Scenarios {

  private static final List<Scenario> ALL =
      List.of(
          new FloorScenario(),
          new CallsScenario("calls", "one item per call", Load::single),
          new CallsScenario("claims", "handed over by claims, nothing is fetched", Load::claiming),
          new BatchesScenario(),
          new GrowthScenario(),
          new StartToResultScenario(
              "user-one", "orchestrations with one activity", Program::oneActivity),
          new StartToResultScenario(
              "user-five", "orchestrations with five activities", Program::fiveActivities),
          new AwaitingScenario(),
          new RuntimeScenario(
              "runtime-one", "orchestrations with one activity", Program::oneActivity),
          new RuntimeScenario(
              "runtime-five", "orchestrations with five activities", Program::fiveActivities),
          new RuntimeScenario(
              "runtime-fanout", "orchestrations with 100 activities at once", Program::fanOut),
          new RuntimeScenario(
              "runtime-chain", "chains of ten executions, continued as new", Program::chain),
          new TimersScenario(),
          new LatencyScenario(),
          new LiveHistoryScenario(),
          new WaitingScenario());

  private Scenarios() {}

  /** All of them. */
  public static List<Scenario> all() {
    return ALL;
  }

  /** The one of that name. */
  public static Optional<Scenario> named(String name) {
    return ALL.stream().filter(scenario -> scenario.name().equals(name)).findFirst();
  }
}
