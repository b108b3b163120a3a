// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.floor.FloorMeter;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.bench.store.BenchStore;
import dev.holdfast.bench.store.Floor;
import java.util.List;
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

    private final FlowLoad flow;
    private final Floor floor;
    private final String unit;

    Flow(Function<Ends, Program> maker, Floor floor) {
      this.floor = floor;
      Program sketch = maker.apply(new Ends());
      this.unit = sketch.unit();
      this.flow = new FlowLoad(maker, Math.max(8, UNITS_AT_ONCE / sketch.units()));
    }

    @Override
    public String name() {
      return flow.atOnce() + " at once";
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
      FloorMeter.Surrounded<Double> seen =
          round.floor().around(floor, () -> flow.run(round, Observed.OFF, latencies));
      return Sample.of(seen.value(), seen.rate().perSecond(), latencies);
    }
  }
}
