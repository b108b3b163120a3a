// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.AwaitRunTimeoutException;
import dev.holdfast.graph.GraphClient;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.RecoveryService;
import dev.holdfast.graph.RunCancelledException;
import dev.holdfast.graph.RunFailedException;
import dev.holdfast.graph.RunNotFoundException;
import dev.holdfast.graph.RunStatusException;
import dev.holdfast.graph.RunView;
import dev.holdfast.graph.StepNotSuspendedException;
import dev.holdfast.graph.StepView;
import dev.holdfast.graph.TriggerWakeUpService;
import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.graph.plan.Planner;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.EndedRead;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.Suspension;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The client, on a provider. */
final class StoreGraphClient implements GraphClient {

  /** How long one call waits for an end. */
  private static final Duration ONE_WAIT = Duration.ofSeconds(10);

  /** 100 years: longer than any caller waits, and a long of nanoseconds can hold it. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(36_500);

  /** How long until rows are looked at again which say that a restarted run has not begun yet. */
  private static final Duration RESTARTING = Duration.ofMillis(20);

  private final StoreCalls store;
  private final RunStarts starts;
  private final StoreRecovery recovery;
  private final Map<OrchestrationCode, Planner> graphs;

  StoreGraphClient(
      StoreCalls store,
      RunStarts starts,
      StoreRecovery recovery,
      Map<OrchestrationCode, Planner> graphs) {
    this.store = store;
    this.starts = starts;
    this.recovery = recovery;
    this.graphs = Map.copyOf(graphs);
  }

  @Override
  public boolean start(GraphDefinition definition, String runId, Object inputs) {
    return starts.start(
        definition, runId, RunInputs.of(definition, Objects.requireNonNull(inputs, "inputs")));
  }

  // reading

  @Override
  public Optional<RunView> run(String runId) {
    Run run = row(runId);
    return run == null
        ? described(runId).map(StoreGraphClient::withoutRow)
        : Optional.of(view(run));
  }

  private @Nullable Run row(String runId) {
    return store.read(() -> store.tables.run(runId)).orElse(null);
  }

  private Optional<InstanceDescription> described(String runId) {
    return store.read(() -> store.provider.describeInstance(runId));
  }

  private static RunView withoutRow(InstanceDescription instance) {
    boolean queued = instance.executionId() == 0;
    return new RunView(
        instance.instanceId(),
        String.valueOf(instance.name()),
        String.valueOf(instance.version()),
        queued ? RunStatus.SCHEDULED : RunStatus.FAILED,
        1,
        JsonNodeFactory.instance.objectNode(),
        null,
        null,
        queued ? null : "it could not be begun; the log of its worker says why",
        null);
  }

  private static RunView view(Run run) {
    RunSummary row = run.summary();
    RunData data = RunData.of(run);
    Suspension suspension = run.suspension();
    return new RunView(
        row.runId(),
        data.graph(),
        data.version(),
        row.status(),
        row.attempt(),
        data.inputs(),
        data.outputs(),
        suspension == null ? null : suspension.stepId(),
        run.lastError(),
        row.times());
  }

  @Override
  public List<StepSummary> steps(String runId) {
    return List.copyOf(store.read(() -> store.reader.steps(runId)).values());
  }

  @Override
  public Optional<StepView> step(String runId, String stepId) {
    Step step = stepRow(runId, stepId);
    return step == null ? Optional.empty() : Optional.of(view(step));
  }

  private @Nullable Step stepRow(String runId, String stepId) {
    return store.read(() -> store.reader.whole(runId, Set.of(stepId))).get(stepId);
  }

  private static StepView view(Step step) {
    StepSummary row = step.summary();
    Suspension suspension = step.suspension();
    return new StepView(
        row.runId(),
        row.stepId(),
        row.status(),
        row.attempt(),
        json(step, step.outputs()),
        suspension == null ? null : suspension.reason(),
        suspension == null ? null : json(step, suspension.state()),
        suspension == null ? null : json(step, suspension.metadata()),
        step.lastError(),
        row.times());
  }

  private static @Nullable JsonNode json(Step step, @Nullable Payload payload) {
    return payload == null ? null : RowReader.json(step, payload);
  }

  @Override
  public Optional<GraphDefinition> definition(String runId) {
    return store.read(() -> StoredDefinition.read(store.provider, runId));
  }

  // awaiting

  @Override
  public JsonNode await(String runId, Duration timeout) throws InterruptedException {
    Duration bounded = timeout.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : timeout;
    long deadline = System.nanoTime() + bounded.toNanos();
    while (true) {
      Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
      EndedRead wait =
          new EndedRead(List.of(runId), left.compareTo(ONE_WAIT) > 0 ? ONE_WAIT : left);
      boolean ended = !store.read(() -> store.provider.readEnded(wait)).isEmpty();
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      boolean over = System.nanoTime() - deadline >= 0;
      if (ended || over) {
        RunView run = run(runId).orElseThrow(() -> new RunNotFoundException(runId));
        if (run.status().isEnded()) {
          return result(run);
        }
        if (over) {
          throw new AwaitRunTimeoutException(run, timeout);
        }
        Thread.sleep(RESTARTING); // it was restarted, and no worker has begun it again
      }
    }
  }

  private static JsonNode result(RunView run) {
    String error = String.valueOf(run.error());
    return switch (run.status()) {
      case COMPLETED -> Objects.requireNonNull(run.outputs(), "outputs");
      case CANCELLED -> throw new RunCancelledException(run.runId(), error);
      default -> throw new RunFailedException(run.runId(), error);
    };
  }

  // telling

  @Override
  public void cancel(String runId, String reason) {
    store.decide(() -> {
      Run run = store.tables.run(runId).orElse(null);
      if (run == null) {
        requireQueued(runId);
        store.provider.enqueue(RunMessage.cancel(runId, reason));
        return nothing();
      }
      return switch (run.summary().status()) {
        case CANCELLED -> nothing();
        case COMPLETED, FAILED ->
            throw new RunStatusException(
                runId, run.summary().status(), "it has ended; there is nothing to cancel");
        case SCHEDULED, RUNNING, SUSPENDED, PAUSED, RECOVERING ->
            changes(
                RunChange.of(run.summary())
                    .status(RunStatus.CANCELLED)
                    .lastError(Texts.fit(reason))
                    .build(),
                new SendMessage(RunMessage.look(runId)));
      };
    });
  }

  @Override
  public void pause(String runId) {
    store.decide(() -> {
      RunSummary run = begun(runId);
      return switch (run.status()) {
        case PAUSED -> nothing();
        case RUNNING -> changes(RunChange.to(run, RunStatus.PAUSED));
        case SCHEDULED, RECOVERING ->
            changes(
                RunChange.to(run, RunStatus.RUNNING),
                RunChange.of(runId, run.version() + 1).status(RunStatus.PAUSED).build());
        case SUSPENDED ->
            throw new RunStatusException(
                runId, run.status(), "it waits already, for a step to be resumed");
        case COMPLETED, FAILED, CANCELLED ->
            throw new RunStatusException(runId, run.status(), "only a running one is paused");
      };
    });
  }

  @Override
  public void resume(String runId) {
    store.decide(() -> {
      RunSummary run = begun(runId);
      return switch (run.status()) {
        case PAUSED ->
            changes(RunChange.to(run, RunStatus.RUNNING), new SendMessage(RunMessage.look(runId)));
        case RUNNING, SCHEDULED, RECOVERING -> nothing();
        case SUSPENDED ->
            throw new RunStatusException(runId, run.status(), "resume the step that it waits for");
        case COMPLETED, CANCELLED ->
            throw new RunStatusException(runId, run.status(), "it has ended for good");
        case FAILED -> throw new RunStatusException(runId, run.status(), "restart it instead");
      };
    });
  }

  @Override
  public void restart(String runId) {
    store.decide(() -> {
      RunSummary run = begun(runId);
      if (run.status() != RunStatus.FAILED) {
        throw new RunStatusException(
            runId, run.status(), "only a failed one is restarted from its failed steps");
      }
      return new StoreCalls.Decision<>(recovery.restart(runId), 0);
    });
  }

  /** Returns the row of a run; without one nothing but a cancellation can be said to it. */
  private RunSummary begun(String runId) {
    Run run = store.tables.run(runId).orElse(null);
    if (run == null) {
      requireQueued(runId);
      throw new RunStatusException(runId, RunStatus.SCHEDULED, "no worker has begun it yet");
    }
    return run.summary();
  }

  private void requireQueued(String runId) {
    if (store.provider.describeInstance(runId).isEmpty()) {
      throw new RunNotFoundException(runId);
    }
  }

  private static StoreCalls.Decision<Integer> nothing() {
    return new StoreCalls.Decision<>(List.of(), 0);
  }

  private static StoreCalls.Decision<Integer> changes(Change... changes) {
    return new StoreCalls.Decision<>(List.of(changes), changes.length);
  }

  // suspended steps

  @Override
  public JsonNode mergeState(
      String runId, String stepId, Map<String, ? extends @Nullable Object> fields) {
    return store.decide(() -> {
      Step step = suspended(runId, stepId);
      ObjectNode merged = merged(step, fields);
      return new StoreCalls.Decision<JsonNode>(List.of(withState(step, merged)), merged);
    });
  }

  @Override
  public void resumeStep(
      String runId, String stepId, Map<String, ? extends @Nullable Object> fields) {
    store.decide(() -> {
      Step step = suspended(runId, stepId);
      RunStatus status = begun(runId).status();
      if (status.isEnded()) {
        throw new RunStatusException(
            runId,
            status,
            status == RunStatus.FAILED
                ? "restart it; its suspended steps wait for that"
                : "its steps are not done any more");
      }
      Instant since = Objects.requireNonNull(step.summary().times().suspendedAt());
      List<Change> changes = new ArrayList<>();
      if (!fields.isEmpty()) {
        changes.add(withState(step, merged(step, fields)));
      }
      changes.add(new SendMessage(RunMessage.resumeStep(runId, stepId, since)));
      return new StoreCalls.Decision<>(changes, changes.size());
    });
  }

  private Step suspended(String runId, String stepId) {
    begun(runId);
    Step step = stepRow(runId, stepId);
    if (step == null || step.summary().status() != StepStatus.SUSPENDED) {
      throw new StepNotSuspendedException(
          runId, stepId, step == null ? null : step.summary().status());
    }
    return step;
  }

  private static ObjectNode merged(Step step, Map<String, ? extends @Nullable Object> fields) {
    Suspension suspension = step.suspension();
    JsonNode state = suspension == null ? null : json(step, suspension.state());
    ObjectNode merged =
        state instanceof ObjectNode object ? object : JsonNodeFactory.instance.objectNode();
    fields.forEach((name, value) -> {
      if (value == null) {
        merged.remove(name);
      } else {
        merged.set(name, Jsons.tree(value));
      }
    });
    return merged;
  }

  private static StepChange withState(Step step, ObjectNode state) {
    Suspension before = step.suspension();
    Suspension.Builder after = before == null ? Suspension.builder() : before.toBuilder();
    return StepChange.of(step.summary())
        .suspension(after.state(Payload.utf8(Jsons.write(state))).build())
        .build();
  }

  @Override
  public TriggerWakeUpService triggers() {
    return new StoreTriggers(store, graphs);
  }

  @Override
  public RecoveryService recovery() {
    return recovery;
  }
}
