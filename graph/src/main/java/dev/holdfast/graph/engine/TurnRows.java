// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.plan.Decision;
import dev.holdfast.graph.plan.RowChanges;
import dev.holdfast.graph.plan.RunRows;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.StepTimes;
import dev.holdfast.provider.state.Suspension;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The rows of a run in one turn: as they were read, and as they are with the changes that the turn
 * has collected so far. Not thread-safe; the map of the steps is its own from the beginning.
 */
final class TurnRows {

  private final JsonNode inputs;
  private final Map<String, StepSummary> steps;
  private final Map<String, @Nullable JsonNode> outputs = new HashMap<>();
  private final List<Change> changes = new ArrayList<>();
  private final Map<InboxKey, List<InboxMessage>> waiting = new HashMap<>();
  private final long read;
  private final @Nullable Instant timeFrom;
  private final Instant now;
  private RunSummary run;

  TurnRows(RunSummary run, RunData data, Map<String, StepSummary> steps, Instant now) {
    this.now = now;
    this.run = run;
    this.timeFrom = data.timeFrom();
    this.read = run.version();
    this.inputs = data.inputs();
    this.steps = steps;
  }

  RunSummary run() {
    return run;
  }

  Collection<StepSummary> steps() {
    return List.copyOf(steps.values());
  }

  @Nullable StepSummary step(String stepId) {
    return steps.get(stepId);
  }

  List<Change> changes() {
    return List.copyOf(changes);
  }

  int changeCount() {
    return changes.size();
  }

  void made(StepSummary step) {
    steps.put(step.stepId(), step);
  }

  void read(Map<String, @Nullable JsonNode> more) {
    outputs.putAll(more);
  }

  boolean hasRead(String stepId) {
    return outputs.containsKey(stepId);
  }

  RunRows forPlanner() {
    return new RunRows(run, inputs, steps, outputs, timeFrom, waiting);
  }

  void received(Map<InboxKey, List<InboxMessage>> more) {
    waiting.putAll(more);
  }

  void changeRun(RunStatus status, @Nullable Payload data, @Nullable String error) {
    changes.add(
        new RunChange(run.runId(), run.version(), status, data, null, Texts.fitOrNull(error)));
    int attempt = run.attempt() + (status == RunStatus.RECOVERING ? 1 : 0);
    run = new RunSummary(run.runId(), run.kind(), status, run.version() + 1, attempt, run.times());
  }

  /** Keeps something with the run, whose status stays. */
  void keep(Suspension suspension) {
    changes.add(new RunChange(run.runId(), run.version(), null, null, suspension, null));
    run =
        new RunSummary(
            run.runId(), run.kind(), run.status(), run.version() + 1, run.attempt(), run.times());
  }

  void changeStep(StepSummary step, StepStatus status, @Nullable String error) {
    changes.add(StepChange.of(step).status(status).lastError(Texts.fitOrNull(error)).build());
    int attempt = step.attempt() + (step.status().beginsAttempt(status) ? 1 : 0);
    steps.put(
        step.stepId(),
        new StepSummary(
            step.runId(),
            step.stepId(),
            status,
            step.version() + 1,
            attempt,
            step.retryable(),
            step.times()));
  }

  /** Adds what decisions change; a change of the run's row may be completed. */
  void decide(List<Decision> decisions, UnaryOperator<RunChange> complete) {
    for (Change change : RowChanges.of(decisions, forPlanner())) {
      changes.add(change instanceof RunChange ofRun ? complete.apply(ofRun) : change);
      if (change instanceof StepChange ofStep) {
        follow(ofStep);
      }
    }
  }

  /** Has the steps be as a change leaves them; the version of a new row is a guess. */
  private void follow(StepChange change) {
    StepSummary row = steps.get(change.stepId());
    StepStatus status = change.status();
    if (row == null) {
      StepStatus first = status == null ? StepStatus.IDLE : status;
      StepTimes times = new StepTimes(now, now, now, null, null, null);
      steps.put(
          change.stepId(),
          new StepSummary(change.runId(), change.stepId(), first, 1, 1, null, times));
      return;
    }
    boolean begins = status != null && row.status().beginsAttempt(status);
    steps.put(
        change.stepId(),
        new StepSummary(
            row.runId(),
            row.stepId(),
            status == null ? row.status() : status,
            row.version() + 1,
            row.attempt() + (begins ? 1 : 0),
            change.retryable() == null ? row.retryable() : change.retryable(),
            moved(row.times())));
  }

  private StepTimes moved(StepTimes times) {
    return new StepTimes(
        times.createdAt(),
        now,
        times.scheduledAt(),
        times.startedAt(),
        times.suspendedAt(),
        times.endedAt());
  }

  /** Keeps the steps as the changes leave them, for the next turn. */
  void keep(RowCache cache) {
    long changed = changes.stream().filter(RunChange.class::isInstance).count();
    cache.put(run.runId(), read + changed, steps);
  }

  /**
   * Raises the version of the run's row, unless it is changed anyway: so a turn is refused when
   * somebody has paused or cancelled the run meanwhile, and of two turns one.
   *
   * @param moved whether the turn has seen what others must not take for granted: a step has moved
   */
  void guard(boolean moved) {
    if ((moved || !changes.isEmpty()) && changes.stream().noneMatch(RunChange.class::isInstance)) {
      changes.add(new RunChange(run.runId(), run.version(), null, null, null, null));
    }
  }
}
