// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.load.Filling;
import dev.holdfast.bench.load.StateLoad;
import dev.holdfast.bench.load.StreamLoads;
import dev.holdfast.bench.measure.ClosedLoop;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.bench.store.BenchStore;
import dev.holdfast.provider.Feature;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether streams stay as fast with five million events: ratios to a store with a thousand. Filling
 * takes minutes, so it is measured only when it is named.
 */
final class StreamsGrowthScenario implements Scenario {

  private static final Set<Feature> STREAMS = Set.of(Feature.EVENT_STREAMS);
  private static final long EVENTS = 5_000_000;
  private static final long FEW = 1_000;
  private static final int SEVERAL = 8;

  @Override
  public String name() {
    return "streams-growth";
  }

  @Override
  public String description() {
    return "only when named: appends and reads with five million events in the log";
  }

  @Override
  public List<Case> cases(BenchStore store, Settings settings) {
    Grown grown = new Grown(settings.scaled(EVENTS));
    return List.of(
        new GrownLog("appends", "appends/s", StreamLoads.appends(1, false), SEVERAL, grown),
        new GrownLog("tail reads", "reads/s", StreamLoads.tailReads(), 1, grown),
        new GrownLog("filtered reads", "reads/s", StreamLoads.filteredReads(), 1, grown));
  }

  /** A store that all cases share. Not thread-safe. */
  private static final class Grown implements AutoCloseable {
    private final long events;
    private @Nullable OpenSpace space;

    Grown(long events) {
      this.events = events;
    }

    OpenSpace space(Round round) throws Exception {
      OpenSpace full = space;
      if (full == null) {
        full = OpenSpace.in(round.store());
        space = full;
        Filling.log(full.provider(), full.work(), events);
        full.settle();
      }
      return full;
    }

    @Override
    public void close() throws IOException, SQLException {
      OpenSpace full = space;
      space = null;
      if (full != null) {
        full.close();
      }
    }
  }

  /** A load on the store that has grown, compared with the same on a new one. */
  private record GrownLog(String what, String unit, StateLoad load, int callers, Grown grown)
      implements Case {

    @Override
    public String name() {
      return "%s, %s events".formatted(what, GrowthScenario.number(grown.events));
    }

    @Override
    public String reference() {
      return "fresh";
    }

    @Override
    public Sample measure(Round round) throws Exception {
      StateCase.requireDeclared(round, STREAMS);
      OpenSpace full = grown.space(round);
      double fresh;
      try (OpenSpace space = OpenSpace.in(round.store())) {
        Filling.log(space.provider(), space.work(), FEW);
        space.settle();
        fresh = run(round, space, new Latencies());
      }
      Latencies latencies = new Latencies();
      return Sample.of(run(round, full, latencies), fresh, latencies);
    }

    private double run(Round round, OpenSpace space, Latencies latencies)
        throws InterruptedException {
      return ClosedLoop.run(
          load.prepare(space.provider(), space.work(), callers, latencies),
          round.settings().threads(),
          round.settings().warmUp(),
          round.settings().measured(),
          latencies);
    }

    @Override
    public void close() throws IOException, SQLException {
      grown.close();
    }
  }
}
