// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.IllegalTransition;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepPage;
import dev.holdfast.provider.state.StepQuery;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.StepTimes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Steps that forget, or that stand in each other's way. */
final class StepMutants {

  private StepMutants() {}

  static List<Mutant> all() {
    Family family = new Family("STEP");
    making(family);
    moving(family);
    keeping(family);
    return family.mutants();
  }

  private static StepChange with(StepChange change, String stepId, long version) {
    return new StepChange(
        change.runId(),
        stepId,
        version,
        change.status(),
        change.outputs(),
        change.suspension(),
        change.lastError(),
        change.retryable());
  }

  private static void making(Family family) {
    family.handle(
        "ensuring-touches",
        "A step that exists is touched when it is ensured.",
        "STEP-01: ON CONFLICT DO UPDATE",
        inner ->
            new Restated(inner) {
              @Override
              List<Change> altered(Change change) {
                return change instanceof EnsureStep ensure
                    ? List.of(
                        stored(ensure.runId(), ensure.stepId())
                            .filter(step -> !step.status().isFinal())
                            .map(step -> (Change) StepChange.of(step).build())
                            .orElse(change))
                    : List.of(change);
              }
            });
    family.handle(
        "looks-then-inserts",
        "Of two callers who ensure a step one meets an error.",
        "STEP-02: SELECT, then INSERT",
        inner ->
            new Restated(inner) {
              @Override
              List<Change> altered(Change change) {
                if (change instanceof EnsureStep ensure
                    && stored(ensure.runId()).isPresent()
                    && stored(ensure.runId(), ensure.stepId()).isEmpty()) {
                  Moment.pass();
                  return List.of(
                      StepChange.of(ensure.runId(), ensure.stepId(), 0)
                          .status(StepStatus.IDLE)
                          .build());
                }
                return List.of(change);
              }
            });
    family.handle(
        "a-step-begins-running",
        "A step may be made running.",
        "STEP-03: version 0 lets every status through",
        inner ->
            new Restated(inner) {
              @Override
              List<Change> altered(Change change) {
                return change instanceof StepChange step
                        && step.seenVersion() == 0
                        && step.status() == StepStatus.RUNNING
                    ? List.of(
                        StepChange.of(step.runId(), step.stepId(), 0)
                            .status(StepStatus.SCHEDULED)
                            .build(),
                        with(step, step.stepId(), 1))
                    : List.of(change);
              }
            });
    family.handle(
        "step-ids-without-case",
        "Two steps whose ids differ in case are one.",
        "STEP-04: a collation that folds case",
        inner ->
            new Restated(inner) {
              @Override
              List<Change> altered(Change change) {
                return List.of(
                    switch (change) {
                      case EnsureStep ensure ->
                          new EnsureStep(ensure.runId(), ensure.stepId().toLowerCase(Locale.ROOT));
                      case StepChange step ->
                          with(step, step.stepId().toLowerCase(Locale.ROOT), step.seenVersion());
                      default -> change;
                    });
              }
            });
  }

  private static void moving(Family family) {
    family.handle(
        "a-suspended-step-cannot-be-cancelled",
        "What is suspended has to run before it can be cancelled.",
        "STEP-05: another table in the store",
        inner ->
            new Restated(inner) {
              @Override
              List<Change> altered(Change change) {
                if (change instanceof StepChange step
                    && step.status() == StepStatus.CANCELLED
                    && stored(step.runId(), step.stepId())
                        .map(StepSummary::status)
                        .equals(Optional.of(StepStatus.SUSPENDED))) {
                  throw new IllegalTransition(
                      "apply",
                      step.runId(),
                      "step " + step.runId() + "/" + step.stepId(),
                      "suspended",
                      "cancelled");
                }
                return List.of(change);
              }
            });
    family.handle(
        "late-changes-of-steps-are-swallowed",
        "A change of a final step is answered as if it were applied.",
        "STEP-06: UPDATE … WHERE status IN (…), and nobody counts",
        inner ->
            new Restated(inner) {
              @Override
              List<Change> altered(Change change) {
                return change instanceof StepChange step
                        && stored(step.runId(), step.stepId())
                            .filter(one -> one.status().isFinal())
                            .isPresent()
                    ? List.of()
                    : List.of(change);
              }
            });
    family.handle(
        "versions-of-steps-are-not-compared",
        "A change of a step is applied whatever its writer has seen.",
        "STEP-07: an unconditional upsert",
        inner ->
            new Restated(inner) {
              @Override
              List<Change> altered(Change change) {
                return List.of(
                    change instanceof StepChange step
                        ? stored(step.runId(), step.stepId())
                            .map(one -> with(step, step.stepId(), one.version()))
                            .orElse(step)
                        : change);
              }
            });
    family.handle(
        "steps-need-a-running-run",
        "A step changes only while its run is running.",
        "STEP-07: a condition on the run",
        inner ->
            new Restated(inner) {
              @Override
              List<Change> altered(Change change) {
                if (change instanceof StepChange step
                    && stored(step.runId())
                        .map(RunSummary::status)
                        .filter(status -> status == RunStatus.COMPLETED)
                        .isPresent()) {
                  throw new IllegalTransition(
                      "apply", step.runId(), "run " + step.runId(), "completed", "completed");
                }
                return List.of(change);
              }
            });
    family.handle(
        "attempts-of-steps-are-not-counted",
        "The attempt of a step is 1 for ever.",
        "STEP-08: the actor always writes 1",
        inner ->
            new Restated(inner) {
              @Override
              StepSummary shown(StepSummary step) {
                return new StepSummary(
                    step.runId(),
                    step.stepId(),
                    step.status(),
                    step.version(),
                    1,
                    step.retryable(),
                    step.times());
              }
            });
  }

  private static void keeping(Family family) {
    family.handle(
        "outputs-are-an-empty-object",
        "Empty outputs come back as an empty object.",
        "STEP-09: outputs or {}",
        inner ->
            new Restated(inner) {
              @Override
              Step shown(Step step) {
                return Payload.empty().equals(step.outputs())
                    ? new Step(
                        step.summary(), Payload.utf8("{}"), step.suspension(), step.lastError())
                    : step;
              }
            });
    family.handle(
        "unknown-is-not-retryable",
        "A step that nobody has judged is not retryable.",
        "STEP-10: a column that is NOT NULL DEFAULT false",
        inner ->
            new Restated(inner) {
              @Override
              StepSummary shown(StepSummary step) {
                return new StepSummary(
                    step.runId(),
                    step.stepId(),
                    step.status(),
                    step.version(),
                    step.attempt(),
                    step.retryable() != null && step.retryable(),
                    step.times());
              }
            });
    family.handle(
        "whatever-completes-has-started",
        "A step that was never running has a start.",
        "STEP-11: coalesce(started_at, scheduled_at)",
        inner ->
            new Restated(inner) {
              @Override
              StepSummary shown(StepSummary step) {
                StepTimes times = step.times();
                return step.status() != StepStatus.COMPLETED || times.startedAt() != null
                    ? step
                    : new StepSummary(
                        step.runId(),
                        step.stepId(),
                        step.status(),
                        step.version(),
                        step.attempt(),
                        step.retryable(),
                        new StepTimes(
                            times.createdAt(),
                            times.updatedAt(),
                            times.scheduledAt(),
                            times.scheduledAt(),
                            times.suspendedAt(),
                            times.endedAt()));
              }
            });
    family.handle(
        "steps-without-their-runs",
        "A page of steps has no rows of runs.",
        "STEP-12: a list of steps only",
        inner ->
            new Restated(inner) {
              @Override
              StateTables reads() {
                return new Reads() {
                  @Override
                  public StepPage steps(StepQuery query) {
                    StepPage page = super.steps(query);
                    return new StepPage(List.of(), page.steps(), page.nextPageToken());
                  }
                };
              }
            });
    family.handle(
        "steps-one-by-one",
        "Whole steps are read one after the other.",
        "STEP-13: a query for each id",
        inner ->
            new Restated(inner) {
              @Override
              StateTables reads() {
                return new Reads() {
                  @Override
                  public List<Step> steps(String runId, Set<String> stepIds) {
                    if (stepIds.size() > 100) {
                      return super.steps(runId, stepIds);
                    }
                    List<Step> all = new ArrayList<>();
                    for (String stepId : new TreeSet<>(stepIds)) {
                      all.addAll(super.steps(runId, Set.of(stepId)));
                      Moment.pass();
                    }
                    return all;
                  }
                };
              }
            });
  }
}
