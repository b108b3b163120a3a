// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.RestartRun;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.RunWritten;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepPage;
import dev.holdfast.provider.state.StepQuery;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.StepWritten;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Runs and steps as tests write and read them, through one handle. Immutable.
 *
 * @param handle the handle
 * @param reads the calls of the feature
 * @param changes what writes
 */
record Stated(Handle handle, StateTables reads, Changes changes) {

  static final String KIND = "order";

  /** The page that every store has, and more steps than a run of most tests has. */
  private static final int ALL = 100;

  /** Ends a test of what only a provider with state tables can do. */
  static void requireDeclared(StoreUnderTest store) {
    if (!store.declares(Feature.STATE_TABLES)) {
      throw new NotMeasured(FixturePart.FEATURE, Feature.STATE_TABLES.name());
    }
  }

  static Stated first(StoreUnderTest store) {
    requireDeclared(store);
    return of(store.first());
  }

  static Stated second(StoreUnderTest store) {
    requireDeclared(store);
    return of(store.second());
  }

  /** The state tables of a store that has them, through any handle. */
  static Stated of(Handle handle) {
    return new Stated(
        handle,
        handle
            .provider()
            .capability(StateTables.class)
            .orElseThrow(() ->
                Expect.violation(
                    "STATE_TABLES is declared, and not offered.", "StateTables", "none")),
        handle
            .provider()
            .capability(Changes.class)
            .orElseThrow(() -> Expect.violation("STATE_TABLES needs CHANGES.", "Changes", "none")));
  }

  List<ChangeResult> apply(Change... list) {
    return changes.apply(List.of(list));
  }

  <E extends Permanent> E refused(String what, Class<E> type, Change... list) {
    return Expect.thrown(what, type, () -> changes.apply(List.of(list)));
  }

  RunSummary written(Change change) {
    ChangeResult result = changes.apply(List.of(change)).get(0);
    if (result instanceof RunWritten(RunSummary run)) {
      return run;
    }
    throw Expect.violation("A change has another result.", "RunWritten", result);
  }

  StepSummary stepWritten(Change change) {
    ChangeResult result = changes.apply(List.of(change)).get(0);
    if (result instanceof StepWritten(StepSummary step, boolean created)) {
      return step;
    }
    throw Expect.violation("A change has another result.", "StepWritten", result);
  }

  RunSummary create(String runId) {
    return written(CreateRun.running(runId, KIND));
  }

  RunSummary move(RunSummary run, RunStatus to) {
    return written(RunChange.to(run, to));
  }

  StepSummary move(StepSummary step, StepStatus to) {
    return stepWritten(StepChange.to(step, to));
  }

  /** Makes a run and brings it to a status by legal changes. */
  RunSummary run(String runId, RunStatus status) {
    RunSummary run =
        written(
            new CreateRun(
                runId,
                KIND,
                status == RunStatus.SCHEDULED ? status : RunStatus.RUNNING,
                Payload.utf8("data of " + runId)));
    return run.status() == status ? run : move(run, status);
  }

  /** Makes a step of a run that exists, and brings it to a status by legal changes. */
  StepSummary step(String runId, String stepId, StepStatus status) {
    StepSummary step = stepWritten(new EnsureStep(runId, stepId));
    if (status == StepStatus.IDLE) {
      return step;
    }
    step = move(step, StepStatus.SCHEDULED);
    return switch (status) {
      case SCHEDULED -> step;
      case SKIPPED, CANCELLED, RUNNING -> move(step, status);
      default -> move(move(step, StepStatus.RUNNING), status);
    };
  }

  Run read(String runId) {
    return reads
        .run(runId)
        .orElseThrow(() -> Expect.violation("A run is not there.", "run " + runId, "nothing"));
  }

  Step readStep(String runId, String stepId) {
    List<Step> found = reads.steps(runId, Set.of(stepId));
    Expect.equal("A read of one step has another number of rows.", 1, found.size());
    return found.get(0);
  }

  StepSummary step(String runId, String stepId) {
    return readStep(runId, stepId).summary();
  }

  /** All steps of a run, by id. */
  List<StepSummary> steps(String runId, StepStatus... statuses) {
    return page(runId, statuses).steps();
  }

  StepPage page(String runId, StepStatus... statuses) {
    StepPage page = reads.steps(StepQuery.firstPage(runId, ALL, statuses));
    Expect.equal("A page that has everything has a token.", null, page.nextPageToken());
    return page;
  }

  /** Everything that is stored of some runs. */
  List<Object> snapshot(String... runIds) {
    List<Object> all = new ArrayList<>(List.of(reads.runCounts(null)));
    for (String runId : runIds) {
      all.add(reads.run(runId));
      List<StepSummary> steps = steps(runId);
      all.add(steps);
      for (StepSummary step : steps) {
        all.add(readStep(runId, step.stepId()));
      }
    }
    return all;
  }

  RunSummary restart(RunSummary run, String... steps) {
    return written(new RestartRun(run.runId(), run.version(), Set.of(steps)));
  }
}
