// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.load;

import dev.holdfast.bench.measure.Caller;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.TriggerInput;
import dev.holdfast.provider.state.Triggers;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A caller that delivers an input to its run, and takes a turn that consumes what is there of the
 * run that is awake: its own or another caller's. Used by one thread.
 */
final class UsedInputs implements Caller {

  private static final int MANY = 100;
  private static final Duration PATIENCE = Duration.ofMillis(20);
  private static final OrchestrationFetch FETCH =
      OrchestrationFetch.of(1, Duration.ofMinutes(10)).withInlineHistory(0);

  private final Provider provider;
  private final Triggers triggers;
  private final Deliveries deliveries;
  private final Latencies latencies;

  private UsedInputs(
      Provider provider, Triggers triggers, Deliveries deliveries, Latencies latencies) {
    this.provider = provider;
    this.triggers = triggers;
    this.deliveries = deliveries;
    this.latencies = latencies;
  }

  static List<Caller> prepare(Provider provider, Work work, int callers, Latencies latencies) {
    Triggers triggers = provider.capability(Triggers.class).orElseThrow();
    return IntStream.range(0, callers)
        .<Caller>mapToObj(n -> {
          String id = Filling.history(provider, work, 1);
          StateRows.suspended(provider, id);
          return new UsedInputs(
              provider, triggers, new Deliveries(triggers, id, latencies), latencies);
        })
        .toList();
  }

  @Override
  public int step() {
    deliveries.step();
    int used = 0;
    for (OrchestrationItem item :
        latencies.time(
            "fetchOrchestration",
            () -> provider.fetchOrchestrationItems(FETCH.withWaitUpTo(PATIENCE)))) {
      List<TriggerInput> inputs =
          latencies.time(
              "pendingInputs",
              () -> triggers.pendingInputs(item.instanceId(), Deliveries.STEP, 0, MANY));
      OrchestrationAck ack =
          OrchestrationAck.builder(item.lockToken(), item.executionId())
              .changes(inputs.stream().<Change>map(UsedInputs::consume).toList())
              .build();
      Applied.check(latencies.time("ackOrchestration", () -> provider.ackOrchestrationItem(ack)));
      used += inputs.size();
    }
    return used;
  }

  private static ConsumeInbox consume(TriggerInput input) {
    return ConsumeInbox.pending(input.message().key(), input.message().sequence());
  }
}
