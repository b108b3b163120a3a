// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.bench.store.BenchStore;
import java.util.List;
import java.util.function.Function;

/**
 * What metrics and traces cost: orchestrations with all of it, and without, by turns. Watched and
 * unwatched change places within a round, so that what changes slowly meets both.
 */
final class ObservabilityScenario implements Scenario {

  private static final int FEW = 8;
  private static final int MANY = 256;
  private static final long COUNTED = 2_000;

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
        new Watched("5 activities", new FlowLoad(Program::fiveActivities, MANY)),
        new Cost("1 activity", cost(Program::oneActivity, settings)),
        new Cost("5 activities", cost(Program::fiveActivities, settings)));
  }

  private static FlowCost cost(Function<Ends, Program> maker, Settings settings) {
    return new FlowCost(maker, FEW, (int) settings.scaled(COUNTED));
  }

  private record Cost(String what, FlowCost flow) implements Case {

    @Override
    public String name() {
      return what + ", processor time";
    }

    @Override
    public String unit() {
      return "µs CPU/orch";
    }

    @Override
    public String reference() {
      return "unwatched";
    }

    @Override
    public Sample measure(Round round) throws Exception {
      double unwatched = flow.measure(round, Observed.OFF);
      double watched = watched(round);
      watched += watched(round);
      unwatched += flow.measure(round, Observed.OFF);
      return Sample.of(watched / 2, unwatched / 2);
    }

    private double watched(Round round) throws Exception {
      try (Observed all = Observed.all()) {
        return flow.measure(round, all);
      }
    }
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
