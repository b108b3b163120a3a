// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.floor.FloorMeter;
import dev.holdfast.bench.measure.ClosedLoop;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.bench.measure.Latency;
import dev.holdfast.bench.store.BenchStore;
import dev.holdfast.bench.store.Floor;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How long one orchestration takes, from the start to the answer, when nothing else is to be done:
 * in multiples of a one-row commit of one client.
 */
final class LatencyScenario implements Scenario {

  @Override
  public String name() {
    return "runtime-latency";
  }

  @Override
  public String description() {
    return "through the runtime: one orchestration with one activity on an idle store";
  }

  @Override
  public List<Case> cases(BenchStore store, Settings settings) {
    return List.of(new Alone(store.floor(1)));
  }

  private record Alone(Floor floor) implements Case {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final String ORCHESTRATION = "orchestration";

    @Override
    public String name() {
      return "start to answer, idle";
    }

    @Override
    public String unit() {
      return "µs";
    }

    @Override
    public String reference() {
      return "commit p50";
    }

    @Override
    public Sample measure(Round round) throws Exception {
      FloorMeter.Surrounded<Map<String, Latency>> seen =
          round.floor().around(floor, () -> run(round));
      return new Sample(
          Medians.of(seen.value(), ORCHESTRATION), seen.rate().commit().p50Micros(), seen.value());
    }

    private static Map<String, Latency> run(Round round) throws Exception {
      Latencies latencies = new Latencies();
      Program program = Program.oneActivity(new Ends());
      AtomicLong ids = new AtomicLong();
      try (Engine engine = Engine.start(round.store(), program.orchestration())) {
        ClosedLoop.run(
            List.of(() -> {
              String id = "bench-" + ids.incrementAndGet();
              long before = System.nanoTime();
              engine.client().start(program.orchestration(), id, 0);
              engine.client().await(program.orchestration(), id, PATIENCE);
              latencies.record(ORCHESTRATION, System.nanoTime() - before);
              return 1;
            }),
            round.settings().threads(),
            round.settings().warmUp(),
            round.settings().measured(),
            latencies);
      }
      return latencies.summary();
    }
  }
}
