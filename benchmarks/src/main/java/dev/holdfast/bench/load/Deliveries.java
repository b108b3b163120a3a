// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.load;

import dev.holdfast.bench.measure.Caller;
import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.state.TriggerDelivered;
import dev.holdfast.provider.state.TriggerDelivered.Outcome;
import dev.holdfast.provider.state.Triggers;
import java.util.List;
import java.util.stream.IntStream;

/** A caller that delivers inputs to its suspended run. Used by one thread. */
final class Deliveries implements Caller {

  static final String STEP = "listen";

  private final Triggers triggers;
  private final String runId;
  private final Latencies latencies;
  private long inputs;

  Deliveries(Triggers triggers, String runId, Latencies latencies) {
    this.triggers = triggers;
    this.runId = runId;
    this.latencies = latencies;
  }

  static List<Caller> prepare(Provider provider, Work work, int callers, Latencies latencies) {
    Triggers triggers = provider.capability(Triggers.class).orElseThrow();
    return IntStream.range(0, callers)
        .<Caller>mapToObj(n -> {
          String id = work.newId();
          StateRows.suspended(provider, id);
          return new Deliveries(triggers, id, latencies);
        })
        .toList();
  }

  @Override
  public int step() {
    inputs++;
    DeliverTrigger trigger =
        new DeliverTrigger(
            runId,
            STEP,
            NewInboxMessage.of("input-" + inputs, Work.PAYLOAD),
            new Cursor(inputs, null),
            Work.event(runId));
    TriggerDelivered answer = latencies.time("deliver", () -> triggers.deliver(trigger));
    if (answer.outcome() != Outcome.NEW) {
      throw new IllegalStateException("an input was not new: " + answer);
    }
    return 1;
  }
}
