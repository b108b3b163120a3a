// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.admin.TimeRange;
import dev.holdfast.provider.state.LeaseInfo;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunPage;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepPage;
import dev.holdfast.provider.state.StepQuery;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.support.IdOrder;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.RunPlace;
import dev.holdfast.provider.support.StateChecks;
import dev.holdfast.provider.support.StepPlace;
import dev.holdfast.provider.support.StoreTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is asked about runs and their steps. Thread-safe. */
final class ReferenceStateTables implements StateTables {

  private static final Comparator<RunSummary> BY_ID =
      Comparator.comparing(RunSummary::runId, IdOrder.BY_CODE_POINT);

  private static final Comparator<RunSummary> NEWEST_FIRST =
      Comparator.<RunSummary, Instant>comparing(
              run -> run.times().createdAt(), Comparator.reverseOrder())
          .thenComparing(BY_ID);

  private static final Comparator<RunSummary> LONGEST_UNCHANGED_FIRST =
      Comparator.<RunSummary, Instant>comparing(run -> run.times().updatedAt())
          .thenComparing(BY_ID);

  private final ReferenceStore store;
  private final OpenHandle handle;
  private final StateChecks checks;

  ReferenceStateTables(ReferenceStore store, OpenHandle handle, RequestChecks checks) {
    this.store = store;
    this.handle = handle;
    this.checks = new StateChecks(checks);
  }

  @Override
  public Optional<Run> run(String runId) {
    String operation = "run";
    checks.checkRunId(operation, runId);
    return handle.whole(
        operation,
        () -> {
          Run run = store.runs.run(runId);
          if (run != null) {
            store.runs.readable(operation, run.summary());
          }
          return Optional.ofNullable(run);
        });
  }

  @Override
  public RunPage runs(RunQuery query) {
    String operation = "runs";
    checks.check(operation, query);
    RunPlace after = RunPlace.of(operation, query);
    Comparator<RunSummary> order = query.oldestFirst() ? NEWEST_FIRST.reversed() : NEWEST_FIRST;
    return handle.whole(
        operation,
        () ->
            RunPlace.page(
                summaries()
                    .filter(run -> matches(query, run))
                    .sorted(order)
                    .filter(run ->
                        isBehind(after, run, run.times().createdAt(), query.oldestFirst(), true))
                    .map(run -> store.runs.readable(operation, run))
                    .toList(),
                query));
  }

  private static boolean matches(RunQuery query, RunSummary run) {
    return (query.statuses().isEmpty() || query.statuses().contains(run.status()))
        && (query.kinds().isEmpty() || query.kinds().contains(run.kind()))
        && isIn(query.createdAt(), run.times().createdAt())
        && isIn(query.updatedAt(), run.times().updatedAt());
  }

  private static boolean isIn(TimeRange range, Instant moment) {
    return (range.from() == null || !moment.isBefore(range.from()))
        && (range.to() == null || moment.isBefore(range.to()));
  }

  /** Whether a run stands behind the end of the page before. */
  private static boolean isBehind(
      @Nullable RunPlace after,
      RunSummary run,
      Instant moment,
      boolean ascending,
      boolean idsAgainstMoments) {
    if (after == null) {
      return true;
    }
    int byMoment = Long.compare(StoreTime.toMicros(moment), after.moment());
    int byId = IdOrder.BY_CODE_POINT.compare(run.runId(), after.runId());
    if (byMoment != 0) {
      return ascending ? byMoment > 0 : byMoment < 0;
    }
    return ascending == idsAgainstMoments ? byId < 0 : byId > 0;
  }

  private Stream<RunSummary> summaries() {
    return store.runs.runs().stream().map(Run::summary);
  }

  @Override
  public Map<RunStatus, Long> runCounts(@Nullable String kind) {
    String operation = "runCounts";
    checks.checkKind(operation, kind);
    return handle.whole(
        operation,
        () -> {
          Map<RunStatus, Long> counts = new EnumMap<>(RunStatus.class);
          for (RunStatus status : RunStatus.values()) {
            counts.put(
                status,
                summaries()
                    .filter(run -> kind == null || kind.equals(run.kind()))
                    .filter(run -> run.status() == status)
                    .count());
          }
          return counts;
        });
  }

  @Override
  public StepPage steps(StepQuery query) {
    String operation = "steps";
    checks.check(operation, query);
    StepPlace after = StepPlace.of(operation, query);
    return handle.whole(
        operation,
        () -> {
          List<RunSummary> runs =
              summaries()
                  .filter(run -> query.runIds().contains(run.runId()))
                  .sorted(BY_ID)
                  .map(run -> store.runs.readable(operation, run))
                  .toList();
          List<StepSummary> steps =
              runs.stream()
                  .flatMap(run -> store.runs.steps(run.runId()).stream())
                  .map(Step::summary)
                  .filter(step ->
                      query.statuses().isEmpty() || query.statuses().contains(step.status()))
                  .filter(step -> after == null || isBehind(after, step))
                  .map(step -> store.runs.readable(operation, step))
                  .toList();
          return StepPlace.page(runs, steps, query);
        });
  }

  private static boolean isBehind(StepPlace after, StepSummary step) {
    int byRun = IdOrder.BY_CODE_POINT.compare(step.runId(), after.runId());
    return byRun == 0
        ? IdOrder.BY_CODE_POINT.compare(step.stepId(), after.stepId()) > 0
        : byRun > 0;
  }

  @Override
  public List<Step> steps(String runId, Set<String> stepIds) {
    String operation = "steps";
    checks.checkSteps(operation, runId, stepIds);
    return handle.whole(
        operation,
        () ->
            store.runs.steps(runId).stream()
                .filter(step -> stepIds.contains(step.summary().stepId()))
                .peek(step -> store.runs.readable(operation, step.summary()))
                .toList());
  }

  @Override
  public Map<StepStatus, Long> stepCounts(String runId) {
    String operation = "stepCounts";
    checks.checkRunId(operation, runId);
    return handle.whole(
        operation,
        () -> {
          Map<StepStatus, Long> counts = new EnumMap<>(StepStatus.class);
          for (StepStatus status : StepStatus.values()) {
            counts.put(
                status,
                store.runs.steps(runId).stream()
                    .filter(step -> step.summary().status() == status)
                    .count());
          }
          return counts;
        });
  }

  @Override
  public RunPage stuckRuns(Duration olderThan, int limit, @Nullable String pageToken) {
    String operation = "stuckRuns";
    checks.checkStuck(operation, olderThan, limit);
    RunPlace after = RunPlace.ofStuck(operation, olderThan, pageToken);
    return handle.whole(
        operation,
        () -> {
          Instant now = store.now();
          return RunPlace.stuckPage(
              summaries()
                  .filter(run ->
                      run.status() == RunStatus.RUNNING || run.status() == RunStatus.RECOVERING)
                  .filter(run -> isUnchanged(run, olderThan, now))
                  .filter(run -> !isMoved(run.runId(), now))
                  .sorted(LONGEST_UNCHANGED_FIRST)
                  .filter(run -> isBehind(after, run, run.times().updatedAt(), true, false))
                  .map(run -> store.runs.readable(operation, run))
                  .toList(),
              olderThan,
              limit);
        });
  }

  private boolean isUnchanged(RunSummary run, Duration olderThan, Instant now) {
    return Stream.concat(
            Stream.of(run.times().updatedAt()),
            store.runs.steps(run.runId()).stream().map(step -> step.summary().times().updatedAt()))
        .allMatch(changed -> Duration.between(changed, now).compareTo(olderThan) >= 0);
  }

  /** Whether something in the store will move it (RUN-22). */
  private boolean isMoved(String runId, Instant now) {
    InstanceState instance = store.instances.get(runId);
    boolean queued =
        instance != null
            && !instance.messages.isEmpty()
            && (instance.isKnown() || instance.hasQueuedStart());
    boolean worked =
        store.activities.keySet().stream()
            .anyMatch(activity -> activity.instanceId().equals(runId));
    Optional<LeaseInfo> lease = store.leases.lease(runId);
    return queued || worked || lease.filter(held -> now.isBefore(held.until())).isPresent();
  }
}
