// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.internal;

import dev.holdfast.graph.GraphProblem.Kind;
import dev.holdfast.graph.Input;
import dev.holdfast.graph.Source;
import dev.holdfast.graph.StepDefinition;
import dev.holdfast.graph.internal.GraphCheck.Scope;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** Finds steps that wait for each other, and steps that can never begin. */
final class OrderCheck {

  private final Scope scope;
  private final Map<String, StepDefinition> steps = new LinkedHashMap<>();
  private final Map<String, List<String>> successors = new HashMap<>();

  private OrderCheck(Scope scope) {
    this.scope = scope;
    scope.graph().steps().forEach(step -> steps.putIfAbsent(step.id(), step));
  }

  static void check(Scope scope) {
    new OrderCheck(scope).run();
  }

  private void run() {
    Map<String, Integer> waitsFor = new LinkedHashMap<>();
    for (StepDefinition step : steps.values()) {
      int count = 0;
      for (String id : step.predecessors()) {
        if (steps.containsKey(id)) {
          successors.computeIfAbsent(id, any -> new ArrayList<>()).add(step.id());
          count++;
        }
      }
      waitsFor.put(step.id(), count);
    }
    List<String> order = order(waitsFor);
    Set<String> left = new LinkedHashSet<>(steps.keySet());
    order.forEach(left::remove);
    cycles(left);
    dead(order);
  }

  private StepDefinition step(String id) {
    return Objects.requireNonNull(steps.get(id));
  }

  /** Returns the steps that can begin, each behind those that it waits for. */
  private List<String> order(Map<String, Integer> waitsFor) {
    List<String> order = new ArrayList<>();
    ArrayDeque<String> ready = new ArrayDeque<>();
    waitsFor.forEach((id, count) -> {
      if (count == 0) {
        ready.add(id);
      }
    });
    while (!ready.isEmpty()) {
      String id = ready.remove();
      order.add(id);
      for (String next : successors.getOrDefault(id, List.of())) {
        if (waitsFor.merge(next, -1, Integer::sum) == 0) {
          ready.add(next);
        }
      }
    }
    return order;
  }

  /** Of what is left each step waits for another that is left: going back leads into a cycle. */
  private void cycles(Set<String> left) {
    Set<String> seen = new HashSet<>();
    for (String start : left) {
      List<String> path = new ArrayList<>();
      Set<String> onPath = new HashSet<>();
      String id = start;
      while (seen.add(id)) {
        path.add(id);
        onPath.add(id);
        id = step(id).predecessors().stream().filter(left::contains).findFirst().orElse(id);
      }
      int behind = path.size();
      if (onPath.contains(id)) {
        behind = path.indexOf(id);
        List<String> cycle = new ArrayList<>(path.subList(behind, path.size()));
        Collections.reverse(cycle);
        cycle.add(cycle.getFirst());
        scope.add(
            Kind.CYCLE,
            scope.step(step(cycle.getFirst())),
            "it waits for itself: %s; take one of these edges out"
                .formatted(String.join(" → ", cycle)));
      }
      for (String stuck : path.subList(0, behind)) {
        scope.add(
            Kind.UNREACHABLE,
            scope.step(step(stuck)),
            "it can never begin: it waits for step \"%s\", and that waits for itself"
                .formatted(id));
      }
    }
  }

  /** In the order of the graph, so that what is behind a dead step is found to be dead too. */
  private void dead(List<String> order) {
    Set<String> dead = new HashSet<>();
    for (String id : order) {
      StepDefinition step = step(id);
      if (step.when() != null && Conditions.neverHolds(step.when(), source -> from(source, dead))) {
        dead.add(id);
        scope.add(
            Kind.UNREACHABLE,
            scope.step(step),
            "it is always skipped: its condition, %s, never holds; correct it, or take the step out"
                .formatted(step.when()));
        continue;
      }
      for (Map.Entry<String, Input> entry : step.inputs().entrySet()) {
        Input input = entry.getValue();
        if (!input.ifPresent()
            && !input.sources().isEmpty()
            && input.sources().stream().allMatch(source -> from(source, dead))) {
          dead.add(id);
          scope.add(
              Kind.UNREACHABLE,
              scope.step(step) + ", input \"" + entry.getKey() + "\"",
              "the step is always skipped: this comes from %s only, which never runs; connect it to"
                      .formatted(input)
                  + " another step");
          break;
        }
      }
    }
  }

  private static boolean from(Source source, Set<String> dead) {
    return source instanceof Source.StepOutput output && dead.contains(output.step());
  }
}
