// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.measure.Caller;
import dev.holdfast.bench.measure.ClosedLoop;
import dev.holdfast.bench.measure.Latencies;
import java.util.Collections;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Orchestrations on a worker with a new store, so many under way at a time.
 *
 * @param maker makes their code
 * @param atOnce how many
 */
record FlowLoad(Function<Ends, Program> maker, int atOnce) {

  /** Runs them; returns units per second. */
  double run(Round round, Observed observed, Latencies latencies) throws Exception {
    Ends ends = new Ends();
    Program program = maker.apply(ends);
    AtomicLong ids = new AtomicLong();
    try (Engine engine = Engine.start(round.store(), program.orchestration(), observed)) {
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
      return ClosedLoop.run(
          Collections.nCopies(atOnce, starter),
          round.settings().threads(),
          round.settings().warmUp(),
          round.settings().measured(),
          latencies);
    }
  }
}
