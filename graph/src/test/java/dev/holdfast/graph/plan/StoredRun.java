// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepPage;
import dev.holdfast.provider.state.StepQuery;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A run in a real store, worked on by a test: what an engine does, without workers and queues. */
class StoredRun {

  final Planner planner;
  final String runId;
  final JsonNode inputs;
  final MovableClock clock;

  /** When the run began again; null as long as it has not. */
  @Nullable Instant begunAgain;

  private final StateTables tables;
  private final Changes changes;

  StoredRun(
      Provider provider, MovableClock clock, String runId, GraphDefinition graph, JsonNode inputs) {
    this.planner = Planner.of(graph);
    this.clock = clock;
    this.runId = runId;
    this.inputs = inputs;
    this.tables = provider.capability(StateTables.class).orElseThrow();
    this.changes = provider.capability(Changes.class).orElseThrow();
  }

  void create() {
    apply(List.of(new CreateRun(runId, "graph", RunStatus.SCHEDULED, null)));
  }

  void apply(List<Change> list) {
    if (!list.isEmpty()) {
      changes.apply(list);
    }
  }

  Instant now() {
    return clock.instant();
  }

  RunSummary run() {
    return tables.run(runId).orElseThrow().summary();
  }

  StepStatus status(String stepId) {
    StepSummary row = rows().steps().get(stepId);
    return row == null ? StepStatus.IDLE : row.status();
  }

  /** Returns the ids of all steps with a row, and where they stand. */
  Map<String, String> statuses() {
    Map<String, String> statuses = new TreeMap<>();
    rows().steps().forEach((id, row) -> statuses.put(id, row.status().label()));
    return statuses;
  }

  Step step(String stepId) {
    return tables.steps(runId, Set.of(stepId)).getFirst();
  }

  RunRows rows() {
    return rows(Map.of());
  }

  private RunRows rows(Map<String, @Nullable JsonNode> outputs) {
    Map<String, StepSummary> steps = new HashMap<>();
    String token = null;
    do {
      StepQuery query = StepQuery.firstPage(runId, 100);
      StepPage page = tables.steps(token == null ? query : query.from(token));
      page.steps().forEach(step -> steps.put(step.stepId(), step));
      token = page.nextPageToken();
    } while (token != null);
    return new RunRows(run(), inputs, steps, outputs, begunAgain);
  }

  RunRows with(RunRows rows, Set<String> toRead) {
    Map<String, @Nullable JsonNode> outputs = new HashMap<>(rows.outputs());
    for (Step step : tables.steps(runId, toRead)) {
      Payload payload = step.outputs();
      outputs.put(step.summary().stepId(), payload == null ? null : Jsons.read(payload.asUtf8()));
    }
    return new RunRows(rows.run(), rows.inputs(), rows.steps(), outputs, rows.timeFrom());
  }

  record Decided(Plan plan, RunRows rows) {}

  /** Asks what is next, and makes and reads what that takes. */
  Decided plan() {
    RunRows rows = rows();
    for (int round = 0; round < 50; round++) {
      Plan plan = planner.next(rows, now());
      if (plan.isDecided()) {
        return new Decided(plan, rows);
      }
      if (!plan.toRead().isEmpty()) {
        rows = with(rows, plan.toRead());
      } else {
        apply(plan.toCreate().stream().<Change>map(id -> new EnsureStep(runId, id)).toList());
        rows = with(rows(), rows.outputs().keySet());
      }
    }
    throw new AssertionError("it asks for more and more");
  }

  /** One turn: decides and writes it; returns what was decided. */
  List<Decision> turn() {
    Decided decided = plan();
    apply(RowChanges.of(decided.plan().decisions(), decided.rows()));
    return decided.plan().decisions();
  }

  /** Returns the inputs of a step, as whoever does it reads them. */
  JsonNode inputsOf(String stepId) {
    RunRows rows = rows();
    rows = with(rows, planner.toRead(stepId, rows));
    Map<String, ValueRef> refs = planner.inputs(stepId, rows);
    for (ValueRef ref : refs.values()) {
      rows = with(rows, ref.rows());
    }
    return rows.object(refs);
  }

  JsonNode value(ValueRef ref) {
    return with(rows(), ref.rows()).value(ref);
  }

  void change(String stepId, StepStatus status) {
    apply(List.of(StepChange.to(rows().steps().get(stepId), status)));
  }

  void complete(String stepId, String outputs) {
    apply(
        List.of(
            StepChange.of(rows().steps().get(stepId))
                .status(StepStatus.COMPLETED)
                .outputs(Payload.utf8(outputs))
                .build()));
  }

  void fail(String stepId, boolean retryable) {
    apply(
        List.of(
            StepChange.of(rows().steps().get(stepId))
                .status(StepStatus.FAILED)
                .lastError("broken")
                .retryable(retryable)
                .build()));
  }

  void changeRun(RunStatus status) {
    apply(List.of(RunChange.to(run(), status)));
  }
}
