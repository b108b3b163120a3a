// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.StepDefinition;
import dev.holdfast.graph.plan.Planner;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StepSummary;
import java.util.ArrayList;
import java.util.List;

/** The activities that one turn schedules and cancels. Not thread-safe. */
final class TurnActivities {

  private final Planner planner;
  private final String runId;
  private final long executionId;
  private final List<ActivityTask> scheduled = new ArrayList<>();
  private final List<ActivityIdentity> cancelled = new ArrayList<>();

  TurnActivities(Planner planner, String runId, long executionId) {
    this.planner = planner;
    this.runId = runId;
    this.executionId = executionId;
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

  void schedule(RunSummary run, StepTask task, StepDefinition step) {
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
