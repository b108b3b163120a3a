// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import dev.holdfast.graph.internal.GraphCheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A graph of steps, as a value: name, version, inputs, steps, outputs and limits. Equal definitions
 * have equal JSON. Immutable.
 *
 * <p>The constructor checks nothing: {@link GraphBuilder#build} and {@link GraphJson#read} do, and
 * refuse what cannot run; {@link #check} says the same of a definition that was made by hand.
 *
 * @param name its name; the name of the instances that run it
 * @param version its version, kept by each run to its end
 * @param inputs its inputs, in order
 * @param steps its steps, in the order in which they are drawn, and begun where they compete
 * @param outputs its outputs, in order
 * @param timeout how long a run may take, absent for as long as it likes
 * @param maxParallel the most steps of a run that are done at once, absent for no limit; of a
 *     sub-graph, the most of its own
 */
public record GraphDefinition(
    String name,
    String version,
    List<Port> inputs,
    List<StepDefinition> steps,
    List<GraphOutput> outputs,
    @Nullable Duration timeout,
    @Nullable Integer maxParallel) {

  /** Requires and copies the parts. */
  public GraphDefinition {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(version, "version");
    inputs = List.copyOf(inputs);
    steps = List.copyOf(steps);
    outputs = List.copyOf(outputs);
  }

  /**
   * An edge: a value that passes from a source to an input of a step.
   *
   * @param source where it begins
   * @param step the step at which it ends
   * @param input the input at which it ends
   */
  public record Edge(Source source, String step, String input) {}

  /**
   * Creates a builder.
   *
   * @param name the name
   * @param version the version
   * @return a new builder
   */
  public static GraphBuilder builder(String name, String version) {
    return new GraphBuilder(name, version);
  }

  /**
   * Finds a step.
   *
   * @param id its id
   * @return the step, empty when there is none of that id
   */
  public Optional<StepDefinition> step(String id) {
    return steps.stream().filter(step -> step.id().equals(id)).findFirst();
  }

  /**
   * Finds an input.
   *
   * @param input its name
   * @return the input, empty when there is none of that name
   */
  public Optional<Port> input(String input) {
    return inputs.stream().filter(port -> port.name().equals(input)).findFirst();
  }

  /**
   * Finds an output.
   *
   * @param output its name
   * @return the output, empty when there is none of that name
   */
  public Optional<GraphOutput> output(String output) {
    return outputs.stream().filter(out -> out.name().equals(output)).findFirst();
  }

  /** {@return the edges, in the order of the steps that they end at} */
  public List<Edge> edges() {
    List<Edge> edges = new ArrayList<>();
    for (StepDefinition step : steps) {
      step.inputs()
          .forEach((port, input) ->
              input.sources().forEach(s -> edges.add(new Edge(s, step.id(), port))));
    }
    return List.copyOf(edges);
  }

  /**
   * Finds all that would keep this graph, and the graphs inside it, from running.
   *
   * @param types the step types that it may use
   * @return the problems, none when it is good
   */
  public List<GraphProblem> check(StepTypes types) {
    return GraphCheck.of(this, types);
  }
}
