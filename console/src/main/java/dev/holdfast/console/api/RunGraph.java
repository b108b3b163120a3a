// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.api;

import dev.holdfast.console.http.HttpProblem;
import dev.holdfast.console.json.Json;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.InvalidGraphException;
import dev.holdfast.graph.StepBody;
import dev.holdfast.graph.StepDefinition;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.StepPage;
import dev.holdfast.provider.state.StepQuery;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The graph of a run with where its steps stand, for a picture. A step that has steps inside counts
 * their rows.
 */
record RunGraph(OpenStore store, StateTables tables) {

  /** So many rows of steps are counted; a picture says when there are more. */
  private static final int MOST_ROWS = 5_000;

  ObjectNode of(String runId) {
    GraphDefinition graph = definition(runId);
    Map<String, StepSummary> rows = new HashMap<>();
    Map<String, Map<StepStatus, Integer>> inside = new HashMap<>();
    boolean cut = read(runId, rows, inside);
    ObjectNode object =
        Json.object().put("name", graph.name()).put("version", graph.version()).put("cut", cut);
    ArrayNode steps = object.putArray("steps");
    ArrayNode edges = object.putArray("edges");
    for (StepDefinition step : graph.steps()) {
      steps.add(json(step, rows, inside.getOrDefault(step.id(), Map.of())));
      for (String before : step.predecessors()) {
        edge(edges, before, step, "order");
      }
      step.receives().values().forEach(from -> edge(edges, from.from().step(), step, "stream"));
    }
    return object;
  }

  private static void edge(ArrayNode edges, String from, StepDefinition to, String kind) {
    edges.addObject().put("from", from).put("to", to.id()).put("kind", kind);
  }

  private GraphDefinition definition(String runId) {
    Optional<GraphDefinition> graph;
    try {
      graph = Graphs.client(store.provider()).definition(runId);
    } catch (InvalidGraphException e) {
      throw HttpProblem.notFound("the steps are not drawn: " + e.getMessage());
    }
    return graph.orElseThrow(
        () -> HttpProblem.notFound("the steps are not drawn: the run has no graph in the store"));
  }

  private boolean read(
      String runId, Map<String, StepSummary> rows, Map<String, Map<StepStatus, Integer>> inside) {
    int most = store.provider().info().limits().maxPageSize();
    StepQuery query = StepQuery.firstPage(runId, most);
    int read = 0;
    while (true) {
      StepPage page = tables.steps(query);
      for (StepSummary step : page.steps()) {
        String top = top(step.stepId());
        if (top.equals(step.stepId())) {
          rows.put(top, step);
        } else {
          inside
              .computeIfAbsent(top, none -> new EnumMap<>(StepStatus.class))
              .merge(step.status(), 1, Integer::sum);
        }
      }
      read += page.steps().size();
      String next = page.nextPageToken();
      if (next == null || read >= MOST_ROWS) {
        return next != null;
      }
      query = query.from(next);
    }
  }

  /** {@return the step of the graph itself that a row belongs to} */
  private static String top(String stepId) {
    int end = 0;
    while (end < stepId.length() && stepId.charAt(end) != '[' && stepId.charAt(end) != '/') {
      end++;
    }
    return stepId.substring(0, end);
  }

  private static ObjectNode json(
      StepDefinition step, Map<String, StepSummary> rows, Map<StepStatus, Integer> inside) {
    StepSummary row = rows.get(step.id());
    ObjectNode object = row == null ? Json.object().put("stepId", step.id()) : RunApi.json(row);
    object
        .put(
            "type",
            switch (step.body()) {
              case StepBody.Task(String type) -> type;
              case StepBody.SubGraph(GraphDefinition inner) -> inner.name();
            })
        .put("each", step.forEach() != null)
        .put("trigger", step.trigger() != null)
        .put("group", step.isGroup())
        .put("conditional", step.when() != null)
        .put("mayFail", step.mayFail());
    ObjectNode counts = object.putObject("inside");
    inside.forEach((status, count) -> counts.put(status.label(), count));
    return object;
  }
}
