// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.load.Filling;
import dev.holdfast.bench.measure.ClosedLoop;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.bench.measure.Latency;
import dev.holdfast.provider.Provider;
import java.util.List;
import java.util.Map;

/** Reading the last events of a long history, compared with reading all of it. */
final class HistoryReadCase implements Case {

  private static final int NEW_EVENTS = 4;
  private static final String NEW = "read what is new";
  private static final String ALL = "read all";

  private final int events;

  HistoryReadCase(int events) {
    this.events = events;
  }

  @Override
  public String name() {
    return "last %d of %s events read".formatted(NEW_EVENTS, GrowthScenario.number(events));
  }

  @Override
  public String unit() {
    return "µs";
  }

  @Override
  public String reference() {
    return "read all";
  }

  @Override
  public Sample measure(Round round) throws Exception {
    try (OpenSpace space = OpenSpace.in(round.store())) {
      Provider provider = space.provider();
      String id = Filling.history(provider, space.work(), events);
      Latencies latencies = new Latencies();
      ClosedLoop.run(
          List.of(() -> {
            latencies.time(
                NEW, () -> provider.readHistory(id, 1, events - NEW_EVENTS, Integer.MAX_VALUE));
            latencies.time(ALL, () -> provider.readHistory(id, 1, 0, Integer.MAX_VALUE));
            return 1;
          }),
          round.settings().threads(),
          round.settings().warmUp(),
          round.settings().measured(),
          latencies);
      Map<String, Latency> seen = latencies.summary();
      return new Sample(Medians.of(seen, NEW), Medians.of(seen, ALL), seen);
    }
  }
}
