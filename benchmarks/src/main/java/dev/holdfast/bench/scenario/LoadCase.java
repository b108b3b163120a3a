// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.floor.FloorMeter;
import dev.holdfast.bench.load.Load;
import dev.holdfast.bench.load.Work;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.bench.store.Floor;
import dev.holdfast.bench.store.Space;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.Providers;

/**
 * A load on a new store, compared with the floor.
 *
 * @param name what it is called
 * @param load the load
 * @param floor what it is compared with
 */
record LoadCase(String name, Load load, Floor floor) implements Case {

  @Override
  public String unit() {
    return "orch/s";
  }

  @Override
  public String reference() {
    return floor.name();
  }

  @Override
  public Sample measure(Round round) throws Exception {
    Latencies latencies = new Latencies();
    FloorMeter.Surrounded<Double> seen =
        round.floor().around(floor, () -> onFreshStore(round, load, latencies));
    return Sample.of(seen.value(), seen.rate().perSecond(), latencies);
  }

  /** Runs a load on a new store; returns orchestrations per second. */
  static double onFreshStore(Round round, Load load, Latencies latencies) throws Exception {
    try (Space space = round.store().newSpace();
        Provider provider = Providers.open(space.config())) {
      return load.run(
          provider,
          new Work("bench"),
          round.settings().threads(),
          round.settings().warmUp(),
          round.settings().measured(),
          latencies);
    }
  }
}
