// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunPage;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.RunWritten;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepPage;
import dev.holdfast.provider.state.StepQuery;
import dev.holdfast.provider.state.StepWritten;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.reference.ReferenceFixture;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Changes in general that are broken where runs and steps are concerned. */
final class ChangeStateMutants {

  private ChangeStateMutants() {}

  static void add(Family family) {
    lists(family);
    errors(family);
    reads(family);
  }

  private static void lists(Family family) {
    family.handle(
        "runs-need-no-feature",
        "A store that does not declare state tables takes changes of runs.",
        "CHANGE-01: the tables are there, only the reads are not",
        inner ->
            new Forwarding(inner) {
              @Override
              public ProviderInfo info() {
                ProviderInfo right = inner.info();
                Set<Feature> features = EnumSet.copyOf(right.features());
                features.remove(Feature.STATE_TABLES);
                return new ProviderInfo(
                    right.id(),
                    right.version(),
                    right.specVersion(),
                    features,
                    right.limits(),
                    right.wakeUpBound());
              }

              @Override
              public <C extends Capability> Optional<C> capability(Class<C> type) {
                return type == StateTables.class ? Optional.empty() : super.capability(type);
              }
            });
    family.handle(
        "changes-go-by-kind",
        "Of a list steps are written first, then messages, then runs.",
        "CHANGE-06: a statement for each kind",
        inner ->
            new Changed(inner) {
              @Override
              public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
                List<Integer> order =
                    IntStream.range(0, changes.size())
                        .boxed()
                        .sorted(Comparator.comparing(i -> rank(changes.get(i))))
                        .toList();
                List<ChangeResult> results =
                    super.apply(order.stream().map(changes::get).toList(), fence);
                ChangeResult[] told = new ChangeResult[results.size()];
                for (int i = 0; i < told.length; i++) {
                  told[order.get(i)] = results.get(i);
                }
                return List.of(told);
              }
            });
    family.handle(
        "results-are-those-before",
        "The result of a change of a run has the version that it met.",
        "CHANGE-07: RETURNING in front of the update",
        inner ->
            new Changed(inner) {
              @Override
              List<ChangeResult> told(List<ChangeResult> results) {
                return results.stream().map(ChangeStateMutants::before).toList();
              }
            });
    family.store(
        "step-keys-are-joined",
        "Two steps whose run and id are the same once joined are one.",
        "CHANGE-21: the key is run || ':' || step",
        store -> {
          Set<String> keys = ConcurrentHashMap.newKeySet();
          return inner ->
              new Changed(inner) {
                @Override
                public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
                  List<ChangeResult> results = new ArrayList<>(super.apply(changes, fence));
                  for (int i = 0; i < changes.size(); i++) {
                    if (changes.get(i) instanceof EnsureStep(String runId, String stepId)
                        && results.get(i) instanceof StepWritten written
                        && !keys.add(runId + ":" + stepId)) {
                      results.set(i, new StepWritten(written.step(), false));
                    }
                  }
                  return results;
                }
              };
        });
  }

  private static int rank(Change change) {
    return switch (change) {
      case EnsureStep ensure -> 0;
      case StepChange step -> 0;
      case SendMessage send -> 1;
      default -> 2;
    };
  }

  private static ChangeResult before(ChangeResult result) {
    return result instanceof RunWritten(RunSummary run) && run.version() > 1
        ? new RunWritten(
            new RunSummary(
                run.runId(),
                run.kind(),
                run.status(),
                run.version() - 1,
                run.attempt(),
                run.times()))
        : result;
  }

  private static void errors(Family family) {
    family.handle(
        "conflicts-do-not-say-which",
        "A stale version is told of without the place of its change.",
        "CHANGE-05: the update has counted fewer rows than changes",
        inner ->
            new Changed(inner) {
              @Override
              public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
                try {
                  return super.apply(changes, fence);
                } catch (VersionConflict conflict) {
                  throw new VersionConflict(
                      conflict.operation(),
                      String.valueOf(conflict.instanceId()),
                      conflict.subject(),
                      conflict.expectedVersion(),
                      conflict.foundVersion());
                }
              }
            });
    family.handle(
        "a-conflict-is-taken-for-a-repeat",
        "A change is answered as applied when the version found is the one behind the seen one.",
        "CHANGE-06: whoever finds seen + 1 has written it",
        inner ->
            new Changed(inner) {
              @Override
              public List<ChangeResult> apply(List<Change> changes, @Nullable Fence fence) {
                try {
                  return super.apply(changes, fence);
                } catch (VersionConflict conflict) {
                  if (conflict.foundVersion() != conflict.expectedVersion() + 1
                      || conflict.expectedVersion() == 0) {
                    throw conflict;
                  }
                  return List.of();
                }
              }
            });
    family.fixture(
        "one-damaged-run-stops-all",
        "Once a run is damaged no run can be read.",
        "CHANGE-23: the rows are read with all others",
        () ->
            new ChangedFixture(new ReferenceFixture()) {
              @Override
              public TestStore freshStore(String purpose) {
                return new Damaging(super.freshStore(purpose));
              }
            });
  }

  /** Reads no run once one was damaged. */
  private static final class Damaging extends ChangedStore {
    private final AtomicBoolean damaged = new AtomicBoolean();

    Damaging(TestStore inner) {
      super(inner);
    }

    @Override
    public Optional<WhiteBox> whiteBox() {
      return super.whiteBox()
          .map(right ->
              new WhiteBox() {
                @Override
                public List<StoredRow> rows() {
                  return right.rows();
                }

                @Override
                public boolean corrupts(RowKind kind) {
                  return right.corrupts(kind);
                }

                @Override
                public void corrupt(RowKind kind, String instanceId) {
                  damaged.set(kind == RowKind.RUN);
                  right.corrupt(kind, instanceId);
                }
              });
    }

    @Override
    protected Provider handle(Provider right) {
      return new Restated(right) {
        @Override
        Run shown(Run run) {
          if (damaged.get()) {
            throw new CorruptData("run", "bad", "a row cannot be read", null);
          }
          return run;
        }
      };
    }
  }

  private static void reads(Family family) {
    family.handle(
        "a-page-of-two-reads",
        "A page of steps reads the rows of the runs behind the steps.",
        "CHANGE-22: a statement for the steps, and one for their runs",
        inner ->
            new Restated(inner) {
              @Override
              StateTables reads() {
                return new Reads() {
                  @Override
                  public StepPage steps(StepQuery query) {
                    StepPage steps = super.steps(query);
                    Moment.pass();
                    StepPage runs = super.steps(query);
                    return new StepPage(runs.runs(), steps.steps(), steps.nextPageToken());
                  }
                };
              }
            });
    family.handle(
        "counted-status-by-status",
        "Runs are counted with a statement for each status.",
        "CHANGE-22: a loop over the statuses",
        inner ->
            new Restated(inner) {
              @Override
              StateTables reads() {
                return new Reads() {
                  @Override
                  public Map<RunStatus, Long> runCounts(@Nullable String kind) {
                    Map<RunStatus, Long> counts = new EnumMap<>(RunStatus.class);
                    for (RunStatus status : RunStatus.values()) {
                      counts.put(status, super.runCounts(kind).getOrDefault(status, 0L));
                      Moment.pass();
                    }
                    return counts;
                  }
                };
              }
            });
    family.handle(
        "a-list-touches-its-rows",
        "Who lists runs changes the first one.",
        "CHANGE-22: last_read_at = now()",
        inner ->
            new Restated(inner) {
              @Override
              StateTables reads() {
                return new Reads() {
                  @Override
                  public RunPage runs(RunQuery query) {
                    RunPage page = super.runs(query);
                    page.rows().stream()
                        .filter(run -> !run.status().isFinal())
                        .findFirst()
                        .ifPresent(run -> changes.apply(List.of(RunChange.of(run).build()), null));
                    return page;
                  }
                };
              }
            });
  }
}
