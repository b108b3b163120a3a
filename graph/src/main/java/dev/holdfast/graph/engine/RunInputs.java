// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.Port;
import dev.holdfast.graph.PortType;
import dev.holdfast.graph.internal.Jsons;
import tools.jackson.databind.JsonNode;

/** Checks the inputs of a run before it is started. */
final class RunInputs {

  private RunInputs() {}

  /** Returns inputs as JSON; refuses those that do not fit. */
  static JsonNode of(GraphDefinition graph, Object inputs) {
    JsonNode json = Jsons.tree(inputs);
    if (!json.isObject()) {
      throw wrong(graph, "inputs are " + json.getNodeType() + "; give a map, or a record");
    }
    for (Port port : graph.inputs()) {
      JsonNode value = json.get(port.name());
      boolean absent = value == null || value.isNull();
      if (absent && !port.optional()) {
        throw wrong(graph, "input \"" + port.name() + "\" is missing");
      }
      if (!absent && !fits(port.type(), value)) {
        throw wrong(
            graph,
            "input \"%s\" is %s, and has to be %s"
                .formatted(port.name(), value.getNodeType(), port.type()));
      }
    }
    for (String name : json.propertyNames()) {
      if (graph.input(name).isEmpty()) {
        throw wrong(graph, "there is no input \"" + name + "\"");
      }
    }
    return json;
  }

  private static IllegalArgumentException wrong(GraphDefinition graph, String what) {
    return new IllegalArgumentException(
        "graph %s %s: %s; its inputs are %s"
            .formatted(graph.name(), graph.version(), what, graph.inputs()));
  }

  private static boolean fits(PortType type, JsonNode value) {
    return switch (type) {
      case PortType.Basic basic ->
          switch (basic) {
            case TEXT -> value.isString();
            case INTEGER -> value.isIntegralNumber();
            case NUMBER -> value.isNumber();
            case BOOLEAN -> value.isBoolean();
            case ANY -> true;
          };
      case PortType.ListOf(PortType element) -> {
        boolean all = value.isArray();
        for (JsonNode each : value) {
          all &= fits(element, each);
        }
        yield all;
      }
      case PortType.MapOf(PortType element) -> {
        boolean all = value.isObject();
        for (JsonNode each : value) {
          all &= fits(element, each);
        }
        yield all;
      }
      case PortType.Named named -> true; // what a name stands for is the code's to know
    };
  }
}
