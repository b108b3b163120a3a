// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.bench.store.BenchStore;
import dev.holdfast.runtime.Orchestration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What instances cost that only wait: the time of the processor that this process uses. */
final class WaitingScenario implements Scenario {

  private static final long INSTANCES = 10_000;

  @Override
  public String name() {
    return "runtime-waiting";
  }

  @Override
  public String description() {
    return "through the runtime: processor time while all instances wait for events";
  }

  @Override
  public List<Case> cases(BenchStore store, Settings settings) {
    return List.of(new Waiting((int) settings.scaled(INSTANCES)));
  }

  private record Waiting(int instances) implements Case {

    private static final int STARTERS = 64;

    @Override
    public String name() {
      return GrowthScenario.number(instances) + " waiting instances";
    }

    @Override
    public String unit() {
      return ProcessorTime.UNIT;
    }

    @Override
    public String reference() {
      return ProcessorTime.REFERENCE;
    }

    @Override
    public Sample measure(Round round) throws Exception {
      Ends ends = new Ends();
      Orchestration<Integer, Integer> orchestration = Program.waiting(ends);
      try (Engine engine = Engine.start(round.store(), orchestration)) {
        startAll(engine, orchestration, ends);
        // What the starting left to do must not count.
        Thread.sleep(round.settings().measured());
        return ProcessorTime.sample(
            ProcessorTime.during(round.settings().measured()), new Latencies());
      }
    }

    private void startAll(Engine engine, Orchestration<Integer, Integer> orchestration, Ends ends)
        throws Exception {
      try (ExecutorService starters =
          Executors.newFixedThreadPool(STARTERS, Thread.ofVirtual().factory())) {
        List<Future<?>> started = new ArrayList<>();
        for (int i = 0; i < instances; i++) {
          String id = "waiter-" + i;
          ends.expect(id);
          started.add(starters.submit(() -> engine.client().start(orchestration, id, 0)));
        }
        for (Future<?> start : started) {
          start.get();
        }
      }
      for (int i = 0; i < instances; i++) {
        ends.await("waiter-" + i);
      }
    }
  }
}
