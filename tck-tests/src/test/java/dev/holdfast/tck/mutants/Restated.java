// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunPage;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.RunWritten;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepPage;
import dev.holdfast.provider.state.StepQuery;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.StepWritten;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Passes changes and reads of runs and steps on; broken variants override how a change is written,
 * or how a row is shown. Changes are altered in whichever call they travel.
 */
class Restated extends Changed {

  final StateTables tables;
  final Changes changes;
  private @Nullable StateTables offered;

  Restated(Provider inner) {
    super(inner);
    tables = inner.capability(StateTables.class).orElseThrow();
    changes = right();
  }

  /** What is written in place of one change; the first result is that of the change. */
  List<Change> altered(Change change) {
    return List.of(change);
  }

  /** What is seen of a run. */
  RunSummary shown(RunSummary run) {
    return run;
  }

  /** What is seen of a whole run. */
  Run shown(Run run) {
    return run;
  }

  /** What is seen of a step. */
  StepSummary shown(StepSummary step) {
    return step;
  }

  /** What is seen of a whole step. */
  Step shown(Step step) {
    return step;
  }

  /** The reads that are offered. */
  @Nullable StateTables reads() {
    return new Reads();
  }

  /** Applies what is left of changes that come alone. */
  List<ChangeResult> applied(List<Change> list, @Nullable Fence fence) {
    return changes.apply(list, fence);
  }

  /** Changes of one call as they are written. */
  private record Written(List<Change> changes, List<Integer> places) {}

  private Written altered(List<Change> list) {
    List<Change> all = new ArrayList<>();
    List<Integer> places = new ArrayList<>();
    for (Change change : list) {
      List<Change> others = altered(change);
      places.add(others.isEmpty() ? -1 : all.size());
      all.addAll(others);
    }
    return new Written(all, places);
  }

  private List<ChangeResult> shown(Written written, List<ChangeResult> results) {
    List<ChangeResult> shown = new ArrayList<>();
    if (results.isEmpty()) {
      return shown;
    }
    for (int place : written.places()) {
      if (place >= 0) {
        shown.add(
            switch (results.get(place)) {
              case RunWritten(RunSummary run) -> new RunWritten(shown(run));
              case StepWritten(StepSummary step, boolean created) ->
                  new StepWritten(shown(step), created);
              case ChangeResult other -> other;
            });
      }
    }
    return shown;
  }

  private AckResult shown(Written written, AckResult result) {
    return result instanceof AckResult.Applied applied
        ? applied.withResults(shown(written, applied.results()))
        : result;
  }

  @Override
  public AckResult ackOrchestrationItem(OrchestrationAck ack) {
    return acked(ack.changes(), changed -> inner.ackOrchestrationItem(ack.withChanges(changed)));
  }

  @Override
  public AckResult ackActivityItem(ActivityAck ack) {
    return acked(ack.changes(), changed -> inner.ackActivityItem(ack.withChanges(changed)));
  }

  private AckResult acked(List<Change> list, Function<List<Change>, AckResult> ack) {
    try {
      Written written = altered(list);
      return shown(written, ack.apply(written.changes()));
    } catch (Permanent refused) {
      return AckResult.rejected(refused);
    }
  }

  @Override
  public List<ChangeResult> apply(List<Change> list, @Nullable Fence fence) {
    Written written = altered(list);
    return shown(written, applied(written.changes(), fence));
  }

  @Override
  public <C extends Capability> Optional<C> capability(Class<C> type) {
    if (type == StateTables.class) {
      if (offered == null) {
        offered = reads();
      }
      return Optional.ofNullable(type.cast(offered));
    }
    return super.capability(type);
  }

  /** Reads as they are, with what is shown of each row. */
  class Reads implements StateTables {
    @Override
    public Optional<Run> run(String runId) {
      return tables
          .run(runId)
          .map(run ->
              shown(new Run(shown(run.summary()), run.data(), run.suspension(), run.lastError())));
    }

    RunPage shownPage(RunPage page) {
      return new RunPage(
          page.rows().stream().map(Restated.this::shown).toList(), page.nextPageToken());
    }

    @Override
    public RunPage runs(RunQuery query) {
      return shownPage(tables.runs(query));
    }

    @Override
    public Map<RunStatus, Long> runCounts(@Nullable String kind) {
      return tables.runCounts(kind);
    }

    @Override
    public StepPage steps(StepQuery query) {
      StepPage page = tables.steps(query);
      return new StepPage(
          page.runs().stream().map(Restated.this::shown).toList(),
          page.steps().stream().map(Restated.this::shown).toList(),
          page.nextPageToken());
    }

    @Override
    public List<Step> steps(String runId, Set<String> stepIds) {
      return tables.steps(runId, stepIds).stream()
          .map(step ->
              shown(
                  new Step(
                      shown(step.summary()), step.outputs(), step.suspension(), step.lastError())))
          .toList();
    }

    @Override
    public Map<StepStatus, Long> stepCounts(String runId) {
      return tables.stepCounts(runId);
    }

    @Override
    public RunPage stuckRuns(Duration olderThan, int limit, @Nullable String pageToken) {
      return shownPage(tables.stuckRuns(olderThan, limit, pageToken));
    }
  }

  /** A run as it is stored now. */
  Optional<RunSummary> stored(String runId) {
    return tables.run(runId).map(Run::summary);
  }

  /** A step as it is stored now. */
  Optional<StepSummary> stored(String runId, String stepId) {
    return tables.steps(runId, Set.of(stepId)).stream().map(Step::summary).findFirst();
  }
}
