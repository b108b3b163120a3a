// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.internal;

import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.Port;
import dev.holdfast.graph.PortType;
import dev.holdfast.graph.StepBody;
import dev.holdfast.graph.StepDefinition;
import dev.holdfast.graph.StepType;
import dev.holdfast.graph.StepTypes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The inputs and outputs of a step, as its neighbours see them. */
record Signature(List<Port> inputs, List<Port> outputs) {

  /** Returns the ports of a step, or null when its type is unknown. */
  static @Nullable Signature of(StepDefinition step, StepTypes types) {
    return switch (step.body()) {
      case StepBody.Task(String type) -> ofType(step, types.find(type).orElse(null));
      case StepBody.SubGraph(GraphDefinition graph) ->
          new Signature(
              graph.inputs(),
              graph.outputs().stream()
                  .map(out -> new Port(out.name(), each(step, out.type()), false))
                  .toList());
    };
  }

  private static @Nullable Signature ofType(StepDefinition step, @Nullable StepType<?, ?> type) {
    if (type == null) {
      return null;
    }
    return new Signature(
        type.inputs(),
        type.outputs().stream()
            .map(out ->
                new Port(out.name(), each(step, out.type()), !step.isEach() && out.optional()))
            .toList());
  }

  private static PortType each(StepDefinition step, PortType type) {
    return step.isEach() ? PortType.listOf(type) : type;
  }

  Optional<Port> input(String name) {
    return find(inputs, name);
  }

  Optional<Port> output(String name) {
    return find(outputs, name);
  }

  private static Optional<Port> find(List<Port> ports, String name) {
    return ports.stream().filter(port -> port.name().equals(name)).findFirst();
  }

  /** Returns names of ports for an error: what there is, or that there is none. */
  static String list(String what, List<Port> ports) {
    return ports.isEmpty()
        ? "it has no " + what
        : "it has "
            + ports.stream().map(p -> "\"" + p.name() + "\"").collect(Collectors.joining(", "));
  }
}
