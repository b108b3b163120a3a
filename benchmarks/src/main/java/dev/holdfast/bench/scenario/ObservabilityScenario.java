// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.bench.store.BenchStore;
import java.util.List;

/**
 * What metrics and traces cost: orchestrations with all of it, and without, by turns. Watched and
 * unwatched change places within a round, so that what changes slowly meets both.
 */
final class ObservabilityScenario implements Scenario {

  private static final int FEW = 8;
  private static final int MANY = 256;

  @Override
  public String name() {
    return "observability";
  }

  @Override
  public String description() {
    return "only when named: orchestrations with metrics and traces, and without";
  }

  @Override
  public List<Case> cases(BenchStore store, Settings settings) {
    return List.of(
        new Watched("1 activity", new FlowLoad(Program::oneActivity, FEW)),
        new Watched("1 activity", new FlowLoad(Program::oneActivity, MANY)),
        new Watched("5 activities", new FlowLoad(Program::fiveActivities, MANY)));
  }

  private record Watched(String what, FlowLoad flow) implements Case {

    @Override
    public String name() {
      return what + ", " + flow.atOnce() + " at once";
    }

    @Override
    public String unit() {
      return "orch/s";
    }

    @Override
    public String reference() {
      return "unwatched";
    }

    @Override
    public Sample measure(Round round) throws Exception {
      Latencies latencies = new Latencies();
      double unwatched = unwatched(round);
      double watched = watched(round, latencies);
      watched += watched(round, latencies);
      unwatched += unwatched(round);
      return Sample.of(watched / 2, unwatched / 2, latencies);
    }

    private double unwatched(Round round) throws Exception {
      return flow.run(round, Observed.OFF, new Latencies());
    }

    private double watched(Round round, Latencies latencies) throws Exception {
      try (Observed all = Observed.all()) {
        return flow.run(round, all, latencies);
      }
    }
  }
}
