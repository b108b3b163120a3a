// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import dev.holdfast.graph.internal.PortTypes;
import java.lang.reflect.Type;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * What may pass through a port. Values are JSON, so types are those of JSON, and names for objects.
 * Immutable; equal by value.
 */
public sealed interface PortType {

  /** A text. */
  PortType TEXT = Basic.TEXT;

  /** A number without fraction. */
  PortType INTEGER = Basic.INTEGER;

  /** A number. */
  PortType NUMBER = Basic.NUMBER;

  /** True or false. */
  PortType BOOLEAN = Basic.BOOLEAN;

  /** Anything; what passes is not known before the run. */
  PortType ANY = Basic.ANY;

  /** A type without parts. */
  enum Basic implements PortType {
    /** A text. */
    TEXT("text"),
    /** A number without fraction. */
    INTEGER("integer"),
    /** A number. */
    NUMBER("number"),
    /** True or false. */
    BOOLEAN("boolean"),
    /** Anything. */
    ANY("any");

    private final String notation;

    Basic(String notation) {
      this.notation = notation;
    }

    /** {@return the notation, such as {@code text}} */
    @Override
    public String toString() {
      return notation;
    }
  }

  /**
   * A list.
   *
   * @param element the type of its elements
   */
  record ListOf(PortType element) implements PortType {

    /** Requires the element's type. */
    public ListOf {
      Objects.requireNonNull(element, "element");
    }

    /** {@return the notation, such as {@code list<text>}} */
    @Override
    public String toString() {
      return "list<" + element + ">";
    }
  }

  /**
   * An object whose fields are names of the writer's choice.
   *
   * @param value the type of its values
   */
  record MapOf(PortType value) implements PortType {

    /** Requires the values' type. */
    public MapOf {
      Objects.requireNonNull(value, "value");
    }

    /** {@return the notation, such as {@code map<integer>}} */
    @Override
    public String toString() {
      return "map<" + value + ">";
    }
  }

  /**
   * Something that a name stands for, such as a class. Only equal names fit.
   *
   * @param name the name: letters, digits, {@code . _ $}, and none of the words of the other types
   */
  record Named(String name) implements PortType {

    private static final Pattern FORM = Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$.]*");

    /**
     * Checks the name.
     *
     * @throws IllegalArgumentException when it is not well formed, or means another type
     */
    public Named {
      if (!FORM.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "the type name \"%s\" must be letters, digits, dots, _ and $".formatted(name));
      }
      if (PortTypes.isWord(name)) {
        throw new IllegalArgumentException(
            "the type name \"%s\" has a meaning of its own; choose another".formatted(name));
      }
    }

    /** {@return the name} */
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * Returns the type of lists.
   *
   * @param element the type of their elements
   * @return the type
   */
  static PortType listOf(PortType element) {
    return new ListOf(element);
  }

  /**
   * Returns the type of maps from texts.
   *
   * @param value the type of their values
   * @return the type
   */
  static PortType mapOf(PortType value) {
    return new MapOf(value);
  }

  /**
   * Returns the type of a Java type: texts, numbers, booleans, lists, maps and their parts are what
   * they are in JSON; every other class is its name, without type arguments.
   *
   * @param type a class or generic type
   * @return the type
   */
  static PortType of(Type type) {
    return PortTypes.of(type);
  }

  /**
   * Reads the notation of {@code toString}.
   *
   * @param notation such as {@code list<text>}
   * @return the type
   * @throws IllegalArgumentException when it is not well formed, with what is wrong
   */
  static PortType parse(String notation) {
    return PortTypes.parse(notation);
  }

  /**
   * Tells whether a value of another type may pass through a port of this type. Integers are
   * numbers; parts fit as wholes do; anything fits, and takes, everything, and is found out in the
   * run.
   *
   * @param other the type of the value
   * @return whether it fits
   */
  default boolean takes(PortType other) {
    if (equals(other) || equals(ANY) || other.equals(ANY)) {
      return true;
    }
    return switch (this) {
      case Basic basic -> basic == Basic.NUMBER && other.equals(INTEGER);
      case ListOf(PortType element) -> other instanceof ListOf list && element.takes(list.element);
      case MapOf(PortType value) -> other instanceof MapOf map && value.takes(map.value);
      case Named named -> false;
    };
  }
}
