// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.GraphClient;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.PolledSource;
import dev.holdfast.graph.StepBody;
import dev.holdfast.graph.StepFunction;
import dev.holdfast.graph.StepType;
import dev.holdfast.graph.plan.Planner;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.worker.ActivityHandler;
import dev.holdfast.worker.TurnHandler;
import dev.holdfast.worker.tracing.Tracing;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The engine, put together. */
public final class GraphEngine {

  private final Provider provider;
  private final Map<OrchestrationCode, Planner> graphs;
  private final Map<String, StepCode<?, ?>> code;
  private final @Nullable Tracing tracing;

  private GraphEngine(
      Provider provider,
      Map<OrchestrationCode, Planner> graphs,
      Map<String, StepCode<?, ?>> code,
      @Nullable Tracing tracing) {
    this.provider = provider;
    this.graphs = graphs;
    this.code = code;
    this.tracing = tracing;
  }

  /** Returns the engine's turns. */
  public TurnHandler turns() {
    return new GraphTurnHandler(graphs, provider.info().limits(), new RunAudit(provider), tracing);
  }

  /** Returns the engine's activities. */
  public ActivityHandler activities() {
    return new StepActivityHandler(
        code, provider.info().limits().maxPageSize(), new RunAudit(provider), tracing);
  }

  /**
   * Returns a client.
   *
   * @param starter stores a start once, and says whether it was stored
   * @param maxAttempts the most attempts of a run that is recovered
   */
  public GraphClient client(Predicate<OrchestratorMessage> starter, int maxAttempts) {
    StoreCalls calls = new StoreCalls(provider, starter);
    return new StoreGraphClient(
        calls,
        new RunStarts(calls, tracing),
        new StoreRecovery(calls, graphs, maxAttempts),
        graphs);
  }

  /**
   * Returns the loop that recovers stuck runs.
   *
   * @param olderThan how long nothing has happened to them
   * @param every how often it looks
   * @param maxAttempts the most attempts of a run
   */
  public Runnable stuckRuns(Duration olderThan, Duration every, int maxAttempts) {
    StoreCalls calls = calls();
    return new StuckRuns(new StoreRecovery(calls, graphs, maxAttempts), olderThan, every);
  }

  /** Whether a definition here needs inboxes and triggers of the store. */
  public boolean needsInboxes() {
    return graphs.values().stream().anyMatch(planner -> needsInboxes(planner.definition()));
  }

  private static boolean needsInboxes(GraphDefinition graph) {
    return graph.steps().stream()
        .anyMatch(step ->
            step.trigger() != null
                || !step.receives().isEmpty()
                || (step.body() instanceof StepBody.SubGraph(GraphDefinition inner)
                    && needsInboxes(inner)));
  }

  /**
   * Returns the loop that wakes suspended runs with inputs.
   *
   * @param every how often it looks
   */
  public Runnable waitingRuns(Duration every) {
    StoreCalls calls = calls();
    return new Loop(
        every,
        "the look for suspended runs with inputs",
        new WaitingRuns(new StoreTriggers(calls, graphs), new StoreRecovery(calls, graphs, 1)));
  }

  /**
   * Returns the loop that polls a source.
   *
   * @param graph the graph whose runs have the trigger
   * @param stepId the id of the trigger's row
   * @param source the source
   * @param every how often it is asked
   */
  public Runnable poller(
      GraphDefinition graph, String stepId, PolledSource source, Duration every) {
    StoreCalls calls = calls();
    return new Loop(
        every,
        "the poll of a source",
        new SourcePoller(calls, new StoreTriggers(calls, graphs), graph, stepId, source));
  }

  private StoreCalls calls() {
    return new StoreCalls(provider, message -> provider.enqueue(message).stored());
  }

  /** Collects definitions and code. Not thread-safe. */
  public static final class Builder {
    private final Map<OrchestrationCode, Planner> graphs = new HashMap<>();
    private final Map<String, StepCode<?, ?>> code = new LinkedHashMap<>();
    private @Nullable Tracing tracing;

    /** Adds a definition; refuses another one of its name and version. */
    public void graph(GraphDefinition graph) {
      Planner before = graphs.putIfAbsent(GraphTurnHandler.code(graph), Planner.of(graph));
      if (before != null) {
        throw new IllegalArgumentException(
            "graph %s %s is registered already; give the other one another version"
                .formatted(graph.name(), graph.version()));
      }
    }

    /** Adds definitions. */
    public Builder graphs(List<GraphDefinition> more) {
      more.forEach(this::graph);
      return this;
    }

    /** Adds code; refuses another one for the same type. */
    public <I extends @Nullable Object, O extends @Nullable Object> void step(
        StepType<I, O> type, StepFunction<I, O> function) {
      if (code.putIfAbsent(StepTask.activity(type.name()), new StepCode<>(type, function))
          != null) {
        throw new IllegalArgumentException(
            "step type \"%s\" has code already; register it once".formatted(type.name()));
      }
    }

    /** Traces with it. */
    public Builder tracing(Tracing with) {
      tracing = with;
      return this;
    }

    /** Builds the engine for a store. */
    public GraphEngine build(Provider provider) {
      return new GraphEngine(provider, Map.copyOf(graphs), Map.copyOf(code), tracing);
    }
  }
}
