// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.floor.FloorMeter;
import dev.holdfast.bench.measure.Caller;
import dev.holdfast.bench.measure.ClosedLoop;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.bench.store.BenchStore;
import dev.holdfast.bench.store.Floor;
import dev.holdfast.runtime.HoldfastClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * What a user sees: so many callers, each of whom starts an orchestration and awaits its result,
 * again and again, beside the worker and in another process.
 */
record StartToResultScenario(String name, String work, Function<Ends, Program> program)
    implements Scenario {

  private static final List<Integer> CALLERS = List.of(1, 8, 32, 256);

  @Override
  public String description() {
    return "as users call it: start, then await, of " + work;
  }

  @Override
  public List<Case> cases(BenchStore store, Settings settings) {
    List<Case> cases = new ArrayList<>();
    for (int callers : CALLERS) {
      cases.add(new StartToResult(program, callers, false, store.floor(callers)));
    }
    for (int callers : CALLERS) {
      cases.add(new StartToResult(program, callers, true, store.floor(callers)));
    }
    return cases;
  }

  /**
   * One case.
   *
   * @param elsewhere whether the callers are in another process than the worker
   */
  private record StartToResult(
      Function<Ends, Program> maker, int callers, boolean elsewhere, Floor floor) implements Case {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String name() {
      return (callers == 1 ? "1 caller" : callers + " callers") + (elsewhere ? " elsewhere" : "");
    }

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
      FloorMeter.Surrounded<Double> seen = round.floor().around(floor, () -> run(round, latencies));
      return Sample.of(seen.value(), seen.rate().perSecond(), latencies);
    }

    private double run(Round round, Latencies latencies) throws Exception {
      Program program = maker.apply(new Ends());
      if (elsewhere) {
        try (Callers client = Callers.start(round.store())) {
          return run(round, program, client.client(), latencies);
        }
      }
      try (Engine engine = Engine.start(round.store(), program.orchestration())) {
        return run(round, program, engine.client(), latencies);
      }
    }

    private double run(Round round, Program program, HoldfastClient client, Latencies latencies)
        throws InterruptedException {
      AtomicLong ids = new AtomicLong();
      Caller caller =
          () -> {
            String id = "bench-" + ids.incrementAndGet();
            long before = System.nanoTime();
            client.start(program.orchestration(), id, 0);
            client.await(program.orchestration(), id, PATIENCE);
            latencies.record("start to result", System.nanoTime() - before);
            return 1;
          };
      return ClosedLoop.run(
          Collections.nCopies(callers, caller),
          round.settings().threads(),
          round.settings().warmUp(),
          round.settings().measured(),
          latencies);
    }
  }
}
