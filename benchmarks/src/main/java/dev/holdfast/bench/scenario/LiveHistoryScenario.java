// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.measure.ClosedLoop;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.bench.measure.Latency;
import dev.holdfast.bench.store.BenchStore;
import dev.holdfast.runtime.Orchestration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** What a turn costs while the instance stays in the worker's memory, by length of its history. */
final class LiveHistoryScenario implements Scenario {

  private static final int SHORT = 10;

  @Override
  public String name() {
    return "runtime-history";
  }

  @Override
  public String description() {
    return "through the runtime: a turn of a live instance, by length of its history";
  }

  @Override
  public List<Case> cases(BenchStore store, Settings settings) {
    // Raised events are quickly stored; only a very short run makes the histories shorter.
    List<Case> cases = new ArrayList<>();
    LongStream.of(1_000, 10_000)
        .map(length -> Math.min(length, settings.scaled(100 * length)))
        .forEach(length -> cases.add(new Live((int) length)));
    return cases;
  }

  private record Live(int events) implements Case {

    private static final String ID = "bench-live";
    private static final String TURN = "turn";

    @Override
    public String name() {
      return "turn after %s events".formatted(GrowthScenario.number(events));
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
      return new Sample(Medians.of(many, TURN), Medians.of(few, TURN), many);
    }

    private static Map<String, Latency> turns(Round round, int before) throws Exception {
      Ends ends = new Ends();
      Orchestration<Integer, Integer> orchestration =
          Orchestration.named(
              "bench-listener",
              Integer.class,
              Integer.class,
              (ctx, input) -> {
                int next = input;
                while (next >= 0) {
                  next = ctx.event("next", Integer.class).await();
                  ends.reached("event " + next);
                }
                return next;
              });
      Latencies latencies = new Latencies();
      try (Engine engine = Engine.start(round.store(), orchestration)) {
        engine.client().start(orchestration, ID, 0);
        int[] raised = {0};
        while (raised[0] < before) {
          raise(engine, ends, ++raised[0], raised[0] == before);
        }
        ClosedLoop.run(
            List.of(() -> {
              long from = System.nanoTime();
              raise(engine, ends, ++raised[0], true);
              latencies.record(TURN, System.nanoTime() - from);
              return 1;
            }),
            round.settings().threads(),
            round.settings().warmUp(),
            round.settings().measured(),
            latencies);
      }
      return latencies.summary();
    }

    private static void raise(Engine engine, Ends ends, int number, boolean await)
        throws InterruptedException {
      if (await) {
        ends.expect("event " + number);
      }
      engine.client().raise(ID, "next", number);
      if (await) {
        ends.await("event " + number);
      }
    }
  }
}
