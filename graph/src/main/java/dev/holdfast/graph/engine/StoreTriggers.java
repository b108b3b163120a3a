// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.NewTriggerInput;
import dev.holdfast.graph.TriggerWakeUpService;
import dev.holdfast.graph.internal.Inboxes;
import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.graph.plan.Planner;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.TriggerDelivered;
import dev.holdfast.provider.state.TriggerDelivered.Outcome;
import dev.holdfast.provider.state.TriggerInput;
import dev.holdfast.provider.state.Triggers;
import dev.holdfast.provider.state.WaitingRunPage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Deliveries and wake-ups, on a provider. Thread-safe. */
final class StoreTriggers implements TriggerWakeUpService {

  private final StoreCalls store;
  private final Triggers triggers;
  private final Map<OrchestrationCode, Planner> graphs;

  /**
   * Creates the service.
   *
   * @param graphs the definitions that are known here
   */
  StoreTriggers(StoreCalls store, Map<OrchestrationCode, Planner> graphs) {
    this.store = store;
    this.graphs = Map.copyOf(graphs);
    this.triggers =
        store
            .provider
            .capability(Triggers.class)
            .orElseThrow(() -> new ProviderError.NotSupported("graph", Feature.TRIGGERS));
  }

  @Override
  public List<Outcome> deliverAll(String runId, String stepId, List<NewTriggerInput> inputs) {
    List<Change> deliveries = new ArrayList<>();
    for (NewTriggerInput input : inputs) {
      if (input.inputId().startsWith(Inboxes.RESERVED)) {
        throw new IllegalArgumentException(
            "the input id \"%s\" begins with \"%s\", as only ids of the engine do; choose another"
                .formatted(input.inputId(), Inboxes.RESERVED));
      }
      NewInboxMessage message =
          NewInboxMessage.of(input.inputId(), Payload.utf8(Jsons.write(input.value())));
      deliveries.add(delivery(runId, stepId, message, input.cursor()));
    }
    return deliver(runId, stepId, deliveries);
  }

  @Override
  public Outcome end(String runId, String stepId) {
    return deliver(runId, stepId, List.of(delivery(runId, stepId, Inboxes.end(), null))).getFirst();
  }

  private static DeliverTrigger delivery(
      String runId, String stepId, NewInboxMessage message, @Nullable Cursor cursor) {
    return new DeliverTrigger(runId, stepId, message, cursor, RunMessage.inputCame(runId, stepId));
  }

  private List<Outcome> deliver(String runId, String stepId, List<Change> deliveries) {
    if (deliveries.isEmpty()) {
      return List.of();
    }
    if (isOver(runId, stepId)) {
      return Collections.nCopies(deliveries.size(), Outcome.ENDED);
    }
    List<Outcome> outcomes = new ArrayList<>();
    for (ChangeResult result : store.apply(deliveries)) {
      if (!(result instanceof TriggerDelivered(Outcome outcome, long sequence))) {
        throw new IllegalStateException("an input was delivered, and the store says " + result);
      }
      outcomes.add(outcome);
    }
    return outcomes;
  }

  /**
   * Whether a trigger takes nothing any more though its run goes on; refuses what is no trigger.
   */
  private boolean isOver(String runId, String stepId) {
    Step step = store.read(() -> store.reader.whole(runId, Set.of(stepId))).get(stepId);
    if (step == null && !graphs.isEmpty()) {
      requireTrigger(runId, stepId);
    }
    return step != null && isOver(runId, step.summary().status());
  }

  /** A failed trigger begins again with its run, unless that has gone on without it. */
  private boolean isOver(String runId, StepStatus status) {
    return status.isFinal()
        || (status == StepStatus.FAILED
            && store
                .read(() -> store.tables.run(runId))
                .map(run -> run.summary().status() != RunStatus.FAILED)
                .orElse(false));
  }

  private void requireTrigger(String runId, String stepId) {
    Run run = store.read(() -> store.tables.run(runId)).orElse(null);
    if (run == null) {
      return;
    }
    RunData data = RunData.of(run);
    Planner planner = graphs.get(new OrchestrationCode(data.graph(), data.version()));
    if (planner != null && !(planner.isOfTrigger(stepId) && planner.isGroup(stepId))) {
      throw new IllegalArgumentException(
          "graph %s %s has no trigger \"%s\"".formatted(data.graph(), data.version(), stepId));
    }
  }

  @Override
  public Optional<Cursor> cursor(String runId, String stepId) {
    return store.read(() -> triggers.cursor(runId, stepId));
  }

  @Override
  public boolean wakeUp(String runId) {
    Run run = store.read(() -> store.tables.run(runId)).orElse(null);
    if (run == null || run.summary().status() != RunStatus.SUSPENDED) {
      return false;
    }
    store.send(RunMessage.look(runId));
    return true;
  }

  @Override
  public List<TriggerInput> pendingInputs(
      String runId, String stepId, long afterSequence, int limit) {
    return store.read(() -> triggers.pendingInputs(runId, stepId, afterSequence, limit));
  }

  @Override
  public WaitingRunPage suspendedRunsWithPendingInputs(int limit, @Nullable String pageToken) {
    return store.read(() -> triggers.suspendedRunsWithPendingInputs(limit, pageToken));
  }
}
