// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.Output;
import dev.holdfast.cli.io.Paint;
import dev.holdfast.cli.store.Store;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.InvalidGraphException;
import dev.holdfast.graph.draw.Dot;
import dev.holdfast.graph.draw.Mermaid;
import dev.holdfast.graph.draw.StepState;
import dev.holdfast.graph.draw.TerminalDrawing;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepPage;
import dev.holdfast.provider.state.StepQuery;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The graph of a run with where its steps stand. Immutable. */
final class RunPicture {

  private final GraphDefinition graph;
  private final Map<String, StepState> states;

  private RunPicture(GraphDefinition graph, Map<String, StepState> states) {
    this.graph = graph;
    this.states = Map.copyOf(states);
  }

  /**
   * Reads a run's graph and its steps.
   *
   * @return the picture; empty, with a note that says why, when there is none
   */
  static Optional<RunPicture> of(Store store, String runId, Output output) {
    Optional<GraphDefinition> graph;
    try {
      graph = Graphs.client(store.provider()).definition(runId);
    } catch (InvalidGraphException e) {
      output.note("the steps are not drawn: " + e.getMessage());
      return Optional.empty();
    }
    if (graph.isEmpty()) {
      output.note(
          "the steps are not drawn: the store has no graph definition with \"%s\"; steps lists them"
              .formatted(runId));
    }
    return graph.map(definition -> new RunPicture(definition, states(store, runId)));
  }

  private static Map<String, StepState> states(Store store, String runId) {
    StateTables tables = store.stateTables();
    int most = store.provider().info().limits().maxPageSize();
    Instant now = Instant.now();
    Map<String, StepState> states = new HashMap<>();
    List<StepSummary> told = new ArrayList<>();
    StepQuery query = StepQuery.firstPage(runId, most);
    while (true) {
      StepPage page = tables.steps(query);
      for (StepSummary step : page.steps()) {
        states.put(step.stepId(), StepState.of(step, null, now));
        if (hasSomethingToSay(step)) {
          told.add(step);
        }
      }
      if (page.nextPageToken() == null) {
        break;
      }
      query = query.from(page.nextPageToken());
    }
    for (int i = 0; i < told.size(); i += most) {
      Set<String> ids =
          Set.copyOf(
              told.subList(i, Math.min(told.size(), i + most)).stream()
                  .map(StepSummary::stepId)
                  .toList());
      tables.steps(runId, ids).forEach(step -> states.put(id(step), state(step, now)));
    }
    return states;
  }

  private static String id(Step step) {
    return step.summary().stepId();
  }

  /** Only what somebody has to know is read whole; a run may have thousands of steps. */
  private static boolean hasSomethingToSay(StepSummary step) {
    return switch (step.status()) {
      case FAILED, CANCELLED, SUSPENDED -> true;
      case SCHEDULED, RUNNING -> step.attempt() > 1;
      case IDLE, PAUSED, COMPLETED, SKIPPED -> false;
    };
  }

  private static StepState state(Step step, Instant now) {
    StepState state = StepState.of(step.summary(), step.lastError(), now);
    String reason = step.suspension() == null ? null : step.suspension().reason();
    return state.status() == StepStatus.SUSPENDED ? with(state, reason) : state;
  }

  private static StepState with(StepState state, @Nullable String reason) {
    return new StepState(state.status(), state.attempt(), state.duration(), reason);
  }

  /** Prints it for people. */
  void draw(Output output) {
    output.picture((width, paint) ->
        TerminalDrawing.of(
            graph, states, width, (status, text) -> paint.apply(paint(status), text)));
  }

  private static Paint paint(StepStatus status) {
    return switch (status) {
      case IDLE, SKIPPED -> Paint.PLAIN;
      case SCHEDULED, RUNNING -> Paint.BLUE;
      case SUSPENDED, PAUSED, CANCELLED -> Paint.YELLOW;
      case COMPLETED -> Paint.GREEN;
      case FAILED -> Paint.RED;
    };
  }

  /** {@return it as a Mermaid flow chart} */
  String mermaid() {
    return Mermaid.of(graph, states);
  }

  /** {@return it in the language of Graphviz} */
  String dot() {
    return Dot.of(graph, states);
  }
}
