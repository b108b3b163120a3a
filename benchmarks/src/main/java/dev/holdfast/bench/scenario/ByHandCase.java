// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.load.HandMadeTable;
import dev.holdfast.bench.load.StateLoad;
import dev.holdfast.bench.load.StreamLoads;
import dev.holdfast.bench.load.Work;
import dev.holdfast.bench.measure.Caller;
import dev.holdfast.bench.measure.ClosedLoop;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.provider.Feature;
import java.util.List;
import java.util.Set;

/**
 * Events in a store, compared with events in a table that was written by hand, on the same server
 * or disk in the same round.
 *
 * @param name what it is called
 * @param unit the unit of its figure
 * @param load the load
 * @param callers by how many threads
 * @param byHand the same by hand
 */
record ByHandCase(String name, String unit, StateLoad load, int callers, ByHand byHand)
    implements Case {

  /** As many as the providers' largest page. */
  private static final int PAGE = 100;

  /** Makes the callers of the table. */
  interface ByHand {
    List<Caller> on(HandMadeTable table, Work work, Latencies latencies) throws Exception;
  }

  static Case appends(int callers) {
    return new ByHandCase(
        "append beside a table, %s".formatted(callers == 1 ? "1 caller" : callers + " callers"),
        "appends/s",
        StreamLoads.appends(1, false),
        callers,
        (table, work, latencies) -> table.appends(work, callers, 1, latencies));
  }

  static Case reads(long events) {
    return new ByHandCase(
        "log read beside a table",
        "events/s",
        StreamLoads.logReads(events),
        1,
        (table, work, latencies) -> {
          table.fill(work, events);
          return List.of(table.reads(PAGE, latencies));
        });
  }

  @Override
  public String reference() {
    return "by hand";
  }

  @Override
  public Sample measure(Round round) throws Exception {
    StateCase.requireDeclared(round, Set.of(Feature.EVENT_STREAMS));
    Latencies latencies = new Latencies();
    double other;
    try (HandMadeTable table = HandMadeTable.create(round.store(), callers)) {
      other =
          ClosedLoop.run(
              byHand.on(table, new Work("hand"), latencies),
              round.settings().threads(),
              round.settings().warmUp(),
              round.settings().measured(),
              latencies);
    }
    double own = StateCase.onFreshStore(round, load, callers, latencies);
    return Sample.of(own, other, latencies);
  }
}
