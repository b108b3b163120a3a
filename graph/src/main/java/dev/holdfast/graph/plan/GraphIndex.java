// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.StepBody;
import dev.holdfast.graph.StepDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A definition as the planner looks at it: each step behind those that it waits for. Immutable. */
final class GraphIndex {

  final GraphDefinition graph;
  final List<Node> order;
  private final Map<String, Node> byId;

  /** A step with what is computed once for it. */
  record Node(
      StepDefinition step,
      Set<String> predecessors,
      @Nullable GraphIndex inner,
      List<StreamTarget> targets) {}

  GraphIndex(GraphDefinition graph) {
    this.graph = graph;
    this.byId = new HashMap<>();
    for (StepDefinition step : graph.steps()) {
      GraphIndex inner =
          step.body() instanceof StepBody.SubGraph(GraphDefinition body)
              ? new GraphIndex(body)
              : null;
      byId.put(step.id(), new Node(step, step.predecessors(), inner, targets(graph, step.id())));
    }
    this.order = List.copyOf(order());
    if (order.size() != graph.steps().size()) {
      throw new IllegalArgumentException(
          "graph %s %s has steps that wait for each other; check it before it is run"
              .formatted(graph.name(), graph.version()));
    }
  }

  /** Returns where the streams of a step go, with the ids of steps as they are in this graph. */
  private static List<StreamTarget> targets(GraphDefinition graph, String sender) {
    List<StreamTarget> targets = new ArrayList<>();
    for (StepDefinition step : graph.steps()) {
      step.receives()
          .forEach((port, in) -> {
            if (in.from().step().equals(sender)) {
              targets.add(new StreamTarget(in.from().stream(), step.id(), port, in.capacity()));
            }
          });
    }
    return List.copyOf(targets);
  }

  /** Of steps that could come next the one that stands first in the definition does. */
  private List<Node> order() {
    List<StepDefinition> steps = graph.steps();
    Map<String, Integer> waitsFor = new HashMap<>();
    Map<String, List<Integer>> successors = new HashMap<>();
    PriorityQueue<Integer> ready = new PriorityQueue<>();
    for (int i = 0; i < steps.size(); i++) {
      Node node = node(steps.get(i).id());
      waitsFor.put(steps.get(i).id(), node.predecessors().size());
      for (String id : node.predecessors()) {
        successors.computeIfAbsent(id, any -> new ArrayList<>()).add(i);
      }
      if (node.predecessors().isEmpty()) {
        ready.add(i);
      }
    }
    List<Node> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      StepDefinition step = steps.get(ready.remove());
      order.add(node(step.id()));
      for (int next : successors.getOrDefault(step.id(), List.of())) {
        if (waitsFor.merge(steps.get(next).id(), -1, Integer::sum) == 0) {
          ready.add(next);
        }
      }
    }
    return order;
  }

  /** Returns a step; there is one of each id that a checked definition names. */
  Node node(String id) {
    Node node = byId.get(id);
    if (node == null) {
      throw new IllegalArgumentException(
          "graph %s %s has no step \"%s\"".formatted(graph.name(), graph.version(), id));
    }
    return node;
  }

  boolean has(String id) {
    return byId.containsKey(id);
  }
}
