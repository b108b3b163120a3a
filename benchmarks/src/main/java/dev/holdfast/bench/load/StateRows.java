// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.load;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.RunWritten;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.StepWritten;
import java.util.ArrayList;
import java.util.List;

/** The rows of one run, as whoever holds its lock knows them. Used by one thread at a time. */
final class StateRows {

  private static final String KIND = "bench";

  /** Steps that one call makes. */
  private static final int CHUNK = 500;

  private final RunSummary run;
  private final List<StepSummary> steps;
  private long written;

  private StateRows(RunSummary run, List<StepSummary> steps) {
    this.run = run;
    this.steps = steps;
  }

  /** Makes a run with so many steps. */
  static StateRows create(Provider provider, String runId, int steps) {
    Changes changes = changes(provider);
    RunSummary run = created(changes.apply(List.of(CreateRun.running(runId, KIND))).get(0));
    List<StepSummary> made = new ArrayList<>(steps);
    while (made.size() < steps) {
      List<Change> chunk = new ArrayList<>();
      for (int n = made.size(); n < Math.min(steps, made.size() + CHUNK); n++) {
        chunk.add(new EnsureStep(runId, "step-" + n));
      }
      for (ChangeResult result : changes.apply(chunk)) {
        made.add(((StepWritten) result).step());
      }
    }
    return new StateRows(run, made);
  }

  /** Makes a suspended run. */
  static void suspended(Provider provider, String runId) {
    StateRows rows = create(provider, runId, 0);
    changes(provider).apply(List.of(RunChange.to(rows.run, RunStatus.SUSPENDED)));
  }

  static Changes changes(Provider provider) {
    return provider.capability(Changes.class).orElseThrow();
  }

  private static RunSummary created(ChangeResult result) {
    return ((RunWritten) result).run();
  }

  /**
   * The next changes of the run and of all its steps, which must be applied: each row's version
   * grows by one.
   */
  List<Change> next() {
    List<Change> changes = new ArrayList<>(1 + steps.size());
    changes.add(RunChange.of(run.runId(), run.version() + written).data(Work.PAYLOAD).build());
    for (StepSummary step : steps) {
      changes.add(of(step, written));
    }
    written++;
    return changes;
  }

  /** The next change of one step after the other, which must be applied. */
  Change nextOfOneStep() {
    StepSummary step = steps.get((int) (written % steps.size()));
    Change change = of(step, written / steps.size());
    written++;
    return change;
  }

  private static Change of(StepSummary step, long written) {
    return StepChange.of(step.runId(), step.stepId(), step.version() + written)
        .lastError(Work.PAYLOAD.asUtf8())
        .build();
  }
}
