// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.IllegalTransition;
import dev.holdfast.provider.ProviderError.InstanceBusy;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.RestartRun;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.RunTimes;
import dev.holdfast.provider.state.RunWritten;
import dev.holdfast.provider.state.StateChange;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.StepTimes;
import dev.holdfast.provider.state.StepWritten;
import dev.holdfast.provider.support.IdOrder;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Runs and their steps. A list of changes is applied to a {@link #copy()}, which replaces the table
 * when all of them fit. Runs under the store's lock.
 */
final class RunTable {

  private final Map<String, Run> runs = new HashMap<>();
  private final Map<String, Map<String, Step>> steps = new HashMap<>();

  /** The runs, and the steps as run and step id, that somebody has damaged. */
  private final Set<List<String>> damaged = new HashSet<>();

  /** The greatest version that was ever deleted. */
  private long deletedVersion;

  /** A table with the same rows, which changes by itself. */
  RunTable copy() {
    RunTable copy = new RunTable();
    copy.runs.putAll(runs);
    steps.forEach((runId, rows) -> copy.steps.put(runId, sorted(rows)));
    copy.damaged.addAll(damaged);
    copy.deletedVersion = deletedVersion;
    return copy;
  }

  private static Map<String, Step> sorted(Map<String, Step> rows) {
    Map<String, Step> sorted = new TreeMap<>(IdOrder.BY_CODE_POINT);
    sorted.putAll(rows);
    return sorted;
  }

  Collection<Run> runs() {
    return runs.values();
  }

  @Nullable Run run(String runId) {
    return runs.get(runId);
  }

  /** The steps of a run, by id. */
  Collection<Step> steps(String runId) {
    return steps.getOrDefault(runId, Map.of()).values();
  }

  @Nullable Step step(String runId, String stepId) {
    return steps.getOrDefault(runId, Map.of()).get(stepId);
  }

  /** Damages the row of a run. */
  void corruptRun(String runId) {
    damaged.add(List.of(Objects.requireNonNull(runs.get(runId)).summary().runId()));
  }

  /** Damages the oldest step of a run. */
  void corruptOldestStep(String runId) {
    StepSummary oldest =
        steps(runId).stream()
            .map(Step::summary)
            .min(Comparator.comparing(step -> step.times().createdAt()))
            .orElseThrow();
    damaged.add(List.of(runId, oldest.stepId()));
  }

  /** Whether a run, or a step of it, was damaged. */
  boolean isDamaged(String runId, @Nullable String stepId) {
    return damaged.contains(stepId == null ? List.of(runId) : List.of(runId, stepId));
  }

  /** Throws that a row cannot be read, if it was damaged. */
  RunSummary readable(String operation, RunSummary run) {
    if (isDamaged(run.runId(), null)) {
      throw new CorruptData(operation, run.runId(), "the row of the run is damaged", null);
    }
    return run;
  }

  /** Throws that a row cannot be read, if it was damaged. */
  StepSummary readable(String operation, StepSummary step) {
    if (isDamaged(step.runId(), step.stepId())) {
      throw new CorruptData(
          operation, step.runId(), "the row of step " + step.stepId() + " is damaged", null);
    }
    return step;
  }

  /** Applies one change but a deletion, or throws why it does not fit. */
  ChangeResult apply(String operation, StateChange change, Instant now) {
    return switch (change) {
      case CreateRun create -> create(operation, create, now);
      case RunChange runChange -> change(operation, runChange, now);
      case RestartRun restart -> restart(operation, restart, now);
      case DeleteRun delete -> throw new IllegalArgumentException("more than runs go: " + delete);
      case EnsureStep ensure -> ensure(operation, ensure, now);
      case StepChange stepChange -> change(operation, stepChange, now);
    };
  }

  private RunWritten create(String operation, CreateRun create, Instant now) {
    Run present = runs.get(create.runId());
    if (present != null) {
      readable(operation, present.summary());
      throw conflict(operation, present.summary(), 0);
    }
    RunTimes times =
        new RunTimes(now, now, create.status() == RunStatus.RUNNING ? now : null, null, null);
    RunSummary summary =
        new RunSummary(
            create.runId(), create.kind(), create.status(), deletedVersion + 1, 1, times);
    return put(new Run(summary, create.data(), null, null));
  }

  private RunWritten change(String operation, RunChange change, Instant now) {
    Run run = seen(operation, change.runId(), change.seenVersion());
    RunSummary before = run.summary();
    RunStatus to = change.status() == null ? before.status() : change.status();
    boolean moves = change.status() != null;
    if (moves ? !before.status().mayBecome(to) : before.status().isFinal()) {
      throw illegal(operation, before, to);
    }
    RunSummary after = moves ? moved(before, to, now) : touched(before, now);
    return put(
        new Run(
            after,
            either(change.data(), run.data()),
            either(change.suspension(), run.suspension()),
            either(change.lastError(), run.lastError())));
  }

  private RunWritten restart(String operation, RestartRun restart, Instant now) {
    Run run = seen(operation, restart.runId(), restart.seenVersion());
    if (run.summary().status() != RunStatus.FAILED) {
      throw illegal(operation, run.summary(), RunStatus.RECOVERING);
    }
    List<Step> again =
        restart.steps().stream()
            .sorted(IdOrder.BY_CODE_POINT)
            .map(stepId -> knownStep(operation, restart.runId(), stepId))
            .toList();
    again.forEach(step -> beginAgain(step, now));
    return put(
        new Run(
            moved(run.summary(), RunStatus.RECOVERING, now),
            run.data(),
            run.suspension(),
            run.lastError()));
  }

  private void beginAgain(Step step, Instant now) {
    StepSummary was = step.summary();
    StepTimes times =
        new StepTimes(was.times().createdAt(), now, null, null, was.times().suspendedAt(), null);
    StepSummary summary =
        new StepSummary(
            was.runId(),
            was.stepId(),
            StepStatus.IDLE,
            was.version() + 1,
            was.status() == StepStatus.IDLE ? was.attempt() : was.attempt() + 1,
            was.retryable(),
            times);
    put(new Step(summary, null, step.suspension(), step.lastError()));
  }

  /** Removes a run that has ended, with its steps, and returns how many those are. */
  long delete(String operation, DeleteRun delete) {
    Run run = seen(operation, delete.runId(), delete.seenVersion());
    RunStatus status = run.summary().status();
    if (!status.isEnded()) {
      throw new InstanceBusy(operation, delete.runId(), "the run is " + status.label());
    }
    return remove(delete.runId());
  }

  /** Removes a run, if there is one, with its steps, and returns how many. */
  long remove(String runId) {
    Run run = runs.remove(runId);
    if (run == null) {
      return 0;
    }
    damaged.removeIf(row -> row.get(0).equals(runId));
    Map<String, Step> gone = Objects.requireNonNullElse(steps.remove(runId), Map.of());
    deletedVersion = Math.max(deletedVersion, run.summary().version());
    for (Step step : gone.values()) {
      deletedVersion = Math.max(deletedVersion, step.summary().version());
    }
    return gone.size();
  }

  private StepWritten ensure(String operation, EnsureStep ensure, Instant now) {
    present(operation, ensure.runId());
    Step present = step(ensure.runId(), ensure.stepId());
    return present != null
        ? new StepWritten(readable(operation, present.summary()), false)
        : new StepWritten(
            put(begun(ensure.runId(), ensure.stepId(), StepStatus.IDLE, now)).summary(), true);
  }

  private Step begun(String runId, String stepId, StepStatus status, Instant now) {
    StepTimes times =
        new StepTimes(now, now, status == StepStatus.SCHEDULED ? now : null, null, null, null);
    return new Step(
        new StepSummary(runId, stepId, status, deletedVersion + 1, 1, null, times),
        null,
        null,
        null);
  }

  private StepWritten change(String operation, StepChange change, Instant now) {
    present(operation, change.runId());
    Step present = step(change.runId(), change.stepId());
    if (present != null) {
      readable(operation, present.summary());
    }
    String subject = "step " + change.runId() + "/" + change.stepId();
    if (present == null && change.seenVersion() > 0) {
      throw new NotFound(operation, change.runId(), subject + " is unknown");
    }
    long found = present == null ? 0 : present.summary().version();
    if (found != change.seenVersion()) {
      throw new VersionConflict(operation, change.runId(), subject, change.seenVersion(), found);
    }
    StepStatus to = change.status();
    Step before;
    StepSummary after;
    if (present == null) {
      if (to == null || !to.mayBegin()) {
        throw new IllegalTransition(
            operation, change.runId(), subject, "none", to == null ? "none" : to.label());
      }
      before = begun(change.runId(), change.stepId(), to, now);
      after = before.summary();
    } else {
      before = present;
      StepStatus from = present.summary().status();
      if (to == null ? from.isFinal() : !from.mayBecome(to)) {
        throw new IllegalTransition(
            operation, change.runId(), subject, from.label(), (to == null ? from : to).label());
      }
      after = moved(present.summary(), to, now);
    }
    Boolean retryable = either(change.retryable(), after.retryable());
    StepSummary summary =
        new StepSummary(
            after.runId(),
            after.stepId(),
            after.status(),
            after.version(),
            after.attempt(),
            retryable,
            after.times());
    Step written =
        new Step(
            summary,
            either(change.outputs(), before.outputs()),
            either(change.suspension(), before.suspension()),
            either(change.lastError(), before.lastError()));
    return new StepWritten(put(written).summary(), present == null);
  }

  private static StepSummary moved(StepSummary step, @Nullable StepStatus to, Instant now) {
    StepTimes was = step.times();
    Instant scheduledAt = was.scheduledAt();
    Instant startedAt = was.startedAt();
    Instant suspendedAt = was.suspendedAt();
    Instant endedAt = was.endedAt();
    boolean again = to != null && step.status().beginsAttempt(to);
    if (again) {
      scheduledAt = null;
      startedAt = null;
    }
    if (to != null) {
      endedAt = to.isEnded() ? now : null;
    }
    if (to == StepStatus.SCHEDULED && scheduledAt == null) {
      scheduledAt = now;
    }
    if (to == StepStatus.RUNNING && startedAt == null) {
      startedAt = now;
    }
    if (to == StepStatus.SUSPENDED) {
      suspendedAt = now;
    }
    return new StepSummary(
        step.runId(),
        step.stepId(),
        to == null ? step.status() : to,
        step.version() + 1,
        again ? step.attempt() + 1 : step.attempt(),
        step.retryable(),
        new StepTimes(was.createdAt(), now, scheduledAt, startedAt, suspendedAt, endedAt));
  }

  private static RunSummary touched(RunSummary run, Instant now) {
    RunTimes was = run.times();
    return new RunSummary(
        run.runId(),
        run.kind(),
        run.status(),
        run.version() + 1,
        run.attempt(),
        new RunTimes(was.createdAt(), now, was.startedAt(), was.suspendedAt(), was.endedAt()));
  }

  private static RunSummary moved(RunSummary run, RunStatus to, Instant now) {
    RunTimes was = run.times();
    boolean starts = to == RunStatus.RUNNING && was.startedAt() == null;
    return new RunSummary(
        run.runId(),
        run.kind(),
        to,
        run.version() + 1,
        to == RunStatus.RECOVERING ? run.attempt() + 1 : run.attempt(),
        new RunTimes(
            was.createdAt(),
            now,
            starts ? now : was.startedAt(),
            to == RunStatus.SUSPENDED ? now : was.suspendedAt(),
            to.isEnded() ? now : null));
  }

  private Run seen(String operation, String runId, long seenVersion) {
    Run run = known(operation, runId);
    if (run.summary().version() != seenVersion) {
      throw conflict(operation, run.summary(), seenVersion);
    }
    return run;
  }

  private Run known(String operation, String runId) {
    Run run = present(operation, runId);
    readable(operation, run.summary());
    return run;
  }

  /** A run whose row nobody reads. */
  private Run present(String operation, String runId) {
    Run run = runs.get(runId);
    if (run == null) {
      throw new NotFound(operation, runId, "run " + runId + " is unknown");
    }
    return run;
  }

  private Step knownStep(String operation, String runId, String stepId) {
    Step step = step(runId, stepId);
    if (step == null) {
      throw new NotFound(operation, runId, "step " + runId + "/" + stepId + " is unknown");
    }
    readable(operation, step.summary());
    return step;
  }

  private RunWritten put(Run run) {
    runs.put(run.summary().runId(), run);
    return new RunWritten(run.summary());
  }

  private Step put(Step step) {
    steps
        .computeIfAbsent(step.summary().runId(), runId -> new TreeMap<>(IdOrder.BY_CODE_POINT))
        .put(step.summary().stepId(), step);
    return step;
  }

  private static <T> @Nullable T either(@Nullable T given, @Nullable T stored) {
    return given == null ? stored : given;
  }

  private static VersionConflict conflict(String operation, RunSummary found, long seen) {
    return new VersionConflict(
        operation, found.runId(), "run " + found.runId(), seen, found.version());
  }

  private static IllegalTransition illegal(String operation, RunSummary run, RunStatus to) {
    return new IllegalTransition(
        operation, run.runId(), "run " + run.runId(), run.status().label(), to.label());
  }
}
