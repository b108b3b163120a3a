// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.StepDefinition;
import dev.holdfast.graph.plan.Decision;
import dev.holdfast.graph.plan.Planner;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StepSummary;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The activities that one turn schedules and cancels. Not thread-safe. */
final class TurnActivities {

  private final Planner planner;
  private final String runId;
  private final long executionId;
  private final @Nullable String trace;
  private final List<ActivityTask> scheduled = new ArrayList<>();
  private final List<ActivityIdentity> cancelled = new ArrayList<>();

  /**
   * Creates it for one turn.
   *
   * @param trace the context of the turn's span; null for none
   */
  TurnActivities(Planner planner, String runId, long executionId, @Nullable String trace) {
    this.planner = planner;
    this.runId = runId;
    this.executionId = executionId;
    this.trace = trace;
  }

  List<ActivityTask> scheduled() {
    return List.copyOf(scheduled);
  }

  List<ActivityIdentity> cancelled() {
    return List.copyOf(cancelled);
  }

  /** The attempt of a run is the number of its execution. */
  long execution(RunSummary run) {
    return Math.max(executionId, run.attempt());
  }

  void schedule(RunSummary run, Decision.Schedule decided) {
    StepDefinition step = decided.step();
    StepTask task = StepTask.of(decided, planner.streamTargets(decided.stepId()), trace);
    String session = step.session();
    scheduled.add(
        ActivityTask.builder(
                StepActivities.identity(runId, execution(run), task.stepId(), task.attempt()),
                StepTask.activity(step),
                task.payload(),
                planner.definition().name())
            .orchestrationVersion(planner.definition().version())
            .tag(step.tag())
            .sessionId(session == null ? null : StepActivities.session(runId, session))
            .build());
  }

  /** Cancels whatever activity a step may have. */
  void cancel(TurnRows rows, String stepId) {
    StepSummary row = rows.step(stepId);
    if (row != null && !planner.isGroup(stepId)) {
      cancelled.addAll(
          StepActivities.possible(runId, execution(rows.run()), stepId, row.attempt()));
    }
  }
}
