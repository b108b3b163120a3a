// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import dev.holdfast.graph.Condition;
import dev.holdfast.graph.ForEach;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.GraphOutput;
import dev.holdfast.graph.Input;
import dev.holdfast.graph.Source;
import dev.holdfast.graph.StepBody;
import dev.holdfast.graph.StepDefinition;
import dev.holdfast.graph.internal.Conditions;
import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.provider.state.StepStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a run comes to, computed the simple way: one step after the other, with values in hand, no
 * rows, nothing at once. Needs steps to stand behind those that they wait for.
 */
final class Expected {

  private final Behaviour behaviour;

  /** Where each row stands at the end; rows below a group that has failed are left out. */
  final Map<String, StepStatus> statuses = new HashMap<>();

  private @Nullable ObjectNode outputs;

  private Expected(Behaviour behaviour) {
    this.behaviour = behaviour;
  }

  static Expected of(GraphDefinition graph, JsonNode inputs, Behaviour behaviour) {
    Expected expected = new Expected(behaviour);
    expected.outputs = expected.graph(graph, inputs, "");
    return expected;
  }

  /** Returns the outputs of the run; null when it fails. */
  @Nullable ObjectNode outputs() {
    return outputs;
  }

  /** Returns the outputs; null when the graph fails. */
  private @Nullable ObjectNode graph(GraphDefinition graph, JsonNode inputs, String prefix) {
    Map<String, ObjectNode> done = new HashMap<>();
    for (StepDefinition step : graph.steps()) {
      StepStatus status = step(step, inputs, done, prefix);
      statuses.put(prefix + step.id(), status);
      if (status == StepStatus.FAILED && !step.mayFail()) {
        return null;
      }
    }
    ObjectNode out = JsonNodeFactory.instance.objectNode();
    for (GraphOutput output : graph.outputs()) {
      JsonNode value = first(output.sources(), inputs, done);
      if (value != null) {
        out.set(output.name(), value);
      }
    }
    return out;
  }

  private StepStatus step(
      StepDefinition step, JsonNode inputs, Map<String, ObjectNode> done, String prefix) {
    ObjectNode own = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, Input> entry : step.inputs().entrySet()) {
      JsonNode value = first(entry.getValue().sources(), inputs, done);
      if (value != null) {
        own.set(entry.getKey(), value);
      } else if (!entry.getValue().ifPresent()) {
        return StepStatus.SKIPPED;
      }
    }
    Condition when = step.when();
    if (when != null && !Conditions.holds(when, source -> value(source, inputs, done))) {
      return StepStatus.SKIPPED;
    }
    String id = prefix + step.id();
    ObjectNode outputs = step.forEach() == null ? one(step, own, id) : each(step, own, id);
    if (outputs == null) {
      return StepStatus.FAILED;
    }
    done.put(step.id(), outputs);
    return StepStatus.COMPLETED;
  }

  private @Nullable ObjectNode each(StepDefinition step, ObjectNode own, String id) {
    ForEach forEach = step.forEach();
    JsonNode list = own.get(forEach.input());
    ObjectNode outputs = JsonNodeFactory.instance.objectNode();
    List<String> ports =
        switch (step.body()) {
          case StepBody.SubGraph(GraphDefinition graph) ->
              graph.outputs().stream().map(GraphOutput::name).toList();
          case StepBody.Task task -> List.of("out", "flag", "size");
        };
    ports.forEach(outputs::putArray);
    for (int i = 0; i < list.size(); i++) {
      String element = id + "[" + i + "]";
      ObjectNode made = null;
      if (list.get(i).isNull()) {
        statuses.put(element, StepStatus.SKIPPED);
      } else {
        ObjectNode inputs = own.deepCopy();
        inputs.set(forEach.input(), list.get(i));
        made = one(step, inputs, element);
        statuses.put(element, made == null ? StepStatus.FAILED : StepStatus.COMPLETED);
        if (made == null && !step.mayFail()) {
          forgetBelow(id);
          return null;
        }
      }
      for (String port : ports) {
        JsonNode value = made == null ? null : made.get(port);
        ((ArrayNode) outputs.get(port))
            .add(value == null ? JsonNodeFactory.instance.nullNode() : value);
      }
    }
    return outputs;
  }

  private @Nullable ObjectNode one(StepDefinition step, ObjectNode inputs, String id) {
    return switch (step.body()) {
      case StepBody.Task(String type) ->
          behaviour.failures(id) < step.retry().maxAttempts()
              ? Behaviour.outputs(type, inputs)
              : null;
      case StepBody.SubGraph(GraphDefinition graph) -> {
        ObjectNode outputs = graph(graph, inputs, id + "/");
        if (outputs == null) {
          forgetBelow(id);
        }
        yield outputs;
      }
    };
  }

  private void forgetBelow(String id) {
    statuses.keySet().removeIf(row -> row.startsWith(id + "/") || row.startsWith(id + "["));
  }

  private static @Nullable JsonNode first(
      List<Source> sources, JsonNode inputs, Map<String, ObjectNode> done) {
    for (Source source : sources) {
      JsonNode value = value(source, inputs, done);
      if (value != null) {
        return value;
      }
    }
    return null;
  }

  private static @Nullable JsonNode value(
      Source source, JsonNode inputs, Map<String, ObjectNode> done) {
    return switch (source) {
      case Source.Constant(String json) -> Jsons.read(json);
      case Source.GraphInput(String port) -> inputs.get(port);
      case Source.StepOutput(String step, String port) ->
          done.containsKey(step) ? done.get(step).get(port) : null;
    };
  }
}
