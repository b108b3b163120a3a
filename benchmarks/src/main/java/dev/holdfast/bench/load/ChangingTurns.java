// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.load;

import dev.holdfast.bench.measure.Caller;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Provider;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A caller that takes one turn after the other, of one event, with changes. Each turn sends the
 * message of the next, and there are twice as many instances as callers. Used by one thread.
 */
final class ChangingTurns implements Caller {

  private static final int INSTANCES_PER_CALLER = 2;
  private static final Duration PATIENCE = Duration.ofMillis(20);
  private static final OrchestrationFetch FETCH =
      OrchestrationFetch.of(1, Duration.ofMinutes(10)).withInlineHistory(0);

  private final Provider provider;
  private final Map<String, Supplier<List<Change>>> changes;
  private final Latencies latencies;

  private ChangingTurns(
      Provider provider, Map<String, Supplier<List<Change>>> changes, Latencies latencies) {
    this.provider = provider;
    this.changes = changes;
    this.latencies = latencies;
  }

  /** Turns with so many changes each: one of a run, the others of its steps. */
  static List<Caller> prepare(
      Provider provider, Work work, int callers, int changes, Latencies latencies) {
    return prepare(
        provider,
        work,
        callers,
        id -> changes == 0 ? List::of : StateRows.create(provider, id, changes - 1)::next,
        latencies);
  }

  /**
   * Turns with changes.
   *
   * @param maker makes what gives each turn of an instance its changes
   */
  static List<Caller> prepare(
      Provider provider,
      Work work,
      int callers,
      Function<String, Supplier<List<Change>>> maker,
      Latencies latencies) {
    Map<String, Supplier<List<Change>>> changes = new HashMap<>();
    for (int n = 0; n < INSTANCES_PER_CALLER * callers; n++) {
      String id = work.newId();
      changes.put(id, maker.apply(id));
      provider.enqueue(Work.start(id).build());
    }
    return IntStream.range(0, callers)
        .<Caller>mapToObj(n -> new ChangingTurns(provider, changes, latencies))
        .toList();
  }

  @Override
  public int step() {
    List<OrchestrationItem> items =
        latencies.time(
            "fetchOrchestration",
            () -> provider.fetchOrchestrationItems(FETCH.withWaitUpTo(PATIENCE)));
    for (OrchestrationItem item : items) {
      List<Change> own = Objects.requireNonNull(changes.get(item.instanceId())).get();
      OrchestrationAck turn = Work.next(item);
      OrchestrationAck ack = own.isEmpty() ? turn : turn.withChanges(own);
      Applied.check(latencies.time("ackOrchestration", () -> provider.ackOrchestrationItem(ack)));
    }
    return items.size();
  }
}
