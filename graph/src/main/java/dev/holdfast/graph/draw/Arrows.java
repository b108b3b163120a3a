// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.draw;

import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.GraphOutput;
import dev.holdfast.graph.Input;
import dev.holdfast.graph.Source;
import dev.holdfast.graph.StepDefinition;
import dev.holdfast.graph.internal.Conditions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The arrows of one graph: one from each end to each other, with all that passes along it. */
final class Arrows {

  /** What an arrow begins or ends at. */
  sealed interface End {
    record Step(String id) implements End {}

    record In(String name) implements End {}

    record Out(String name) implements End {}
  }

  /** What passes along an arrow. */
  enum Kind {
    /** A value, when the step has ended. */
    DATA,
    /** Nothing but the order. */
    ORDER,
    /** Messages, while the step is being done. */
    STREAM
  }

  /** An arrow. */
  record Arrow(End from, End to, Set<String> labels, Kind kind) {
    String label() {
      return String.join(", ", labels);
    }
  }

  private record Pair(End from, End to) {}

  private final Map<Pair, Set<String>> data = new LinkedHashMap<>();
  private final Map<Pair, Set<String>> order = new LinkedHashMap<>();
  private final List<Arrow> streams = new ArrayList<>();

  private Arrows() {}

  static List<Arrow> of(GraphDefinition graph) {
    Arrows arrows = new Arrows();
    for (StepDefinition step : graph.steps()) {
      arrows.into(step);
    }
    for (GraphOutput output : graph.outputs()) {
      End to = new End.Out(output.name());
      for (int i = 0; i < output.sources().size(); i++) {
        arrows.pass(output.sources().get(i), to, output.name(), i > 0);
      }
    }
    return arrows.all();
  }

  private void into(StepDefinition step) {
    End to = new End.Step(step.id());
    for (Map.Entry<String, Input> entry : step.inputs().entrySet()) {
      List<Source> sources = entry.getValue().sources();
      for (int i = 0; i < sources.size(); i++) {
        pass(sources.get(i), to, entry.getKey(), i > 0);
      }
    }
    if (step.when() != null) {
      for (Source source : Conditions.sources(step.when())) {
        add(order, source, to, "if");
      }
    }
    step.receives()
        .forEach((port, stream) ->
            streams.add(
                new Arrow(
                    new End.Step(stream.from().step()),
                    to,
                    Set.of(label(stream.from().stream(), port)),
                    Kind.STREAM)));
    for (String id : step.after()) {
      order.computeIfAbsent(new Pair(new End.Step(id), to), any -> new LinkedHashSet<>());
    }
  }

  private void pass(Source source, End to, String input, boolean instead) {
    String output =
        switch (source) {
          case Source.StepOutput(String step, String port) -> port;
          case Source.GraphInput(String port) -> port;
          case Source.Constant constant -> input;
        };
    String label = label(output, input);
    add(data, source, to, instead ? "else " + label : label);
  }

  private static String label(String output, String input) {
    return output.equals(input) ? input : output + " → " + input;
  }

  private static void add(Map<Pair, Set<String>> arrows, Source source, End to, String label) {
    switch (source) {
      case Source.StepOutput(String step, String port) ->
          arrows
              .computeIfAbsent(new Pair(new End.Step(step), to), any -> new LinkedHashSet<>())
              .add(label);
      case Source.GraphInput(String port) ->
          arrows
              .computeIfAbsent(new Pair(new End.In(port), to), any -> new LinkedHashSet<>())
              .add(label);
      case Source.Constant constant -> {}
    }
  }

  private List<Arrow> all() {
    Map<Pair, Arrow> all = new LinkedHashMap<>();
    data.forEach((p, labels) -> all.put(p, new Arrow(p.from(), p.to(), labels, Kind.DATA)));
    order.forEach((p, labels) -> {
      Arrow arrow = all.get(p);
      if (arrow == null) {
        all.put(p, new Arrow(p.from(), p.to(), labels, Kind.ORDER));
      } else {
        arrow.labels().addAll(labels);
      }
    });
    List<Arrow> arrows = new ArrayList<>(all.values());
    arrows.addAll(streams);
    return List.copyOf(arrows);
  }
}
