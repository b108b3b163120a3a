// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.plan.Planner;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Limits;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.worker.Turn;
import dev.holdfast.worker.TurnContext;
import dev.holdfast.worker.TurnHandler;
import dev.holdfast.worker.TurnOutput;
import dev.holdfast.worker.TurnResult;
import dev.holdfast.worker.WorkFailure;
import dev.holdfast.worker.tracing.Tracing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the turns of runs. What a turn is computed from are the rows, and what it decides is stored
 * with its ack; what it keeps in memory for the next one only saves reads. Thread-safe.
 */
final class GraphTurnHandler implements TurnHandler {

  private static final Logger LOG = LoggerFactory.getLogger(GraphTurnHandler.class);

  /** The most steps that are cancelled with a run that cannot go on. */
  private static final int MOST_CANCELLED = 900;

  /** The most rows that are kept between turns; some tens of megabytes. */
  private static final int MOST_KEPT = 100_000;

  private final Map<OrchestrationCode, Planner> graphs;
  private final Map<OrchestrationCode, StoredDefinition> stored = new HashMap<>();
  private final int page;
  private final RunAudit audit;
  private final @Nullable Tracing tracing;
  private final Map<OrchestrationCode, String> shapes;
  private final RowCache cache = new RowCache(MOST_KEPT);

  /**
   * Creates the handler.
   *
   * @param graphs the definitions that are known here
   * @param audit is offered what turns do
   * @param tracing what traces; null for nothing
   */
  GraphTurnHandler(
      Map<OrchestrationCode, Planner> graphs,
      Limits limits,
      RunAudit audit,
      @Nullable Tracing tracing) {
    this.graphs = Map.copyOf(graphs);
    graphs.forEach((code, planner) ->
        stored.put(code, StoredDefinition.of(planner.definition(), limits.maxPayloadBytes())));
    Map<OrchestrationCode, String> all = new HashMap<>();
    graphs.forEach((code, planner) -> all.put(code, GraphShape.of(planner.definition())));
    this.shapes = Map.copyOf(all);
    this.page = limits.maxPageSize();
    this.audit = audit;
    this.tracing = tracing;
  }

  /** Returns what a graph is called where workers look for code. */
  static OrchestrationCode code(GraphDefinition graph) {
    return new OrchestrationCode(graph.name(), graph.version());
  }

  @Override
  public Set<OrchestrationCode> code() {
    return graphs.keySet();
  }

  @Override
  public Turn take(TurnContext context) {
    String name = context.name();
    OrchestrationCode code = name == null ? null : new OrchestrationCode(name, context.version());
    Planner planner = code == null ? null : graphs.get(code);
    StoredDefinition definition = code == null ? null : stored.get(code);
    if (planner == null || definition == null) {
      // an instance of nobody: it was known once, and has no row
      return Turn.of(new TurnResult.Ack(TurnOutput.of(context.executionId()).build()));
    }
    try {
      StateTables tables = tables(context);
      List<RunMessage> asked = context.messages().stream().map(RunMessage::of).toList();
      Run run = context.read(() -> tables.run(context.instanceId())).orElse(null);
      TurnTrace trace = TurnTrace.of(tracing, context, asked, run);
      GraphTurn turn =
          new GraphTurn(
              context,
              planner,
              definition,
              new RowReader(tables, page),
              cache,
              Objects.requireNonNull(shapes.get(code)),
              trace.context());
      TurnOutput output = trace.during(() -> turn.compute(asked, run));
      return new Computed(context, output, turn, trace);
    } catch (UnreadableRowException e) {
      return failed(WorkFailure.Reason.UNREADABLE, e);
    } catch (OtherGraphException e) {
      return failed(WorkFailure.Reason.MISMATCHED, e);
    } catch (OutdatedRowsException e) {
      return failed(WorkFailure.Reason.OUTDATED, e);
    }
  }

  private static Turn failed(WorkFailure.Reason reason, RuntimeException e) {
    return Turn.of(
        new TurnResult.Failed(new WorkFailure(reason, String.valueOf(e.getMessage()), e)));
  }

  private static StateTables tables(TurnContext context) {
    return context
        .capability(StateTables.class)
        .orElseThrow(() -> new ProviderError.NotSupported("graph", Feature.STATE_TABLES));
  }

  /** A turn whose transitions are offered to the audit log when they are stored. */
  private final class Computed implements Turn {
    private final TurnContext context;
    private final TurnOutput output;
    private final GraphTurn turn;
    private final TurnTrace trace;

    Computed(TurnContext context, TurnOutput output, GraphTurn turn, TurnTrace trace) {
      this.context = context;
      this.output = output;
      this.turn = turn;
      this.trace = trace;
    }

    @Override
    public TurnResult result() {
      return new TurnResult.Ack(output);
    }

    @Override
    public void applied(TurnOutput stored) {
      if (RowCache.suits(turn.definition())) {
        turn.keep();
      }
      audit.changed(turn.before(), context.fetchedAt());
      turn.moved().forEach(audit::moved);
      audit.changed(stored.changes(), context.fetchedAt());
      trace.stored(stored); // last: whoever traces may throw, and the audit log must not lack it
    }

    @Override
    public void close() {
      trace.close();
    }
  }

  @Override
  public void memoryIsShort() {
    cache.clear();
  }

  @Override
  public Turn fail(TurnContext context, WorkFailure why) {
    LOG.error("run {} cannot go on: {}", context.instanceId(), why.message());
    List<TurnOutput> alternatives = new ArrayList<>();
    Run run = ownRun(context);
    if (run != null && !run.summary().status().isEnded()) {
      RunChange failed =
          RunChange.of(run.summary())
              .status(RunStatus.FAILED)
              .lastError(Texts.fit("the run cannot go on: " + why.message()))
              .build();
      alternatives.add(ended(context, run, failed, active(context)));
      alternatives.add(ended(context, run, failed, List.of()));
    }
    alternatives.add(TurnOutput.of(context.executionId()).metadata(metadata(context)).build());
    TurnResult result = new TurnResult.Ack(alternatives);
    return new Turn() {
      @Override
      public TurnResult result() {
        return result;
      }

      @Override
      public void applied(TurnOutput stored) {
        audit.changed(stored.changes(), context.fetchedAt());
      }
    };
  }

  /** Returns the row, if it is there, and one of the graph that the instance is of. */
  private static @Nullable Run ownRun(TurnContext context) {
    StateTables tables = tables(context);
    Run run = context.read(() -> tables.run(context.instanceId())).orElse(null);
    try {
      return run != null && RunData.of(run).graph().equals(context.name()) ? run : null;
    } catch (UnreadableRowException e) {
      LOG.debug("the row of run {} is left alone", context.instanceId(), e);
      return null;
    }
  }

  private List<StepSummary> active(TurnContext context) {
    RowReader reader = new RowReader(tables(context), page);
    return context.read(() -> reader.steps(context.instanceId())).values().stream()
        .filter(step -> step.status() != StepStatus.IDLE && !step.status().isEnded())
        .limit(MOST_CANCELLED)
        .toList();
  }

  private static TurnOutput ended(
      TurnContext context, Run run, RunChange failed, List<StepSummary> steps) {
    long execution = Math.max(context.executionId(), run.summary().attempt());
    List<Change> changes = new ArrayList<>();
    List<ActivityIdentity> activities = new ArrayList<>();
    for (StepSummary step : steps) {
      changes.add(StepChange.to(step, StepStatus.CANCELLED));
      activities.addAll(
          StepActivities.possible(context.instanceId(), execution, step.stepId(), step.attempt()));
    }
    changes.add(failed);
    return TurnOutput.of(execution)
        .changes(changes)
        .cancelledActivities(activities)
        .messages(List.of(RunMessage.look(context.instanceId()))) // cancels what is left
        .metadata(metadata(context))
        .build();
  }

  private static ExecutionMetadata metadata(TurnContext context) {
    return ExecutionMetadata.builder()
        .name(context.name())
        .version(context.name() == null ? null : context.version())
        .status(ExecutionStatus.FAILED)
        .build();
  }
}
