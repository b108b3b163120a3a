// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.internal;

import dev.holdfast.graph.Condition;
import dev.holdfast.graph.ForEach;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.GraphOutput;
import dev.holdfast.graph.Input;
import dev.holdfast.graph.Port;
import dev.holdfast.graph.RetryPolicy;
import dev.holdfast.graph.Source;
import dev.holdfast.graph.StepBody;
import dev.holdfast.graph.StepDefinition;
import dev.holdfast.graph.StreamInput;
import dev.holdfast.graph.Trigger;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes definitions as JSON; what is not set is left out. */
public final class DefinitionWriter {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private DefinitionWriter() {}

  /** Writes a definition. */
  public static String write(GraphDefinition definition) {
    return Jsons.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(graph(definition));
  }

  private static ObjectNode graph(GraphDefinition graph) {
    ObjectNode node = NODES.objectNode();
    node.put("name", graph.name()).put("version", graph.version());
    if (graph.timeout() != null) {
      node.put("timeout", graph.timeout().toString());
    }
    if (graph.maxParallel() != null) {
      node.put("maxParallel", graph.maxParallel());
    }
    ArrayNode inputs = NODES.arrayNode();
    graph.inputs().forEach(port -> inputs.add(port(port)));
    addIfAny(node, "inputs", inputs);
    ArrayNode steps = node.putArray("steps");
    graph.steps().forEach(step -> steps.add(step(step)));
    ArrayNode outputs = NODES.arrayNode();
    graph.outputs().forEach(output -> outputs.add(output(output)));
    addIfAny(node, "outputs", outputs);
    return node;
  }

  private static void addIfAny(ObjectNode node, String field, ArrayNode list) {
    if (!list.isEmpty()) {
      node.set(field, list);
    }
  }

  private static ObjectNode port(Port port) {
    ObjectNode node = NODES.objectNode().put("name", port.name());
    node.put("type", port.type().toString());
    if (port.optional()) {
      node.put("optional", true);
    }
    return node;
  }

  private static ObjectNode output(GraphOutput output) {
    ObjectNode node = NODES.objectNode().put("name", output.name());
    node.put("type", output.type().toString());
    node.set("from", sources(output.sources()));
    return node;
  }

  private static ObjectNode step(StepDefinition step) {
    ObjectNode node = NODES.objectNode().put("id", step.id());
    switch (step.body()) {
      case StepBody.Task(String type) -> node.put("type", type);
      case StepBody.SubGraph(GraphDefinition graph) -> node.set("graph", graph(graph));
    }
    if (!step.inputs().isEmpty()) {
      ObjectNode inputs = node.putObject("inputs");
      step.inputs().forEach((name, input) -> inputs.set(name, input(input)));
    }
    if (step.forEach() != null) {
      node.set("forEach", forEach(step.forEach()));
    }
    if (step.trigger() != null) {
      node.set("trigger", trigger(step.trigger()));
    }
    if (!step.receives().isEmpty()) {
      ObjectNode receives = node.putObject("receives");
      step.receives().forEach((port, stream) -> receives.set(port, stream(stream)));
    }
    if (!step.after().isEmpty()) {
      ArrayNode after = node.putArray("after");
      step.after().forEach(after::add);
    }
    if (step.when() != null) {
      node.set("when", condition(step.when()));
    }
    if (!step.retry().equals(RetryPolicy.none())) {
      node.set("retry", retry(step.retry()));
    }
    if (step.timeout() != null) {
      node.put("timeout", step.timeout().toString());
    }
    if (step.mayFail()) {
      node.put("mayFail", true);
    }
    if (step.tag() != null) {
      node.put("tag", step.tag());
    }
    if (step.session() != null) {
      node.put("session", step.session());
    }
    return node;
  }

  private static ObjectNode input(Input input) {
    ObjectNode node = NODES.objectNode();
    node.set("from", sources(input.sources()));
    if (input.ifPresent()) {
      node.put("ifPresent", true);
    }
    return node;
  }

  /** One source stands by itself, several in a list. */
  private static JsonNode sources(List<Source> sources) {
    if (sources.size() == 1) {
      return source(sources.getFirst());
    }
    ArrayNode list = NODES.arrayNode();
    sources.forEach(source -> list.add(source(source)));
    return list;
  }

  private static ObjectNode source(Source source) {
    ObjectNode node = NODES.objectNode();
    switch (source) {
      case Source.StepOutput(String step, String port) ->
          node.put("step", step).put("output", port);
      case Source.GraphInput(String port) -> node.put("input", port);
      case Source.Constant(String json) -> node.set("constant", Jsons.read(json));
    }
    return node;
  }

  private static ObjectNode forEach(ForEach forEach) {
    ObjectNode node = NODES.objectNode().put("input", forEach.input());
    node.put("atOnce", forEach.atOnce());
    if (forEach.maxItems() != ForEach.DEFAULT_MAX_ITEMS) {
      node.put("maxItems", forEach.maxItems());
    }
    return node;
  }

  private static ObjectNode trigger(Trigger trigger) {
    ObjectNode node = NODES.objectNode().put("input", trigger.input());
    if (trigger.atOnce() != 1) {
      node.put("atOnce", trigger.atOnce());
    }
    if (trigger.maxInputs() != Trigger.DEFAULT_MAX_INPUTS) {
      node.put("maxInputs", trigger.maxInputs());
    }
    if (!trigger.inactiveAfter().equals(Trigger.DEFAULT_INACTIVE_AFTER)) {
      node.put("inactiveAfter", trigger.inactiveAfter().toString());
    }
    if (trigger.every() != null) {
      node.put("every", trigger.every().toString());
    }
    return node;
  }

  private static ObjectNode stream(StreamInput stream) {
    ObjectNode node = NODES.objectNode();
    node.putObject("from").put("step", stream.from().step()).put("stream", stream.from().stream());
    if (stream.batch() != StreamInput.DEFAULT_BATCH) {
      node.put("batch", stream.batch());
    }
    if (stream.capacity() != StreamInput.DEFAULT_CAPACITY) {
      node.put("capacity", stream.capacity());
    }
    return node;
  }

  private static ObjectNode condition(Condition condition) {
    ObjectNode node = NODES.objectNode();
    switch (condition) {
      case Condition.Comparison comparison -> comparison(node, comparison);
      case Condition.AllOf(List<Condition> all) -> node.set("allOf", conditions(all));
      case Condition.AnyOf(List<Condition> any) -> node.set("anyOf", conditions(any));
      case Condition.Not(Condition inner) -> node.set("not", condition(inner));
    }
    return node;
  }

  private static void comparison(ObjectNode node, Condition.Comparison comparison) {
    node.set("value", source(comparison.source()));
    switch (comparison.operator()) {
      case IS_PRESENT -> node.put(comparison.operator().word(), true);
      case IS_ONE_OF -> {
        ArrayNode list = node.putArray(comparison.operator().word());
        comparison.constants().forEach(constant -> list.add(Jsons.read(constant.json())));
      }
      case IS, IS_BELOW, IS_AT_MOST, IS_ABOVE, IS_AT_LEAST ->
          node.set(
              comparison.operator().word(), Jsons.read(comparison.constants().getFirst().json()));
    }
  }

  private static ArrayNode conditions(List<Condition> conditions) {
    ArrayNode list = NODES.arrayNode();
    conditions.forEach(inner -> list.add(condition(inner)));
    return list;
  }

  private static ObjectNode retry(RetryPolicy retry) {
    ObjectNode node = NODES.objectNode().put("maxAttempts", retry.maxAttempts());
    node.put("firstDelay", retry.firstDelay().toString());
    node.put("backoffFactor", retry.backoffFactor());
    node.put("maxDelay", retry.maxDelay().toString());
    names(node, "onlyErrors", retry.onlyErrors());
    names(node, "nonRetryableErrors", retry.nonRetryableErrors());
    return node;
  }

  private static void names(ObjectNode node, String field, Set<String> names) {
    ArrayNode list = NODES.arrayNode();
    new TreeSet<>(names).forEach(list::add);
    addIfAny(node, field, list);
  }
}
