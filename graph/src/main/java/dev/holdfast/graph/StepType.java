// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import dev.holdfast.graph.internal.RecordPorts;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The name and the ports of a kind of step. Graphs use it by this value in Java and by its name in
 * JSON; a worker registers code for it. Immutable.
 *
 * <p>Ports are usually the components of two records: {@code StepType.named("split", Split.class,
 * Parts.class)}. A component that is {@code Optional}, or has an annotation named {@code Nullable},
 * is an optional port. {@code Void.class} stands for no ports at all.
 *
 * <p>The name is stored in definitions; keep it when code moves.
 *
 * @param <I> what the code gets: the record of the inputs
 * @param <O> what the code returns: the record of the outputs
 */
public final class StepType<I extends @Nullable Object, O extends @Nullable Object> {

  private final String name;
  private final Class<?> inputClass;
  private final Class<?> outputClass;
  private final List<Port> inputs;
  private final List<Port> outputs;

  private StepType(
      String name,
      Class<?> inputClass,
      Class<?> outputClass,
      List<Port> inputs,
      List<Port> outputs) {
    this.name = Objects.requireNonNull(name, "name");
    this.inputClass = inputClass;
    this.outputClass = outputClass;
    this.inputs = List.copyOf(inputs);
    this.outputs = List.copyOf(outputs);
  }

  /**
   * Creates a step type whose ports are the components of records.
   *
   * @param <I> the record of the inputs
   * @param <O> the record of the outputs
   * @param name the name
   * @param input the class of the inputs' record, {@code Void.class} for none
   * @param output the class of the outputs' record, {@code Void.class} for none
   * @return the step type
   * @throws IllegalArgumentException when one of the classes is no record
   */
  public static <I extends @Nullable Object, O extends @Nullable Object> StepType<I, O> named(
      String name, Class<I> input, Class<O> output) {
    return new StepType<>(
        name,
        input,
        output,
        RecordPorts.of("input of step type " + name, input),
        RecordPorts.of("output of step type " + name, output));
  }

  /**
   * Creates a builder of a step type whose ports are listed, and whose code gets and returns maps
   * from port names to values.
   *
   * @param name the name
   * @return a new builder
   */
  public static PortsBuilder ports(String name) {
    return new PortsBuilder(name);
  }

  /** {@return the name} */
  public String name() {
    return name;
  }

  /** {@return the class of what the code gets: a record, {@code Void} or {@code Map}} */
  public Class<?> inputClass() {
    return inputClass;
  }

  /** {@return the class of what the code returns: a record, {@code Void} or {@code Map}} */
  public Class<?> outputClass() {
    return outputClass;
  }

  /** {@return the inputs, in order} */
  public List<Port> inputs() {
    return inputs;
  }

  /** {@return the outputs, in order} */
  public List<Port> outputs() {
    return outputs;
  }

  /** {@return the name} */
  @Override
  public String toString() {
    return name;
  }

  /** Lists the ports of a step type. Not thread-safe. */
  public static final class PortsBuilder {
    private final String name;
    private final List<Port> inputs = new ArrayList<>();
    private final List<Port> outputs = new ArrayList<>();

    private PortsBuilder(String name) {
      this.name = Objects.requireNonNull(name, "name");
    }

    /**
     * Adds an input that every step must have.
     *
     * @param port the name
     * @param type what may pass
     * @return this
     */
    public PortsBuilder input(String port, PortType type) {
      inputs.add(new Port(port, type, false));
      return this;
    }

    /**
     * Adds an input that may be left open.
     *
     * @param port the name
     * @param type what may pass
     * @return this
     */
    public PortsBuilder optionalInput(String port, PortType type) {
      inputs.add(new Port(port, type, true));
      return this;
    }

    /**
     * Adds an output that is always there when the step is completed.
     *
     * @param port the name
     * @param type what passes
     * @return this
     */
    public PortsBuilder output(String port, PortType type) {
      outputs.add(new Port(port, type, false));
      return this;
    }

    /**
     * Adds an output that may stay empty.
     *
     * @param port the name
     * @param type what passes
     * @return this
     */
    public PortsBuilder optionalOutput(String port, PortType type) {
      outputs.add(new Port(port, type, true));
      return this;
    }

    /**
     * Builds the step type.
     *
     * @return the step type
     */
    public StepType<Map<String, @Nullable Object>, Map<String, @Nullable Object>> build() {
      return new StepType<>(name, Map.class, Map.class, inputs, outputs);
    }
  }
}
