// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.floor.FloorMeter;
import dev.holdfast.bench.store.BenchStore;
import dev.holdfast.bench.store.Floor;
import dev.holdfast.runtime.Orchestration;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many timers that are due at the same moment: how quickly their instances end. */
final class TimersScenario implements Scenario {

  private static final long TIMERS = 10_000;
  private static final int MANY = 64;

  @Override
  public String name() {
    return "runtime-timers";
  }

  @Override
  public String description() {
    return "through the runtime: a storm of timers that are due at one moment";
  }

  @Override
  public List<Case> cases(BenchStore store, Settings settings) {
    return List.of(new Storm((int) settings.scaled(TIMERS), store.floor(MANY)));
  }

  private record Storm(int timers, Floor floor) implements Case {

    private static final Duration FIRST_DELAY = Duration.ofMillis(500);
    private static final int ATTEMPTS = 8;

    @Override
    public String name() {
      return GrowthScenario.number(timers) + " timers";
    }

    @Override
    public String unit() {
      return "timers/s";
    }

    @Override
    public String reference() {
      return floor.name();
    }

    @Override
    public Sample measure(Round round) throws Exception {
      FloorMeter.Surrounded<Double> seen = round.floor().around(floor, () -> storm(round));
      return Sample.of(seen.value(), seen.rate().perSecond());
    }

    /** Not all may be set when the first are due; then all again, later. */
    private double storm(Round round) throws Exception {
      Duration delay = FIRST_DELAY.plus(round.settings().measured());
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        double perSecond = storm(round, delay);
        if (perSecond > 0) {
          return perSecond;
        }
        delay = delay.multipliedBy(2);
      }
      throw new IllegalStateException("setting the timers takes longer than " + delay);
    }

    private double storm(Round round, Duration delay) throws Exception {
      Ends ends = new Ends();
      Instant dueAt = Instant.now().plus(delay);
      Orchestration<Integer, Integer> orchestration =
          Orchestration.named(
              "bench-timer",
              Integer.class,
              Integer.class,
              (ctx, input) -> {
                Duration left = Duration.between(ctx.now(), dueAt);
                ends.reached("set " + ctx.instanceId());
                ctx.timer(left.isNegative() ? Duration.ZERO : left).await();
                ends.reached("due " + ctx.instanceId());
                return input;
              });
      try (Engine engine = Engine.start(round.store(), orchestration)) {
        startAll(engine, orchestration, ends);
        for (int i = 0; i < timers; i++) {
          ends.await("set timer-" + i);
        }
        boolean inTime = Instant.now().isBefore(dueAt);
        for (int i = 0; i < timers; i++) {
          ends.await("due timer-" + i);
        }
        double seconds = Duration.between(dueAt, Instant.now()).toNanos() / 1e9;
        return inTime ? timers / seconds : -1;
      }
    }

    private void startAll(Engine engine, Orchestration<Integer, Integer> orchestration, Ends ends)
        throws Exception {
      try (ExecutorService starters =
          Executors.newFixedThreadPool(MANY, Thread.ofVirtual().factory())) {
        List<Future<?>> started = new ArrayList<>();
        for (int i = 0; i < timers; i++) {
          String id = "timer-" + i;
          ends.expect("set " + id);
          ends.expect("due " + id);
          started.add(starters.submit(() -> engine.client().start(orchestration, id, 0)));
        }
        for (Future<?> start : started) {
          start.get();
        }
      }
    }
  }
}
