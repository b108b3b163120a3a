// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import dev.holdfast.graph.Condition.Comparison;
import dev.holdfast.graph.Condition.Operator;
import dev.holdfast.graph.internal.Jsons;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a value comes from: the start of an edge. Conditions are made from sources: {@code
 * score.out("value").isBelow(0.8)}. Immutable.
 */
public sealed interface Source {

  /**
   * An output of a step. It is there when the step is completed, and absent when the step was
   * skipped, or failed where it may.
   *
   * @param step the id of the step
   * @param port the name of the output
   */
  record StepOutput(String step, String port) implements Source {

    /** Requires both. */
    public StepOutput {
      Objects.requireNonNull(step, "step");
      Objects.requireNonNull(port, "port");
    }

    /** {@return step and port, such as {@code split.parts}} */
    @Override
    public String toString() {
      return step + "." + port;
    }
  }

  /**
   * An input of the graph.
   *
   * @param port the name of the input
   */
  record GraphInput(String port) implements Source {

    /** Requires the name. */
    public GraphInput {
      Objects.requireNonNull(port, "port");
    }

    /** {@return the input, such as {@code input path}} */
    @Override
    public String toString() {
      return "input " + port;
    }
  }

  /**
   * A value that is part of the definition.
   *
   * @param json its JSON text, kept in one form for all equal values
   */
  record Constant(String json) implements Source {

    /**
     * Checks the text.
     *
     * @throws IllegalArgumentException when it is not JSON
     */
    public Constant {
      json = Jsons.canonical(json);
    }

    /** {@return the JSON text} */
    @Override
    public String toString() {
      return json;
    }
  }

  /**
   * Returns a constant.
   *
   * @param value the value, which is kept as JSON
   * @return the constant
   * @throws IllegalArgumentException when it cannot be written as JSON
   */
  static Constant constant(@Nullable Object value) {
    return new Constant(Jsons.write(value));
  }

  /**
   * Returns the condition that the value is there and equals a constant.
   *
   * @param value the constant
   * @return the condition
   */
  default Condition is(Object value) {
    return new Comparison(this, Operator.IS, List.of(constant(value)));
  }

  /**
   * Returns the condition that the value is absent or differs from a constant.
   *
   * @param value the constant
   * @return the condition
   */
  default Condition isNot(Object value) {
    return is(value).not();
  }

  /** {@return the condition that the value is there and true} */
  default Condition isTrue() {
    return is(true);
  }

  /** {@return the condition that the value is there and false} */
  default Condition isFalse() {
    return is(false);
  }

  /**
   * Returns the condition that the value is there and equals one of some constants.
   *
   * @param values the constants
   * @return the condition
   */
  default Condition isOneOf(Object... values) {
    return new Comparison(
        this, Operator.IS_ONE_OF, Arrays.stream(values).map(Source::constant).toList());
  }

  /**
   * Returns the condition that the value is there and less than a constant; texts are ordered by
   * code point.
   *
   * @param value a number or a text
   * @return the condition
   */
  default Condition isBelow(Object value) {
    return new Comparison(this, Operator.IS_BELOW, List.of(constant(value)));
  }

  /**
   * Returns the condition that the value is there and not greater than a constant.
   *
   * @param value a number or a text
   * @return the condition
   */
  default Condition isAtMost(Object value) {
    return new Comparison(this, Operator.IS_AT_MOST, List.of(constant(value)));
  }

  /**
   * Returns the condition that the value is there and greater than a constant.
   *
   * @param value a number or a text
   * @return the condition
   */
  default Condition isAbove(Object value) {
    return new Comparison(this, Operator.IS_ABOVE, List.of(constant(value)));
  }

  /**
   * Returns the condition that the value is there and not less than a constant.
   *
   * @param value a number or a text
   * @return the condition
   */
  default Condition isAtLeast(Object value) {
    return new Comparison(this, Operator.IS_AT_LEAST, List.of(constant(value)));
  }

  /** {@return the condition that the value is there and not null} */
  default Condition isPresent() {
    return new Comparison(this, Operator.IS_PRESENT, List.of());
  }

  /** {@return the condition that the value is absent or null} */
  default Condition isAbsent() {
    return isPresent().not();
  }
}
