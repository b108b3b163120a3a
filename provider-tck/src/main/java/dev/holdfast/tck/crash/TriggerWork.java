// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.crash;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.TriggerDelivered;
import dev.holdfast.provider.state.TriggerInput;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.tck.words.Sample;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Deliveries to a run, and turns of a run that uses its inputs. */
public final class TriggerWork {

  /** The step that inputs are delivered to. */
  public static final String STEP = "listen";

  private static final Duration LOCK = Duration.ofHours(1);

  private final Provider provider;
  private final Triggers triggers;
  private final StateTables tables;
  private final Consumer<String> say;

  TriggerWork(Provider provider, Consumer<String> say) {
    this.provider = provider;
    triggers = provider.capability(Triggers.class).orElseThrow();
    tables = provider.capability(StateTables.class).orElseThrow();
    this.say = say;
  }

  /**
   * The input of a number, as a child delivers it and others repeat it.
   *
   * @param runId the run
   * @param number the number, which is the order of its cursor too
   * @return the delivery
   */
  public static DeliverTrigger input(String runId, int number) {
    return new DeliverTrigger(
        runId,
        STEP,
        NewInboxMessage.of("input " + number, Payload.utf8("content " + number)),
        new Cursor(number, "from " + number),
        Sample.message(runId, "wake-up of input " + number));
  }

  /** Delivers so many inputs by so many threads, and says which have returned. */
  void deliver(String runId, int threads, int count) throws InterruptedException {
    List<Thread> others = new ArrayList<>();
    for (int thread = 1; thread < threads; thread++) {
      int first = thread;
      others.add(Thread.ofPlatform().daemon().start(() -> deliver(runId, first, threads, count)));
    }
    deliver(runId, 0, threads, count);
    for (Thread other : others) {
      other.join();
    }
  }

  private void deliver(String runId, int first, int step, int count) {
    for (int number = first; number < count; number += step) {
      try {
        TriggerDelivered answer = triggers.deliver(input(runId, number));
        say.accept("delivered " + number + " " + answer.outcome() + " " + answer.sequence());
      } catch (Retryable busy) {
        // The next one then; this one may be there, whole.
      }
    }
  }

  /** Suspends a run in the turn that is ready for it. */
  void suspend(String runId) {
    OrchestrationItem item = turn();
    ack(item, List.of(RunChange.to(read(runId).summary(), RunStatus.SUSPENDED)), null);
    say.accept("suspended");
  }

  /**
   * Uses the inputs of a run, one in each turn, until it is killed: the turn consumes the input and
   * counts it in the data of the run. Each turn sends the message of the next.
   */
  void use(String runId) {
    while (true) {
      List<TriggerInput> inputs = triggers.pendingInputs(runId, STEP, 0, 1);
      if (inputs.isEmpty()) {
        say.accept("used all");
        return;
      }
      long sequence = inputs.get(0).message().sequence();
      Run run = read(runId);
      Payload data = run.data();
      int used = data == null ? 0 : Integer.parseInt(data.asUtf8());
      ack(
          turn(),
          List.of(
              ConsumeInbox.pending(input(runId, 0).key(), sequence),
              RunChange.of(run.summary()).data(Payload.utf8("" + (used + 1))).build()),
          runId);
      say.accept("used " + sequence);
    }
  }

  private Run read(String runId) {
    return tables.run(runId).orElseThrow();
  }

  private OrchestrationItem turn() {
    return provider.fetchOrchestrationItems(OrchestrationFetch.of(1, LOCK)).get(0);
  }

  private void ack(OrchestrationItem item, List<Change> changes, @Nullable String next) {
    OrchestrationAck ack =
        OrchestrationAck.builder(item.lockToken(), item.executionId())
            .messages(next == null ? List.of() : List.of(Sample.message(next, "next")))
            .changes(changes)
            .build();
    AckResult result = provider.ackOrchestrationItem(ack);
    if (!(result instanceof AckResult.Applied)) {
      throw new IllegalStateException("a turn was not applied: " + result);
    }
  }
}
