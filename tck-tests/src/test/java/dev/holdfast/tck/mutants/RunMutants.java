// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.IllegalTransition;
import dev.holdfast.provider.admin.BulkFilter;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.RestartRun;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.RunTimes;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Runs that move where they must not, or not where they must. */
final class RunMutants {

  private RunMutants() {}

  static List<Mutant> all() {
    Family family = new Family("RUN");
    making(family);
    moving(family);
    keeping(family);
    deleting(family);
    return family.mutants();
  }

  private static RunChange with(RunChange change, long version) {
    return new RunChange(
        change.runId(),
        version,
        change.status(),
        change.data(),
        change.suspension(),
        change.lastError());
  }

  private static void making(Family family) {
    family.handle(
        "state-tables-are-declared-and-not-found",
        "State tables are declared and not found.",
        "RUN-01: the lookup does not know them",
        inner ->
            new Restated(inner) {
              @Override
              @Nullable StateTables reads() {
                return null;
              }
            });
    family.handle(
        "every-run-begins-running",
        "A run that was said to be scheduled is running.",
        "RUN-01: the status has a default",
        inner ->
            new Restated(inner) {
              @Override
              List<Change> altered(Change change) {
                return change instanceof CreateRun create
                    ? List.of(
                        new CreateRun(
                            create.runId(), create.kind(), RunStatus.RUNNING, create.data()))
                    : List.of(change);
              }
            });
    family.handle(
        "making-a-run-again-replaces-it",
        "A run that exists gets the data of the second one.",
        "RUN-02: an unconditional upsert",
        inner ->
            new Restated(inner) {
              @Override
              List<Change> altered(Change change) {
                if (change instanceof CreateRun create) {
                  Optional<RunSummary> run = stored(create.runId());
                  if (run.isPresent() && !run.get().status().isFinal()) {
                    return List.of(RunChange.of(run.get()).data(create.data()).build());
                  }
                }
                return List.of(change);
              }
            });
    family.handle(
        "a-step-makes-its-run",
        "A step of an unknown run makes that.",
        "RUN-03: get or create on the way",
        inner ->
            new Restated(inner) {
              @Override
              List<Change> altered(Change change) {
                return change instanceof EnsureStep && stored(change.runId()).isEmpty()
                    ? List.of(CreateRun.running(change.runId(), "made"), change)
                    : List.of(change);
              }
            });
  }

  private static void moving(Family family) {
    family.handle(
        "a-recovering-run-cannot-complete",
        "A run cannot complete before it was running again.",
        "RUN-04: another table in the store",
        inner ->
            new Restated(inner) {
              @Override
              List<Change> altered(Change change) {
                if (change instanceof RunChange run
                    && run.status() == RunStatus.COMPLETED
                    && stored(run.runId())
                        .map(RunSummary::status)
                        .equals(Optional.of(RunStatus.RECOVERING))) {
                  throw new IllegalTransition(
                      "apply", run.runId(), "run " + run.runId(), "recovering", "completed");
                }
                return List.of(change);
              }
            });
    family.handle(
        "the-same-status-again-is-fine",
        "A change to the present status is taken.",
        "RUN-05: equal statuses are let through",
        inner ->
            new Restated(inner) {
              @Override
              List<Change> altered(Change change) {
                return change instanceof RunChange run
                        && stored(run.runId())
                            .filter(one -> one.status() == run.status() && !one.status().isFinal())
                            .isPresent()
                    ? List.of(
                        new RunChange(
                            run.runId(),
                            run.seenVersion(),
                            null,
                            run.data(),
                            run.suspension(),
                            run.lastError()))
                    : List.of(change);
              }
            });
    family.handle(
        "a-failed-run-takes-no-change",
        "What has failed takes no error text any more.",
        "RUN-06: ended in place of final",
        inner ->
            new Restated(inner) {
              @Override
              List<Change> altered(Change change) {
                if (change instanceof RunChange run
                    && run.status() == null
                    && stored(run.runId())
                        .map(RunSummary::status)
                        .equals(Optional.of(RunStatus.FAILED))) {
                  throw new IllegalTransition(
                      "apply", run.runId(), "run " + run.runId(), "failed", "failed");
                }
                return List.of(change);
              }
            });
    family.handle(
        "a-completed-run-is-suspended",
        "A late change of a completed run is answered as if it were applied.",
        "RUN-07: mark_suspended without a look at the status",
        inner ->
            new Restated(inner) {
              @Override
              List<Change> altered(Change change) {
                return change instanceof RunChange run
                        && stored(run.runId()).filter(one -> one.status().isFinal()).isPresent()
                    ? List.of()
                    : List.of(change);
              }
            });
    family.handle(
        "versions-of-runs-are-not-compared",
        "A change is applied whatever its writer has seen.",
        "RUN-08: the version is a column that nothing compares",
        inner ->
            new Restated(inner) {
              @Override
              List<Change> altered(Change change) {
                return List.of(
                    change instanceof RunChange run
                        ? with(run, stored(run.runId()).map(RunSummary::version).orElse(1L))
                        : change);
              }
            });
    family.handle(
        "a-merge-needs-no-version",
        "A change of the saved state is applied whatever its writer has seen.",
        "RUN-14: the last merger wins",
        inner ->
            new Restated(inner) {
              @Override
              List<Change> altered(Change change) {
                if (!(change instanceof RunChange run)
                    || run.status() != null
                    || run.suspension() == null) {
                  return List.of(change);
                }
                Moment.pass();
                return List.of(with(run, stored(run.runId()).map(RunSummary::version).orElse(1L)));
              }
            });
    family.handle(
        "steps-move-their-run",
        "A change of a step is one of its run.",
        "RUN-09: the aggregate has one version",
        inner ->
            new Restated(inner) {
              @Override
              List<Change> altered(Change change) {
                Optional<RunSummary> run = stored(change.runId());
                return change instanceof StepChange
                        && run.isPresent()
                        && !run.get().status().isFinal()
                    ? List.of(change, RunChange.of(run.get()).build())
                    : List.of(change);
              }
            });
    family.handle(
        "recoveries-are-not-counted",
        "The attempt of a run is 1 for ever.",
        "RUN-11: attempt always 1",
        inner ->
            new Restated(inner) {
              @Override
              RunSummary shown(RunSummary run) {
                return new RunSummary(
                    run.runId(), run.kind(), run.status(), run.version(), 1, run.times());
              }
            });
    family.handle(
        "a-restart-leaves-what-completed",
        "A named step that has completed stays so.",
        "RUN-12: only what failed begins again",
        inner ->
            new Restated(inner) {
              @Override
              List<Change> altered(Change change) {
                if (!(change instanceof RestartRun restart)) {
                  return List.of(change);
                }
                Set<String> steps = new HashSet<>(restart.steps());
                steps.removeIf(step ->
                    stored(restart.runId(), step)
                        .filter(one -> one.status() == StepStatus.COMPLETED)
                        .isPresent());
                return List.of(new RestartRun(restart.runId(), restart.seenVersion(), steps));
              }
            });
    family.handle(
        "a-suspension-in-two-commits",
        "Each change of a list is a commit of its own.",
        "RUN-15: state, step and wake-up in separate commits",
        inner ->
            new Restated(inner) {
              @Override
              List<ChangeResult> applied(List<Change> list, @Nullable Fence fence) {
                List<ChangeResult> results = new ArrayList<>();
                for (Change change : list) {
                  results.addAll(changes.apply(List.of(change), fence));
                  Moment.pass();
                }
                return results;
              }
            });
    family.handle(
        "every-recoverer-recovers",
        "Who wants to recover does, whatever it has seen.",
        "RUN-25: two recoverers, attempt + 2",
        inner ->
            new Restated(inner) {
              @Override
              List<Change> altered(Change change) {
                return switch (change) {
                  case RunChange run
                      when run.status() == RunStatus.RECOVERING || run.status() == null ->
                      List.of(
                          stored(run.runId())
                              .map(one ->
                                  one.status() == RunStatus.RECOVERING
                                      ? RunChange.of(one).build()
                                      : with(run, one.version()))
                              .orElse(run));
                  case StepChange step when step.status() == StepStatus.SCHEDULED ->
                      List.of(
                          stored(step.runId(), step.stepId())
                              .map(one -> StepChange.to(one, StepStatus.SCHEDULED))
                              .orElse(step));
                  default -> List.of(change);
                };
              }
            });
  }

  private static void keeping(Family family) {
    family.handle(
        "a-resume-clears-the-suspension",
        "The suspension is gone once a run goes on.",
        "RUN-13: the fields are set to NULL with each status",
        inner ->
            new Restated(inner) {
              @Override
              Run shown(Run run) {
                return run.summary().status() == RunStatus.SUSPENDED
                    ? run
                    : new Run(run.summary(), run.data(), null, run.lastError());
              }
            });
    family.handle(
        "errors-are-cut",
        "Of an error text the first 1,000 characters are kept.",
        "RUN-16: str(error)[:1000]",
        inner ->
            new Restated(inner) {
              @Override
              List<Change> altered(Change change) {
                return List.of(
                    change instanceof RunChange run
                            && run.lastError() != null
                            && run.lastError().length() > 1_000
                        ? new RunChange(
                            run.runId(),
                            run.seenVersion(),
                            run.status(),
                            run.data(),
                            run.suspension(),
                            run.lastError().substring(0, 1_000))
                        : change);
              }
            });
    family.handle(
        "empty-data-is-no-data",
        "Data without a byte come back as absent.",
        "RUN-16: a driver reads an empty value as NULL",
        inner ->
            new Restated(inner) {
              @Override
              Run shown(Run run) {
                return Payload.empty().equals(run.data())
                    ? new Run(run.summary(), null, run.suspension(), run.lastError())
                    : run;
              }
            });
    family.handle(
        "every-run-has-a-start",
        "A run that was never running has started when it was made.",
        "RUN-17: a column with a default",
        inner ->
            new Restated(inner) {
              @Override
              RunSummary shown(RunSummary run) {
                RunTimes times = run.times();
                return new RunSummary(
                    run.runId(),
                    run.kind(),
                    run.status(),
                    run.version(),
                    run.attempt(),
                    new RunTimes(
                        times.createdAt(),
                        times.updatedAt(),
                        times.startedAt() == null ? times.createdAt() : times.startedAt(),
                        times.suspendedAt(),
                        times.endedAt()));
              }
            });
    family.handle(
        "a-suspended-run-stops-its-instance",
        "An instance is not delivered while its run is suspended.",
        "RUN-18: a join in the fetch",
        inner ->
            new Restated(inner) {
              @Override
              public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
                List<OrchestrationItem> items = new ArrayList<>();
                for (OrchestrationItem item : inner.fetchOrchestrationItems(request)) {
                  if (stored(item.instanceId())
                      .map(RunSummary::status)
                      .equals(Optional.of(RunStatus.SUSPENDED))) {
                    inner.abandon(item.lockToken(), AbandonOptions.now());
                  } else {
                    items.add(item);
                  }
                }
                return items;
              }
            });
  }

  private static void deleting(Family family) {
    family.handle(
        "a-running-run-is-deleted",
        "A run is deleted that has not ended.",
        "RUN-26: DELETE without a look at the status",
        inner ->
            new Restated(inner) {
              @Override
              List<Change> altered(Change change) {
                return change instanceof DeleteRun delete
                        && stored(delete.runId())
                            .filter(run ->
                                run.version() == delete.seenVersion() && !run.status().isEnded())
                            .isPresent()
                    ? List.of(
                        RunChange.of(delete.runId(), delete.seenVersion())
                            .status(RunStatus.CANCELLED)
                            .build(),
                        new DeleteRun(delete.runId(), delete.seenVersion() + 1))
                    : List.of(change);
              }
            });
    family.handle(
        "runs-outlive-their-instance",
        "A deleted instance leaves its run.",
        "RUN-27: runs are not in the list of what goes",
        Outliving::new);
    family.store(
        "versions-begin-again",
        "A run that is made again has the versions of the old one.",
        "RUN-28: each row counts from 1",
        store -> {
          Map<String, Long> behind = new ConcurrentHashMap<>();
          return inner -> new Recounting(inner, behind);
        });
  }

  private static final class Outliving extends Restated {
    Outliving(Provider inner) {
      super(inner);
    }

    @Override
    public <C extends Capability> Optional<C> capability(Class<C> type) {
      return type == InstanceDeletion.class
          ? super.capability(InstanceDeletion.class).map(this::leaving).map(type::cast)
          : super.capability(type);
    }

    private InstanceDeletion leaving(InstanceDeletion deletion) {
      return new InstanceDeletion() {
        @Override
        public Counts delete(List<String> instanceIds, boolean force) {
          List<RunSummary> runs = instanceIds.stream().flatMap(id -> stored(id).stream()).toList();
          Counts counts = deletion.delete(instanceIds, force);
          runs.forEach(
              run -> changes.apply(List.of(CreateRun.running(run.runId(), run.kind())), null));
          return counts;
        }

        @Override
        public Counts deleteBulk(BulkFilter filter) {
          return deletion.deleteBulk(filter);
        }
      };
    }
  }

  /** Shows versions without what the store counts from, and takes them so. */
  private static final class Recounting extends Restated {
    private final Map<String, Long> behind;

    Recounting(Provider inner, Map<String, Long> behind) {
      super(inner);
      this.behind = behind;
    }

    @Override
    List<Change> altered(Change change) {
      if (change instanceof CreateRun) {
        behind.remove(change.runId());
      }
      long more = behind.getOrDefault(change.runId(), 0L);
      return List.of(
          switch (change) {
            case RunChange run -> with(run, run.seenVersion() + more);
            case DeleteRun delete -> new DeleteRun(delete.runId(), delete.seenVersion() + more);
            case RestartRun restart ->
                new RestartRun(restart.runId(), restart.seenVersion() + more, restart.steps());
            default -> change;
          });
    }

    @Override
    RunSummary shown(RunSummary run) {
      // A new run is seen with its first version first.
      long more = behind.computeIfAbsent(run.runId(), id -> run.version() - 1);
      return new RunSummary(
          run.runId(), run.kind(), run.status(), run.version() - more, run.attempt(), run.times());
    }
  }
}
