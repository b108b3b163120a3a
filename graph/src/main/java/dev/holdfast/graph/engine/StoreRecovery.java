// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.RecoveryService;
import dev.holdfast.graph.RunNotFoundException;
import dev.holdfast.graph.RunStatusException;
import dev.holdfast.graph.UnknownGraphException;
import dev.holdfast.graph.plan.Planner;
import dev.holdfast.graph.plan.RecoveryPlan;
import dev.holdfast.graph.plan.RunRows;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.SendMessage;
import dev.holdfast.provider.state.RestartRun;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunPage;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Recovery, on a provider. Thread-safe. */
final class StoreRecovery implements RecoveryService {

  private final StoreCalls store;
  private final Map<OrchestrationCode, Planner> graphs;
  private final int maxAttempts;

  /**
   * Creates the service.
   *
   * @param graphs the definitions that are known here
   * @param maxAttempts the most attempts of a run, the first included
   */
  StoreRecovery(StoreCalls store, Map<OrchestrationCode, Planner> graphs, int maxAttempts) {
    this.store = store;
    this.graphs = Map.copyOf(graphs);
    this.maxAttempts = maxAttempts;
  }

  @Override
  public boolean canResume(String runId) {
    try {
      return plan(runId).canResume();
    } catch (UnknownGraphException e) {
      return false;
    }
  }

  @Override
  public RecoveryPlan plan(String runId) {
    return store.read(() -> plan(required(runId), maxAttempts));
  }

  private Run required(String runId) {
    return store.tables.run(runId).orElseThrow(() -> new RunNotFoundException(runId));
  }

  private RecoveryPlan plan(Run run, int most) {
    RunData data = RunData.of(run);
    String runId = run.summary().runId();
    Planner planner = graphs.get(new OrchestrationCode(data.graph(), data.version()));
    if (planner == null) {
      throw new UnknownGraphException(runId, data.graph(), data.version());
    }
    RunRows rows = new RunRows(run.summary(), data.inputs(), store.reader.steps(runId), Map.of());
    return RecoveryPlan.of(planner, rows, most);
  }

  @Override
  public void resume(String runId) {
    store.decide(() -> {
      Run run = required(runId);
      RecoveryPlan plan = plan(run, maxAttempts);
      if (!plan.canResume()) {
        throw new RunStatusException(runId, run.summary().status(), plan.reason());
      }
      if (run.summary().status() == RunStatus.FAILED) {
        List<Change> changes = new ArrayList<>(plan.changes());
        changes.addAll(keptInputs(run, plan.steps()));
        changes.add(new SendMessage(RunMessage.look(runId)));
        return new StoreCalls.Decision<>(changes, 0);
      }
      ask(run);
      return new StoreCalls.Decision<>(List.<Change>of(), 0);
    });
  }

  /** Has a worker recover a run under its lock, unless it has moved until then. */
  void ask(Run run) {
    RunData data = RunData.of(run);
    RunSummary row = run.summary();
    store.send(
        RunMessage.recover(row.runId(), data.graph(), data.version(), row.version(), maxAttempts));
  }

  /** Returns the changes that restart a failed run, whatever its steps have failed with. */
  List<Change> restart(String runId) {
    Run run = required(runId);
    RecoveryPlan plan = plan(run, Integer.MAX_VALUE);
    Set<String> again = new TreeSet<>();
    for (RecoveryPlan.StepRecovery step : plan.steps()) {
      if (step.action() != RecoveryPlan.Action.NOTHING) {
        again.add(step.row().stepId());
      }
    }
    List<Change> changes = new ArrayList<>();
    changes.add(new RestartRun(runId, run.summary().version(), again));
    changes.addAll(keptInputs(run, plan.steps()));
    changes.add(new SendMessage(RunMessage.look(runId)));
    return changes;
  }

  /** A step that begins again loses its outputs; of a trigger's rows they are what came in. */
  private List<Change> keptInputs(Run run, List<RecoveryPlan.StepRecovery> steps) {
    RunData data = RunData.of(run);
    Planner planner = graphs.get(new OrchestrationCode(data.graph(), data.version()));
    Set<String> ids = new TreeSet<>();
    for (RecoveryPlan.StepRecovery step : steps) {
      if (planner != null
          && step.action() != RecoveryPlan.Action.NOTHING
          && planner.isOfTrigger(step.row().stepId())) {
        ids.add(step.row().stepId());
      }
    }
    List<Change> kept = new ArrayList<>();
    if (ids.isEmpty()) {
      return kept;
    }
    for (Step row : store.reader.whole(run.summary().runId(), ids).values()) {
      if (row.outputs() != null) {
        StepSummary step = row.summary();
        kept.add(
            StepChange.of(step.runId(), step.stepId(), step.version() + 1)
                .outputs(row.outputs())
                .build());
      }
    }
    return kept;
  }

  @Override
  public Stuck findStuck(Duration olderThan, int limit, @Nullable String pageToken) {
    RunPage page = store.read(() -> store.tables.stuckRuns(olderThan, limit, pageToken));
    return new Stuck(page.rows(), page.nextPageToken());
  }

  /** Returns the row of a run of a graph that is known here; null when it is another one's. */
  @Nullable Run known(String runId) {
    Run run = store.read(() -> store.tables.run(runId)).orElse(null);
    if (run == null) {
      return null;
    }
    RunData data = RunData.of(run);
    return graphs.containsKey(new OrchestrationCode(data.graph(), data.version())) ? run : null;
  }
}
