// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.load.Load;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The scenarios, in the order in which they run. */
public final class Scenarios {

  private static final List<Scenario> ALL =
      List.of(
          new FloorScenario(),
          new CallsScenario("calls", "one item per call", Load::single),
          new CallsScenario("claims", "handed over by claims, nothing is fetched", Load::claiming),
          new BatchesScenario(),
          new GrowthScenario(),
          new StateScenario(),
          new StreamsScenario(),
          new EventSourcingScenario(),
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

  private static final List<Scenario> KNOWN =
      Stream.concat(
              ALL.stream(),
              Stream.of(
                  new StreamsGrowthScenario(),
                  new ProcessesScenario(),
                  new ObservabilityScenario(),
                  new PeersScenario()))
          .toList();

  private Scenarios() {}

  /** Those that are measured when none is named: they run on every kind of store. */
  public static List<Scenario> all() {
    return ALL;
  }

  /** All that can be named. */
  public static List<Scenario> known() {
    return KNOWN;
  }

  /** The one of that name, of all that are known. */
  public static Optional<Scenario> named(String name) {
    return KNOWN.stream().filter(scenario -> scenario.name().equals(name)).findFirst();
  }
}
