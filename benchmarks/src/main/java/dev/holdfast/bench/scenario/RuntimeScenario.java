// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.floor.FloorMeter;
import dev.holdfast.bench.measure.Caller;
import dev.holdfast.bench.measure.ClosedLoop;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.bench.store.BenchStore;
import dev.holdfast.bench.store.Floor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** Whole orchestrations through the runtime, so many at a time that all lanes are full. */
record RuntimeScenario(String name, String work, Function<Ends, Program> program)
    implements Scenario {

  private static final int UNITS_AT_ONCE = 256;

  @Override
  public String description() {
    return "through the runtime: " + work;
  }

  @Override
  public List<Case> cases(BenchStore store, Settings settings) {
    return List.of(new Flow(program, store.floor(UNITS_AT_ONCE)));
  }

  private static final class Flow implements Case {

    private final Function<Ends, Program> maker;
    private final Floor floor;
    private final String unit;
    private final int atOnce;

    Flow(Function<Ends, Program> maker, Floor floor) {
      this.maker = maker;
      this.floor = floor;
      Program sketch = maker.apply(new Ends());
      this.unit = sketch.unit();
      this.atOnce = Math.max(8, UNITS_AT_ONCE / sketch.units());
    }

    @Override
    public String name() {
      return atOnce + " at once";
    }

    @Override
    public String unit() {
      return unit;
    }

    @Override
    public String reference() {
      return floor.name();
    }

    @Override
    public Sample measure(Round round) throws Exception {
      Latencies latencies = new Latencies();
      FloorMeter.Surrounded<Double> seen = round.floor().around(floor, () -> run(round, latencies));
      return Sample.of(seen.value(), seen.rate().perSecond(), latencies);
    }

    private double run(Round round, Latencies latencies) throws Exception {
      Ends ends = new Ends();
      Program program = maker.apply(ends);
      AtomicLong ids = new AtomicLong();
      try (Engine engine = Engine.start(round.store(), program.orchestration())) {
        Caller starter =
            () -> {
              String id = "bench-" + ids.incrementAndGet();
              long before = System.nanoTime();
              ends.expect(id);
              engine.client().start(program.orchestration(), id, 0);
              ends.await(id);
              latencies.record("orchestration", System.nanoTime() - before);
              return program.units();
            };
        List<Caller> starters = new ArrayList<>();
        for (int i = 0; i < atOnce; i++) {
          starters.add(starter);
        }
        return ClosedLoop.run(
            starters,
            round.settings().threads(),
            round.settings().warmUp(),
            round.settings().measured(),
            latencies);
      }
    }
  }
}
