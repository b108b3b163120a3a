// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.state.RestartRun;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.worker.internal.util.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How a run that nobody works on goes on: a pure function of its rows. What is completed is left as
 * it is. Applied as one list ({@link #changes}) it happens once, however many try: all but one are
 * told that the versions are old (RUN-25). Immutable.
 *
 * @param run the run's row
 * @param canResume whether it can go on
 * @param reason why it can, or why not, for people
 * @param steps what becomes of each step that has a row, by id
 */
public record RecoveryPlan(
    RunSummary run, boolean canResume, String reason, List<StepRecovery> steps) {

  /** Copies the steps. */
  public RecoveryPlan {
    steps = List.copyOf(steps);
  }

  /** What becomes of a step. */
  public enum Action {
    /** It was scheduled: it is scheduled again, as the same attempt. */
    SCHEDULE_AGAIN,
    /** It was running, and nobody knows how far it came: it is scheduled as the next attempt. */
    RUN_AGAIN,
    /** It was suspended, and its run with it: it goes on with its state, as the same attempt. */
    RESUME,
    /** It has failed, and may be tried again: it is done as the next attempt. */
    RETRY,
    /** It begins again with its run, because something around or below it does. */
    BEGIN_AGAIN,
    /** Nothing. */
    NOTHING
  }

  /**
   * What becomes of one step.
   *
   * @param row the step's row
   * @param action what
   * @param attempt the attempt that it will be in
   */
  public record StepRecovery(StepSummary row, Action action, int attempt) {}

  /**
   * Makes the plan of a run.
   *
   * @param planner the planner of its definition
   * @param rows its rows; outputs are not looked at
   * @param maxAttempts the most attempts of the run, the first included; one that had so many is
   *     given up
   * @return the plan
   */
  public static RecoveryPlan of(Planner planner, RunRows rows, int maxAttempts) {
    List<StepRecovery> steps = new ArrayList<>();
    for (StepSummary row : new TreeMap<>(rows.steps()).values()) {
      steps.add(recovery(planner, rows, row));
    }
    String obstacle = obstacle(planner, rows, maxAttempts);
    if (obstacle != null) {
      return new RecoveryPlan(rows.run(), false, obstacle, steps);
    }
    long again = steps.stream().filter(step -> step.action() != Action.NOTHING).count();
    return new RecoveryPlan(
        rows.run(),
        true,
        "it is %s, and %d of its %s %s on"
            .formatted(
                rows.run().status().label(),
                again,
                Texts.count(steps.size(), "step"),
                again == 1 ? "goes" : "go"),
        steps);
  }

  private static @Nullable String obstacle(Planner planner, RunRows rows, int maxAttempts) {
    RunSummary run = rows.run();
    if (run.status().isFinal()) {
      return "it is %s, for good".formatted(run.status().label());
    }
    if (run.status() == RunStatus.PAUSED) {
      return "it is paused; whoever paused it lets it go on";
    }
    if (run.attempt() >= maxAttempts) {
      return "it had %s, and %d %s allowed"
          .formatted(
              Texts.count(run.attempt(), "attempt"), maxAttempts, maxAttempts == 1 ? "is" : "are");
    }
    for (StepSummary row : new TreeMap<>(rows.steps()).values()) {
      if (planner.step(row.stepId()).isEmpty()) {
        return "graph %s %s has no step for its row \"%s\"; another version has begun it"
            .formatted(planner.definition().name(), planner.definition().version(), row.stepId());
      }
      if (run.status() == RunStatus.FAILED
          && row.status() == StepStatus.FAILED
          && !planner.isGroup(row.stepId())
          && !isTolerated(planner, rows, row.stepId())
          && !Boolean.TRUE.equals(row.retryable())) {
        return "step \"%s\" has failed in a way that another attempt does not mend"
            .formatted(row.stepId());
      }
    }
    return null;
  }

  private static boolean mayFail(Planner planner, StepSummary row) {
    return planner.step(row.stepId()).map(step -> step.mayFail()).orElse(false);
  }

  private static StepRecovery recovery(Planner planner, RunRows rows, StepSummary row) {
    Action action = Action.NOTHING;
    if (!isTolerated(planner, rows, row.stepId())) {
      action =
          rows.run().status() == RunStatus.FAILED
              ? afterFailure(planner, row)
              : action(planner, rows.run(), row);
    }
    int attempt =
        switch (action) {
          case RUN_AGAIN, RETRY, BEGIN_AGAIN -> row.attempt() + 1;
          case SCHEDULE_AGAIN, RESUME, NOTHING -> row.attempt();
        };
    return new StepRecovery(row, action, attempt);
  }

  private static Action action(Planner planner, RunSummary run, StepSummary row) {
    if (planner.isGroup(row.stepId()) || run.status().isFinal()) {
      return Action.NOTHING;
    }
    return switch (row.status()) {
      case SCHEDULED -> Action.SCHEDULE_AGAIN;
      case RUNNING -> Action.RUN_AGAIN;
      case SUSPENDED -> run.status() == RunStatus.SUSPENDED ? Action.RESUME : Action.NOTHING;
      case FAILED -> retries(planner, row) ? Action.RETRY : Action.NOTHING;
      case IDLE, PAUSED, COMPLETED, SKIPPED, CANCELLED -> Action.NOTHING;
    };
  }

  /**
   * Whether it is part of a failure that the run went on with: others have done without it since.
   */
  private static boolean isTolerated(Planner planner, RunRows rows, String stepId) {
    for (String id : StepPath.andAround(stepId)) {
      StepSummary row = rows.steps().get(id);
      if (row != null
          && row.status() == StepStatus.FAILED
          && mayFail(planner, row)
          && (planner.isGroup(id) || !retries(planner, row))) {
        return true;
      }
    }
    return false;
  }

  private static boolean retries(Planner planner, StepSummary row) {
    return Boolean.TRUE.equals(row.retryable())
        && planner
            .step(row.stepId())
            .map(step -> row.attempt() < step.retry().maxAttempts())
            .orElse(false);
  }

  /** A failed run begins again as a whole: what failed, what was cancelled, and what is around. */
  private static Action afterFailure(Planner planner, StepSummary row) {
    boolean group = planner.isGroup(row.stepId());
    return switch (row.status()) {
      case FAILED -> group ? Action.BEGIN_AGAIN : Action.RETRY;
      case CANCELLED -> Action.BEGIN_AGAIN;
      case SCHEDULED, RUNNING -> group ? Action.NOTHING : Action.BEGIN_AGAIN;
      case IDLE, SUSPENDED, PAUSED, COMPLETED, SKIPPED -> Action.NOTHING;
    };
  }

  /**
   * Returns the changes that bring the run back: to recovering, with its steps ready to be done. A
   * turn of the run goes on from there.
   *
   * @return the changes, in an order in which they can be applied; none when it cannot go on
   */
  public List<Change> changes() {
    List<Change> changes = new ArrayList<>();
    if (!canResume) {
      return changes;
    }
    switch (run.status()) {
      case RUNNING, SUSPENDED ->
          changes.add(
              new RunChange(run.runId(), run.version(), RunStatus.RECOVERING, null, null, null));
      case RECOVERING, SCHEDULED ->
          // nothing of it changes but its version: of several who try, one is the first
          changes.add(new RunChange(run.runId(), run.version(), null, null, null, null));
      case FAILED -> {
        Set<String> again = new TreeSet<>();
        for (StepRecovery step : steps) {
          if (step.action() != Action.NOTHING) {
            again.add(step.row().stepId());
          }
        }
        changes.add(new RestartRun(run.runId(), run.version(), again));
        return changes;
      }
      case PAUSED, COMPLETED, CANCELLED -> throw new AssertionError(run.status());
    }
    for (StepRecovery step : steps) {
      if (step.action() != Action.NOTHING) {
        changes.add(StepChange.to(step.row(), StepStatus.SCHEDULED));
      }
    }
    return changes;
  }

  /**
   * Returns the steps for which an activity must be scheduled with {@link #changes}. For a failed
   * run there are none: its steps are idle again, and its next turn schedules them.
   *
   * @return the steps, by id
   */
  public List<StepRecovery> activities() {
    return canResume && run.status() != RunStatus.FAILED
        ? steps.stream().filter(step -> step.action() != Action.NOTHING).toList()
        : List.of();
  }
}
