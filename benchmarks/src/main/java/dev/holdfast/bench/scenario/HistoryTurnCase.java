// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.load.Filling;
import dev.holdfast.bench.load.Turns;
import dev.holdfast.bench.measure.ClosedLoop;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.bench.measure.Latency;
import java.util.List;
import java.util.Map;

/** A turn of an instance with a long history, compared with one of an instance with five events. */
final class HistoryTurnCase implements Case {

  private static final int SHORT = 5;

  private final int events;
  private final boolean whole;

  HistoryTurnCase(int events, boolean whole) {
    this.events = events;
    this.whole = whole;
  }

  @Override
  public String name() {
    return "turn on %s events, %s"
        .formatted(GrowthScenario.number(events), whole ? "reading all" : "reading what is new");
  }

  @Override
  public String unit() {
    return "µs";
  }

  @Override
  public String reference() {
    return SHORT + " events";
  }

  @Override
  public Sample measure(Round round) throws Exception {
    Map<String, Latency> few = turns(round, SHORT);
    Map<String, Latency> many = turns(round, events);
    return new Sample(Medians.of(many, Turns.TURN), Medians.of(few, Turns.TURN), many);
  }

  private Map<String, Latency> turns(Round round, int length) throws Exception {
    try (OpenSpace space = OpenSpace.in(round.store())) {
      String id = Filling.history(space.provider(), space.work(), length);
      Latencies latencies = new Latencies();
      ClosedLoop.run(
          List.of(new Turns(space.provider(), id, whole, latencies)),
          round.settings().threads(),
          round.settings().warmUp(),
          round.settings().measured(),
          latencies);
      return latencies.summary();
    }
  }
}
