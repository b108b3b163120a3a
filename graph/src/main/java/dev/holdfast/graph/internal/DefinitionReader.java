// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.internal;

import dev.holdfast.graph.Condition;
import dev.holdfast.graph.Condition.Operator;
import dev.holdfast.graph.ForEach;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.GraphOutput;
import dev.holdfast.graph.GraphProblem;
import dev.holdfast.graph.GraphProblem.Kind;
import dev.holdfast.graph.Input;
import dev.holdfast.graph.Port;
import dev.holdfast.graph.PortType;
import dev.holdfast.graph.RetryPolicy;
import dev.holdfast.graph.Source;
import dev.holdfast.graph.StepBody;
import dev.holdfast.graph.StepDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads definitions from JSON, and collects all that is wrong with their form. */
public final class DefinitionReader {

  private final List<GraphProblem> problems;

  private DefinitionReader(List<GraphProblem> problems) {
    this.problems = problems;
  }

  /**
   * Reads a definition.
   *
   * @param json the JSON
   * @param problems where what is wrong is added
   * @return the definition, with stand-ins where something is wrong; null when it is not JSON
   */
  public static @Nullable GraphDefinition read(String json, List<GraphProblem> problems) {
    JsonNode tree;
    try {
      tree = Jsons.read(json);
    } catch (IllegalArgumentException e) {
      problems.add(new GraphProblem(Kind.FORM, "", Objects.toString(e.getMessage())));
      return null;
    }
    return new DefinitionReader(problems).graph(tree, "");
  }

  private Fields fields(JsonNode node, String place) {
    return new Fields(node, place, problems);
  }

  private GraphDefinition graph(JsonNode node, String place) {
    Fields in = fields(node, place);
    in.get("$schema"); // editors look for it
    String name = in.needText("name");
    String version = in.needText("version");
    Duration timeout = in.duration("timeout");
    Integer maxParallel = in.number("maxParallel");
    List<Port> inputs = new ArrayList<>();
    each(in, "inputs", (item, at) -> inputs.add(port(item, at)));
    List<StepDefinition> steps = new ArrayList<>();
    in.need("steps");
    each(in, "steps", (item, at) -> steps.add(step(item, at)));
    List<GraphOutput> outputs = new ArrayList<>();
    each(in, "outputs", (item, at) -> outputs.add(output(item, at)));
    in.end();
    return new GraphDefinition(name, version, inputs, steps, outputs, timeout, maxParallel);
  }

  private interface Item {
    void read(JsonNode item, String at);
  }

  private static void each(Fields in, String field, Item item) {
    List<JsonNode> items = in.list(field);
    for (int i = 0; i < items.size(); i++) {
      item.read(items.get(i), in.at(field) + "/" + i);
    }
  }

  private Port port(JsonNode node, String place) {
    Fields in = fields(node, place);
    Port port = new Port(in.needText("name"), type(in), in.flag("optional"));
    in.end();
    return port;
  }

  private PortType type(Fields in) {
    String notation = in.needText("type");
    try {
      return notation.isEmpty() ? PortType.ANY : PortType.parse(notation);
    } catch (IllegalArgumentException e) {
      in.problem(Kind.FORM, in.at("type"), Objects.toString(e.getMessage()));
      return PortType.ANY;
    }
  }

  private GraphOutput output(JsonNode node, String place) {
    Fields in = fields(node, place);
    GraphOutput output = new GraphOutput(in.needText("name"), type(in), sources(in));
    in.end();
    return output;
  }

  private StepDefinition step(JsonNode node, String place) {
    Fields in = fields(node, place);
    StepDefinition step =
        new StepDefinition(
            in.needText("id"),
            body(in),
            inputs(in),
            in.texts("after"),
            in.has("when") ? condition(in, "when") : null,
            in.has("forEach") ? forEach(in) : null,
            in.has("trigger") ? ReceiveReader.trigger(in) : null,
            ReceiveReader.receives(in),
            in.has("retry") ? retry(in) : RetryPolicy.none(),
            in.duration("timeout"),
            in.flag("mayFail"),
            in.text("tag"),
            in.text("session"));
    in.end();
    return step;
  }

  private StepBody body(Fields in) {
    String type = in.text("type");
    JsonNode graph = in.get("graph");
    if ((type == null) == (graph == null)) {
      in.problem(
          Kind.FORM,
          in.place(),
          "a step has either a \"type\" or a \"graph\"; this has "
              + (type == null ? "neither" : "both"));
    }
    return graph != null
        ? new StepBody.SubGraph(graph(graph, in.at("graph")))
        : new StepBody.Task(type == null ? "" : type);
  }

  private Map<String, Input> inputs(Fields step) {
    Map<String, Input> inputs = new LinkedHashMap<>();
    JsonNode node = step.get("inputs");
    if (node == null) {
      return inputs;
    }
    Fields in = fields(node, step.at("inputs"));
    if (node.isObject()) {
      for (String name : node.propertyNames()) {
        Fields input = fields(node.get(name), in.at(name));
        inputs.put(name, new Input(sources(input), input.flag("ifPresent")));
        input.end();
      }
    }
    return inputs;
  }

  private List<Source> sources(Fields in) {
    JsonNode from = in.need("from");
    if (from == null) {
      return List.of();
    }
    if (!from.isArray()) {
      return List.of(source(from, in.at("from")));
    }
    List<Source> sources = new ArrayList<>();
    each(in, "from", (item, at) -> sources.add(source(item, at)));
    return sources;
  }

  private Source source(JsonNode node, String place) {
    Fields in = fields(node, place);
    String step = in.text("step");
    String output = in.text("output");
    String input = in.text("input");
    JsonNode constant = in.get("constant");
    in.end();
    long kinds = Stream.of(step, input, constant).filter(Objects::nonNull).count();
    if (node.isObject() && (kinds != 1 || (step == null) != (output == null))) {
      in.problem(
          Kind.FORM,
          place,
          "a source is {\"step\", \"output\"}, {\"input\"} or {\"constant\"}, and only one of"
              + " them");
    }
    if (constant != null) {
      return new Source.Constant(Jsons.write(constant));
    }
    return input != null
        ? new Source.GraphInput(input)
        : new Source.StepOutput(step == null ? "" : step, output == null ? "" : output);
  }

  private @Nullable ForEach forEach(Fields step) {
    JsonNode node = step.get("forEach");
    if (node == null) {
      return null;
    }
    Fields in = fields(node, step.at("forEach"));
    String input = in.needText("input");
    in.need("atOnce");
    Integer atOnce = in.number("atOnce");
    Integer maxItems = in.number("maxItems");
    in.end();
    return new ForEach(
        input,
        atOnce == null ? 1 : atOnce,
        maxItems == null ? ForEach.DEFAULT_MAX_ITEMS : maxItems);
  }

  private RetryPolicy retry(Fields step) {
    JsonNode node = Objects.requireNonNull(step.get("retry"));
    Fields in = fields(node, step.at("retry"));
    in.need("maxAttempts");
    Integer attempts = in.number("maxAttempts");
    RetryPolicy usual = RetryPolicy.attempts(2);
    Duration firstDelay = in.duration("firstDelay");
    double factor = in.decimal("backoffFactor", usual.backoffFactor());
    Duration maxDelay = in.duration("maxDelay");
    Set<String> only = Set.copyOf(in.texts("onlyErrors"));
    Set<String> never = Set.copyOf(in.texts("nonRetryableErrors"));
    in.end();
    Duration first = firstDelay == null ? usual.firstDelay() : firstDelay;
    Duration longest = maxDelay;
    if (longest == null) {
      longest = usual.maxDelay().compareTo(first) < 0 ? first : usual.maxDelay();
    }
    try {
      return new RetryPolicy(attempts == null ? 1 : attempts, first, factor, longest, only, never);
    } catch (IllegalArgumentException e) {
      in.problem(Kind.LIMIT, in.place(), Objects.toString(e.getMessage()));
      return RetryPolicy.none();
    }
  }

  private Condition condition(Fields parent, String field) {
    return condition(Objects.requireNonNull(parent.get(field)), parent.at(field));
  }

  private Condition condition(JsonNode node, String place) {
    Fields in = fields(node, place);
    boolean all = in.has("allOf");
    boolean any = in.has("anyOf");
    boolean not = in.has("not");
    boolean value = in.has("value");
    List<Operator> operators =
        Arrays.stream(Operator.values()).filter(operator -> in.has(operator.word())).toList();
    in.end();
    long kinds = Stream.of(all, any, not, value).filter(there -> there).count();
    if (node.isObject() && (kinds != 1 || operators.size() != (value ? 1 : 0))) {
      in.problem(
          Kind.FORM,
          place,
          "a condition is \"allOf\", \"anyOf\", \"not\", or a \"value\" with one of "
              + Arrays.stream(Operator.values())
                  .map(operator -> "\"" + operator.word() + "\"")
                  .collect(Collectors.joining(", ")));
    }
    if (all) {
      return new Condition.AllOf(conditions(in, "allOf"));
    }
    if (any) {
      return new Condition.AnyOf(conditions(in, "anyOf"));
    }
    if (not) {
      return new Condition.Not(condition(in, "not"));
    }
    Source source =
        value
            ? source(Objects.requireNonNull(in.get("value")), in.at("value"))
            : new Source.Constant("null");
    Operator operator = operators.isEmpty() ? Operator.IS_PRESENT : operators.getFirst();
    return new Condition.Comparison(source, operator, constants(in, operator));
  }

  private List<Condition> conditions(Fields in, String field) {
    List<Condition> conditions = new ArrayList<>();
    each(in, field, (item, at) -> conditions.add(condition(item, at)));
    return conditions;
  }

  private static List<Source.Constant> constants(Fields in, Operator operator) {
    JsonNode value = in.get(operator.word());
    if (value == null) {
      return List.of();
    }
    return switch (operator) {
      case IS_PRESENT -> {
        if (!value.isBoolean() || !value.booleanValue()) {
          in.problem(
              Kind.FORM,
              in.at(operator.word()),
              "this must be true; for the opposite write \"not\"");
        }
        yield List.of();
      }
      case IS_ONE_OF ->
          in.list(operator.word()).stream().map(c -> new Source.Constant(Jsons.write(c))).toList();
      case IS, IS_BELOW, IS_AT_MOST, IS_ABOVE, IS_AT_LEAST ->
          List.of(new Source.Constant(Jsons.write(value)));
    };
  }
}
