// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.internal;

import dev.holdfast.graph.PortType;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.WildcardType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Types of ports from Java's types and from their notation. */
public final class PortTypes {

  private static final Set<Class<?>> INTEGERS =
      Set.of(
          byte.class,
          Byte.class,
          short.class,
          Short.class,
          int.class,
          Integer.class,
          long.class,
          Long.class,
          BigInteger.class);

  private static final Set<Class<?>> NUMBERS =
      Set.of(float.class, Float.class, double.class, Double.class, BigDecimal.class, Number.class);

  /** What JSON shows as a text, whatever else it is. */
  private static final Set<Class<?>> TEXTS =
      Set.of(String.class, CharSequence.class, char.class, Character.class, byte[].class);

  private PortTypes() {}

  /** Tells whether a name is one of the notation's own words. */
  public static boolean isWord(String name) {
    return name.equals("list")
        || name.equals("map")
        || Arrays.stream(PortType.Basic.values()).anyMatch(b -> b.toString().equals(name));
  }

  /** Returns the type of a Java type. */
  public static PortType of(Type type) {
    return switch (type) {
      case Class<?> plain -> ofClass(plain, new Type[0]);
      case ParameterizedType generic ->
          ofClass((Class<?>) generic.getRawType(), generic.getActualTypeArguments());
      case GenericArrayType array -> PortType.listOf(of(array.getGenericComponentType()));
      case WildcardType wildcard -> of(wildcard.getUpperBounds()[0]);
      default -> PortType.ANY;
    };
  }

  private static PortType ofClass(Class<?> type, Type[] arguments) {
    if (TEXTS.contains(type)) {
      return PortType.TEXT;
    }
    if (INTEGERS.contains(type)) {
      return PortType.INTEGER;
    }
    if (NUMBERS.contains(type)) {
      return PortType.NUMBER;
    }
    if (type == boolean.class || type == Boolean.class) {
      return PortType.BOOLEAN;
    }
    if (type == Object.class || JsonNode.class.isAssignableFrom(type)) {
      return PortType.ANY;
    }
    if (type.isArray()) {
      return PortType.listOf(of(type.getComponentType()));
    }
    if (type == Optional.class) {
      return arguments.length == 1 ? of(arguments[0]) : PortType.ANY;
    }
    if (Collection.class.isAssignableFrom(type)) {
      return PortType.listOf(arguments.length == 1 ? of(arguments[0]) : PortType.ANY);
    }
    if (Map.class.isAssignableFrom(type)) {
      return PortType.mapOf(arguments.length == 2 ? of(arguments[1]) : PortType.ANY);
    }
    return new PortType.Named(type.getName());
  }

  /** Reads the notation. */
  public static PortType parse(String notation) {
    String text = notation.strip();
    for (PortType.Basic basic : PortType.Basic.values()) {
      if (basic.toString().equals(text)) {
        return basic;
      }
    }
    if (text.startsWith("list<") && text.endsWith(">")) {
      return PortType.listOf(parse(text.substring(5, text.length() - 1)));
    }
    if (text.startsWith("map<") && text.endsWith(">")) {
      return PortType.mapOf(parse(text.substring(4, text.length() - 1)));
    }
    try {
      return new PortType.Named(text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "\"%s\" is no type; write text, integer, number, boolean, any, list<T>, map<T> or a name"
              .formatted(notation),
          e);
    }
  }
}
