// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.floor.FloorMeter;
import dev.holdfast.bench.load.LibraryLoads;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.bench.measure.Latency;
import dev.holdfast.bench.store.Floor;
import dev.holdfast.provider.Feature;
import dev.holdfast.streams.projection.Projector;
import dev.holdfast.streams.projection.Rebuilt;
import java.util.Map;
import java.util.Set;

/**
 * Rebuilds of a projection, one after the other, compared with the floor: as many events a second
 * as the median one folds in, from the call until its rows are live.
 *
 * @param events how many events the log has
 * @param floor what it is compared with
 */
record RebuildCase(long events, Floor floor) implements Case {

  private static final String REBUILD = "rebuild";

  @Override
  public String name() {
    return "rebuild of %s events".formatted(GrowthScenario.number(events));
  }

  @Override
  public String unit() {
    return "events/s";
  }

  @Override
  public String reference() {
    return floor.name();
  }

  @Override
  public Sample measure(Round round) throws Exception {
    StateCase.requireDeclared(round, Set.of(Feature.EVENT_STREAMS, Feature.PROJECTIONS));
    FloorMeter.Surrounded<Map<String, Latency>> seen =
        round.floor().around(floor, () -> run(round));
    double seconds = Medians.of(seen.value(), REBUILD) / 1e6;
    return new Sample(events / seconds, seen.rate().perSecond(), seen.value());
  }

  private Map<String, Latency> run(Round round) throws Exception {
    Latencies latencies = new Latencies();
    try (OpenSpace space = OpenSpace.in(round.store())) {
      Projector<?, ?> projector = LibraryLoads.projected(space.provider(), space.work(), events);
      rebuild(projector); // to warm up
      latencies.open();
      long end = System.nanoTime() + round.settings().measured().toNanos();
      do {
        latencies.record(REBUILD, rebuild(projector).duration().toNanos());
      } while (System.nanoTime() < end);
      latencies.close();
    }
    return latencies.summary();
  }

  private Rebuilt rebuild(Projector<?, ?> projector) {
    Rebuilt rebuilt = projector.rebuild();
    if (rebuilt.events() != events) {
      throw new IllegalStateException(
          "%d events were replayed, and not %d".formatted(rebuilt.events(), events));
    }
    projector.drop(rebuilt.former());
    return rebuilt;
  }
}
