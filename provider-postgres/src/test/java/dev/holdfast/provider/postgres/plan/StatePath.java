// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.plan;

import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.RestartRun;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepQuery;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.tck.words.Expect;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Every change of runs and steps, and every read of a page. Not thread-safe. */
public final class StatePath {

  private final Changes changes;
  private final StateTables tables;
  private final String run;

  /**
   * Prepares the calls.
   *
   * @param run the id of a run that does not exist
   */
  public StatePath(Provider provider, String run) {
    changes = provider.capability(Changes.class).orElseThrow();
    tables = provider.capability(StateTables.class).orElseThrow();
    this.run = run;
  }

  /** Makes the calls, and leaves nothing. */
  public void run() {
    long version = summary(CreateRun.running(run, run));
    changes.apply(List.of(new EnsureStep(run, "a")));
    changes.apply(
        List.of(
            new EnsureStep(run, "b"),
            StepChange.of(run, "c", 0).status(StepStatus.SCHEDULED).build(),
            RunChange.of(run, version).status(RunStatus.SUSPENDED).build(),
            RunChange.of(run, version + 1).status(RunStatus.RUNNING).build()));
    read();
    StepSummary step = tables.steps(run, Set.of("c")).get(0).summary();
    changes.apply(List.of(StepChange.to(step, StepStatus.RUNNING)));
    changes.apply(
        List.of(
            RunChange.of(run, version + 2).status(RunStatus.FAILED).build(),
            new RestartRun(run, version + 3, Set.of("a", "c")),
            RunChange.of(run, version + 4).status(RunStatus.CANCELLED).build()));
    changes.apply(List.of(new DeleteRun(run, version + 5)));
  }

  private long summary(CreateRun create) {
    changes.apply(List.of(create));
    return tables.run(run).orElseThrow().summary().version();
  }

  private void read() {
    StepQuery steps = StepQuery.firstPage(run, 1);
    Expect.equal(
        "",
        1,
        tables
            .steps(steps.from(Objects.requireNonNull(tables.steps(steps).nextPageToken())))
            .steps()
            .size());
    tables.steps(StepQuery.firstPage(run, 1, StepStatus.IDLE));
    tables.steps(StepQuery.firstPage(run, 1, StepStatus.SCHEDULED, StepStatus.RUNNING));
    tables.stepCounts(run);
    tables.runs(RunQuery.firstPage(1));
    tables.runs(RunQuery.builder(1).oldestFirst(true).build());
    tables.runs(RunQuery.builder(1).statuses(RunStatus.COMPLETED).build());
    tables.runs(RunQuery.builder(1).kinds("filled").build());
    Expect.equal("", 1, tables.stuckRuns(Duration.ZERO, 10, null).rows().size());
  }
}
