// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import dev.holdfast.graph.GraphProblem.Kind;
import dev.holdfast.graph.internal.GraphCheck;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link GraphDefinition}. Nothing is refused before {@link #build}, which names all that
 * is wrong. Not thread-safe.
 *
 * <pre>{@code
 * GraphBuilder graph = GraphDefinition.builder("publish", "1");
 * Source path = graph.input("path", String.class);
 * StepBuilder fetch = graph.step("fetch", FETCH).input("path", path).retry(RetryPolicy.attempts(3));
 * StepBuilder score = graph.step("score", SCORE).input("text", fetch.out("text"));
 * StepBuilder review =
 *     graph.step("review", REVIEW)
 *         .input("text", fetch.out("text"))
 *         .when(score.out("value").isBelow(0.8));
 * StepBuilder publish =
 *     graph.step("publish", PUBLISH).input("text", review.out("text"), fetch.out("text"));
 * graph.output("url", publish.out("url"));
 * GraphDefinition definition = graph.build();
 * }</pre>
 */
public final class GraphBuilder {

  private final String name;
  private final String version;
  private final List<Port> inputs = new ArrayList<>();
  private final List<StepBuilder> steps = new ArrayList<>();
  private final List<NamedOutput> outputs = new ArrayList<>();
  private final Map<String, StepType<?, ?>> types = new TreeMap<>();
  private final List<GraphProblem> problems = new ArrayList<>();
  private @Nullable Duration timeout;
  private @Nullable Integer maxParallel;

  private record NamedOutput(String name, List<Source> sources) {}

  GraphBuilder(String name, String version) {
    this.name = Objects.requireNonNull(name, "name");
    this.version = Objects.requireNonNull(version, "version");
  }

  /**
   * Adds an input that every run must have.
   *
   * @param input its name
   * @param type a class or generic type, see {@link PortType#of}
   * @return the source of its value
   */
  public Source.GraphInput input(String input, Type type) {
    return input(input, PortType.of(type));
  }

  /**
   * Adds an input that every run must have.
   *
   * @param input its name
   * @param type what it takes
   * @return the source of its value
   */
  public Source.GraphInput input(String input, PortType type) {
    inputs.add(new Port(input, type, false));
    return new Source.GraphInput(input);
  }

  /**
   * Adds an input that a run may leave open.
   *
   * @param input its name
   * @param type what it takes
   * @return the source of its value
   */
  public Source.GraphInput optionalInput(String input, PortType type) {
    inputs.add(new Port(input, type, true));
    return new Source.GraphInput(input);
  }

  /**
   * Adds a step.
   *
   * @param id its id, unique in this graph
   * @param type what it does
   * @return the builder of the step
   */
  public StepBuilder step(String id, StepType<?, ?> type) {
    StepType<?, ?> other = types.putIfAbsent(type.name(), type);
    if (other != null && !other.equals(type)) {
      problems.add(
          new GraphProblem(
              Kind.DUPLICATE,
              GraphCheck.place(id),
              "another step type is named \"%s\" too; rename one".formatted(type.name())));
    }
    return add(new StepBuilder(id, new StepBody.Task(type.name()), problems));
  }

  /**
   * Adds a graph as a step.
   *
   * @param id its id, unique in this graph
   * @param graph what it does
   * @return the builder of the step
   */
  public StepBuilder subGraph(String id, GraphDefinition graph) {
    return add(new StepBuilder(id, new StepBody.SubGraph(graph), problems));
  }

  private StepBuilder add(StepBuilder step) {
    steps.add(step);
    return step;
  }

  /**
   * Adds an output. Its type is that of its first source.
   *
   * @param output its name
   * @param sources where its value comes from: the first that is there at the end
   * @return this
   */
  public GraphBuilder output(String output, Source... sources) {
    outputs.add(new NamedOutput(output, List.of(sources)));
    return this;
  }

  /**
   * Limits how long a run may take.
   *
   * @param limit the limit
   * @return this
   */
  public GraphBuilder timeout(Duration limit) {
    timeout = limit;
    return this;
  }

  /**
   * Limits how many steps of a run are done at once.
   *
   * @param limit the limit
   * @return this
   */
  public GraphBuilder maxParallel(int limit) {
    maxParallel = limit;
    return this;
  }

  /**
   * Checks and builds the graph.
   *
   * @return the definition
   * @throws InvalidGraphException when it cannot run, with all that is wrong
   */
  public GraphDefinition build() {
    GraphDefinition bare = definition(List.of());
    StepTypes known = StepTypes.of(types.values());
    GraphDefinition whole =
        definition(
            outputs.stream()
                .map(out ->
                    new GraphOutput(
                        out.name(),
                        out.sources().isEmpty()
                            ? PortType.ANY
                            : GraphCheck.typeOf(bare, known, out.sources().getFirst()),
                        out.sources()))
                .toList());
    List<GraphProblem> all = new ArrayList<>(problems);
    all.addAll(GraphCheck.ofBuilt(whole, known));
    if (!all.isEmpty()) {
      throw new InvalidGraphException(name + " " + version, all);
    }
    return whole;
  }

  private GraphDefinition definition(List<GraphOutput> typedOutputs) {
    return new GraphDefinition(
        name,
        version,
        inputs,
        steps.stream().map(StepBuilder::definition).toList(),
        typedOutputs,
        timeout,
        maxParallel);
  }
}
