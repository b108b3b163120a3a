// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether a step is to be done, decided when all that it waits for has ended. When it does not hold
 * the step is skipped. Conditions are values and not code, so that they can be read, drawn and
 * stored; what needs code is a step with an output. Immutable.
 */
public sealed interface Condition {

  /** How a value is compared. */
  enum Operator {
    /** It equals the constant; numbers by their value. */
    IS("is"),
    /** It equals one of the constants. */
    IS_ONE_OF("isOneOf"),
    /** It is less than the constant. */
    IS_BELOW("isBelow"),
    /** It is not greater than the constant. */
    IS_AT_MOST("isAtMost"),
    /** It is greater than the constant. */
    IS_ABOVE("isAbove"),
    /** It is not less than the constant. */
    IS_AT_LEAST("isAtLeast"),
    /** It is there and not null; without a constant. */
    IS_PRESENT("isPresent");

    private final String word;

    Operator(String word) {
      this.word = word;
    }

    /** {@return the word in JSON, such as {@code isAtLeast}} */
    public String word() {
      return word;
    }

    /** {@return whether only numbers and texts have it} */
    public boolean orders() {
      return switch (this) {
        case IS, IS_ONE_OF, IS_PRESENT -> false;
        case IS_BELOW, IS_AT_MOST, IS_ABOVE, IS_AT_LEAST -> true;
      };
    }
  }

  /**
   * A value compared with constants. An absent value, or null, makes it false.
   *
   * @param source where the value comes from
   * @param operator how it is compared
   * @param constants with what: none, one or several, as the operator needs
   */
  record Comparison(Source source, Operator operator, List<Source.Constant> constants)
      implements Condition {

    /** Requires and copies the parts; whether they fit is said when a graph is checked. */
    public Comparison {
      Objects.requireNonNull(source, "source");
      Objects.requireNonNull(operator, "operator");
      constants = List.copyOf(constants);
    }

    /** {@return the condition, such as {@code score.value isBelow 0.8}} */
    @Override
    public String toString() {
      return constants.isEmpty()
          ? source + " " + operator.word
          : source
              + " "
              + operator.word
              + " "
              + constants.stream().map(Object::toString).collect(Collectors.joining(", "));
    }
  }

  /**
   * All of several conditions.
   *
   * @param conditions the conditions
   */
  record AllOf(List<Condition> conditions) implements Condition {

    /** Copies the conditions. */
    public AllOf {
      conditions = List.copyOf(conditions);
    }

    /** {@return the conditions, with {@code and} between them} */
    @Override
    public String toString() {
      return conditions.stream()
          .map(c -> c instanceof AnyOf ? "(" + c + ")" : c.toString())
          .collect(Collectors.joining(" and "));
    }
  }

  /**
   * At least one of several conditions.
   *
   * @param conditions the conditions
   */
  record AnyOf(List<Condition> conditions) implements Condition {

    /** Copies the conditions. */
    public AnyOf {
      conditions = List.copyOf(conditions);
    }

    /** {@return the conditions, with {@code or} between them} */
    @Override
    public String toString() {
      return conditions.stream()
          .map(c -> c instanceof AllOf ? "(" + c + ")" : c.toString())
          .collect(Collectors.joining(" or "));
    }
  }

  /**
   * The opposite of a condition.
   *
   * @param condition the condition
   */
  record Not(Condition condition) implements Condition {

    /** Requires the condition. */
    public Not {
      Objects.requireNonNull(condition, "condition");
    }

    /** {@return the condition with {@code not} before it} */
    @Override
    public String toString() {
      return "not (" + condition + ")";
    }
  }

  /**
   * Returns the condition that this one and another hold.
   *
   * @param other the other
   * @return the condition
   */
  default Condition and(Condition other) {
    return new AllOf(
        Stream.concat(
                this instanceof AllOf all ? all.conditions.stream() : Stream.of(this),
                Stream.of(other))
            .toList());
  }

  /**
   * Returns the condition that this one or another holds.
   *
   * @param other the other
   * @return the condition
   */
  default Condition or(Condition other) {
    return new AnyOf(
        Stream.concat(
                this instanceof AnyOf any ? any.conditions.stream() : Stream.of(this),
                Stream.of(other))
            .toList());
  }

  /** {@return the condition that this one does not hold} */
  default Condition not() {
    return this instanceof Not(Condition inner) ? inner : new Not(this);
  }
}
