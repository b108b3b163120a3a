// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.plan.Planner;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import java.util.function.Predicate;

/** Cancels steps that are not wanted any more, as many as one turn can change. */
final class StepCanceller {

  private StepCanceller() {}

  /** Whether a step, or what it stands for, has begun and not ended. */
  static boolean isBegun(StepSummary step) {
    return step.status() != StepStatus.IDLE && !step.status().isEnded();
  }

  /** Whether a step is being done, or waits for a worker. */
  static boolean isActive(StepSummary step) {
    return step.status() == StepStatus.SCHEDULED || step.status() == StepStatus.RUNNING;
  }

  /** Cancels some steps; returns whether that was all of them. */
  static boolean cancel(
      TurnRows rows, TurnActivities activities, String reason, Predicate<StepSummary> which) {
    return cancel(rows, activities, reason, which, GraphTurn.MOST_CHANGES - 2);
  }

  private static boolean cancel(
      TurnRows rows,
      TurnActivities activities,
      String reason,
      Predicate<StepSummary> which,
      int most) {
    for (StepSummary step : rows.steps()) {
      if (which.test(step)) {
        if (rows.changeCount() >= most) {
          return false;
        }
        activities.cancel(rows, step.stepId());
        rows.changeStep(step, StepStatus.CANCELLED, reason);
      }
    }
    return true;
  }

  /** Cancels what is done beside a suspended step; returns whether that was all of it. */
  static boolean cancelSiblings(
      TurnRows rows, TurnActivities activities, Planner planner, String stepId) {
    StepSummary suspended = rows.step(stepId);
    return suspended == null
        || suspended.status() != StepStatus.SUSPENDED
        || cancel(
            rows,
            activities,
            "step \"%s\" was suspended".formatted(stepId),
            step -> isActive(step) && !planner.isGroup(step.stepId()),
            GraphTurn.MOST_CHANGES / 2);
  }
}
