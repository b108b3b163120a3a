// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.internal;

import dev.holdfast.graph.GraphProblem;
import dev.holdfast.graph.GraphProblem.Kind;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The fields of one JSON object, read one after the other. What is wrong is collected, with the
 * place as a JSON pointer, and reading goes on with a stand-in; what nobody has asked for is
 * unknown. Not thread-safe.
 */
final class Fields {

  private final JsonNode node;
  private final String place;
  private final List<GraphProblem> problems;
  private final Set<String> known = new LinkedHashSet<>();

  Fields(JsonNode node, String place, List<GraphProblem> problems) {
    this.node = node;
    this.place = place;
    this.problems = problems;
    if (!node.isObject()) {
      problem(Kind.FORM, place, "this is %s, and must be an object".formatted(form(node)));
    }
  }

  String place() {
    return place;
  }

  String at(String field) {
    return place + "/" + field.replace("~", "~0").replace("/", "~1");
  }

  /** Returns the fields of an object that is in a field, which must be there. */
  Fields inside(String field) {
    JsonNode value = get(field);
    if (value == null) {
      throw new IllegalStateException("there is no field " + at(field));
    }
    return new Fields(value, at(field), problems);
  }

  void problem(Kind kind, String at, String message) {
    problems.add(new GraphProblem(kind, at.isEmpty() ? "/" : at, message));
  }

  /** Returns a field, or null when it is missing. */
  @Nullable JsonNode get(String field) {
    known.add(field);
    return node.isObject() ? node.get(field) : null;
  }

  /** Returns a field that must be there; a missing one is a problem. */
  @Nullable JsonNode need(String field) {
    JsonNode value = get(field);
    if (value == null && node.isObject()) {
      problem(Kind.MISSING_FIELD, place, "the field \"%s\" is missing; add it".formatted(field));
    }
    return value;
  }

  boolean has(String field) {
    return get(field) != null;
  }

  String needText(String field) {
    JsonNode value = need(field);
    return value == null ? "" : text(value, at(field));
  }

  @Nullable String text(String field) {
    JsonNode value = get(field);
    return value == null ? null : text(value, at(field));
  }

  private String text(JsonNode value, String at) {
    if (value.isString()) {
      return value.stringValue();
    }
    problem(Kind.FORM, at, "this is %s, and must be a text".formatted(form(value)));
    return "";
  }

  boolean flag(String field) {
    JsonNode value = get(field);
    if (value != null && !value.isBoolean()) {
      problem(Kind.FORM, at(field), "this is %s, and must be true or false".formatted(form(value)));
      return false;
    }
    return value != null && value.booleanValue();
  }

  @Nullable Integer number(String field) {
    JsonNode value = get(field);
    if (value != null && !(value.isIntegralNumber() && value.canConvertToInt())) {
      problem(
          Kind.FORM, at(field), "this is %s, and must be a whole number".formatted(form(value)));
      return null;
    }
    return value == null ? null : value.intValue();
  }

  double decimal(String field, double otherwise) {
    JsonNode value = get(field);
    if (value != null && !value.isNumber()) {
      problem(Kind.FORM, at(field), "this is %s, and must be a number".formatted(form(value)));
      return otherwise;
    }
    return value == null ? otherwise : value.asDouble();
  }

  @Nullable Duration duration(String field) {
    String text = text(field);
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      return Duration.parse(text);
    } catch (DateTimeParseException e) {
      problem(
          Kind.FORM,
          at(field),
          "\"%s\" is no duration; write it like PT30S, PT5M or P2D".formatted(text));
      return null;
    }
  }

  List<String> texts(String field) {
    List<String> texts = new ArrayList<>();
    List<JsonNode> all = list(field);
    for (int i = 0; i < all.size(); i++) {
      texts.add(text(all.get(i), at(field) + "/" + i));
    }
    return texts;
  }

  /** Returns the elements of a list, none when it is missing. */
  List<JsonNode> list(String field) {
    JsonNode value = get(field);
    if (value != null && !value.isArray()) {
      problem(Kind.FORM, at(field), "this is %s, and must be a list".formatted(form(value)));
    }
    return value == null || !value.isArray() ? List.of() : List.copyOf(value.values());
  }

  /** Refuses the fields that were not asked for. */
  void end() {
    if (!node.isObject()) {
      return;
    }
    for (String name : node.propertyNames()) {
      if (!known.contains(name)) {
        problem(
            Kind.UNKNOWN_FIELD,
            at(name),
            "there is no field \"%s\" here; the fields are %s"
                .formatted(name, String.join(", ", known)));
      }
    }
  }

  static String form(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "a list";
      case OBJECT -> "an object";
      case STRING -> "a text";
      case NUMBER -> "a number";
      case BOOLEAN -> "true or false";
      default -> "null";
    };
  }
}
