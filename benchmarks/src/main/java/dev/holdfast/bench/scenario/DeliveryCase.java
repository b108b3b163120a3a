// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.floor.FloorMeter;
import dev.holdfast.bench.load.Probes;
import dev.holdfast.bench.load.StreamLoads;
import dev.holdfast.bench.measure.Caller;
import dev.holdfast.bench.measure.ClosedLoop;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.bench.measure.Latency;
import dev.holdfast.bench.store.Floor;
import dev.holdfast.provider.Feature;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * How long it takes from the return of an append until a reader in another process, who waits at
 * the head of the log, is given its event: in multiples of a one-row commit of one client.
 *
 * @param others how many other callers append meanwhile
 * @param floor what it is compared with
 */
record DeliveryCase(int others, Floor floor) implements Case {

  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

  @Override
  public String name() {
    return "delivery elsewhere, " + (others == 0 ? "idle" : others + " callers");
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
    StateCase.requireDeclared(round, Set.of(Feature.EVENT_STREAMS));
    FloorMeter.Surrounded<Map<String, Latency>> seen =
        round.floor().around(floor, () -> run(round));
    return new Sample(
        Medians.of(seen.value(), Probes.DELIVERY), seen.rate().commit().p50Micros(), seen.value());
  }

  private Map<String, Latency> run(Round round) throws Exception {
    Latencies latencies = new Latencies();
    try (OpenSpace space = OpenSpace.in(round.store());
        StoreProcess reader = space.alongside(ReaderProcess::start)) {
      List<Caller> callers = new ArrayList<>();
      callers.add(Probes.caller(space.provider(), space.work(), reader.said(), latencies));
      callers.addAll(
          StreamLoads.appends(1, false).prepare(space.provider(), space.work(), others, latencies));
      long begun = System.nanoTime();
      do {
        ClosedLoop.run(
            callers,
            round.settings().threads(),
            round.settings().warmUp(),
            round.settings().measured(),
            latencies);
        // Many appends may come before the first that is looked for.
      } while (!latencies.summary().containsKey(Probes.DELIVERY)
          && System.nanoTime() - begun < PATIENCE_NANOS);
    }
    return latencies.summary();
  }
}
