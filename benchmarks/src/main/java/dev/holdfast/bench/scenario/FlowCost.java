// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * What orchestrations take this process, on a worker with a new store. Other work of the machine
 * changes a rate much, and this little.
 *
 * @param maker makes their code
 * @param atOnce how many are under way at a time
 * @param count how many are counted
 */
record FlowCost(Function<Ends, Program> maker, int atOnce, int count) {

  private static final double NANOS_PER_MICRO = 1_000;

  /** Runs them; returns microseconds of processor time for each. */
  double measure(Round round, Observed observed) throws Exception {
    Ends ends = new Ends();
    Program program = maker.apply(ends);
    AtomicInteger ids = new AtomicInteger();
    try (Engine engine = Engine.start(round.store(), program.orchestration(), observed);
        ExecutorService starters =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().factory())) {
      run(engine, program, ends, starters, ids, count / 4);
      long before = ProcessorTime.used();
      run(engine, program, ends, starters, ids, count);
      return (ProcessorTime.used() - before) / NANOS_PER_MICRO / count;
    }
  }

  private void run(
      Engine engine,
      Program program,
      Ends ends,
      ExecutorService starters,
      AtomicInteger ids,
      int some)
      throws Exception {
    int until = ids.get() + some;
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < atOnce; i++) {
      running.add(
          starters.submit(() -> {
            for (int id = ids.incrementAndGet(); id <= until; id = ids.incrementAndGet()) {
              String name = "bench-" + id;
              ends.expect(name);
              engine.client().start(program.orchestration(), name, 0);
              ends.await(name);
            }
            return null;
          }));
    }
    for (Future<?> each : running) {
      each.get();
    }
  }
}
