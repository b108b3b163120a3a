// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.floor.FloorMeter;
import dev.holdfast.bench.load.StateLoad;
import dev.holdfast.bench.measure.ClosedLoop;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.bench.store.Floor;
import dev.holdfast.provider.Feature;
import java.util.EnumSet;
import java.util.Set;

/**
 * A load that needs features, on a new store, compared with the floor.
 *
 * @param name what it is called
 * @param unit the unit of its figure
 * @param needs the features without which it is left out
 * @param load the load
 * @param callers by how many threads
 * @param floor what it is compared with
 */
record StateCase(
    String name, String unit, Set<Feature> needs, StateLoad load, int callers, Floor floor)
    implements Case {

  @Override
  public String reference() {
    return floor.name();
  }

  @Override
  public Sample measure(Round round) throws Exception {
    Latencies latencies = new Latencies();
    requireDeclared(round, needs);
    FloorMeter.Surrounded<Double> seen =
        round.floor().around(floor, () -> onFreshStore(round, load, callers, latencies));
    return Sample.of(seen.value(), seen.rate().perSecond(), latencies);
  }

  /** Leaves a case out whose features are not all declared. */
  static void requireDeclared(Round round, Set<Feature> needs) throws Exception {
    if (needs.isEmpty()) {
      return;
    }
    try (OpenSpace space = OpenSpace.in(round.store())) {
      Set<Feature> missing = EnumSet.copyOf(needs);
      missing.removeIf(space.provider().info()::declares);
      if (!missing.isEmpty()) {
        throw new NotDeclared(missing);
      }
    }
  }

  /** Runs a load on a new store; returns units per second. */
  static double onFreshStore(Round round, StateLoad load, int callers, Latencies latencies)
      throws Exception {
    try (OpenSpace space = OpenSpace.in(round.store())) {
      return ClosedLoop.run(
          load.prepare(space.provider(), space.work(), callers, latencies),
          round.settings().threads(),
          round.settings().warmUp(),
          round.settings().measured(),
          latencies);
    }
  }
}
