// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** As much of JSON schema as the published schema uses; what it does not know is an error. */
final class JsonSchema {

  private static final List<String> NOTES = List.of("$schema", "title", "description", "$defs");

  private final JsonNode root;
  private final List<String> wrong = new ArrayList<>();

  private JsonSchema(JsonNode root) {
    this.root = root;
  }

  /** Returns the places that do not follow the schema, as JSON pointers. */
  static List<String> violations(JsonNode schema, JsonNode value) {
    JsonSchema check = new JsonSchema(schema);
    check.check(schema, value, "");
    return check.wrong;
  }

  private boolean holds(JsonNode schema, JsonNode value) {
    JsonSchema check = new JsonSchema(root);
    check.check(schema, value, "");
    return check.wrong.isEmpty();
  }

  private void check(JsonNode schema, JsonNode value, String at) {
    for (var rule : schema.properties()) {
      if (!NOTES.contains(rule.getKey())
          && !obeys(rule.getKey(), rule.getValue(), schema, value, at)) {
        wrong.add(at.isEmpty() ? "/" : at);
      }
    }
  }

  private boolean obeys(String rule, JsonNode is, JsonNode schema, JsonNode value, String at) {
    switch (rule) {
      case "$ref" -> {
        check(root.at(is.stringValue().substring(1)), value, at);
        return true;
      }
      case "type" -> {
        return is.isArray()
            ? is.values().stream().anyMatch(type -> isType(type.stringValue(), value))
            : isType(is.stringValue(), value);
      }
      case "required" -> {
        return !value.isObject()
            || is.values().stream().allMatch(name -> value.has(name.stringValue()));
      }
      case "properties" -> {
        is.properties()
            .forEach(p -> {
              if (value.isObject() && value.has(p.getKey())) {
                check(p.getValue(), value.get(p.getKey()), at + "/" + p.getKey());
              }
            });
        return true;
      }
      case "additionalProperties" -> {
        for (var field : value.properties()) {
          boolean known = schema.has("properties") && schema.get("properties").has(field.getKey());
          if (!known && is.isBoolean()) {
            wrong.add(at + "/" + field.getKey());
          } else if (!known) {
            check(is, field.getValue(), at + "/" + field.getKey());
          }
        }
        return true;
      }
      case "items" -> {
        for (int i = 0; value.isArray() && i < value.size(); i++) {
          check(is, value.get(i), at + "/" + i);
        }
        return true;
      }
      case "oneOf" -> {
        return is.values().stream().filter(one -> holds(one, value)).count() == 1;
      }
      case "minItems" -> {
        return !value.isArray() || value.size() >= is.intValue();
      }
      case "minLength" -> {
        return !value.isString() || value.stringValue().length() >= is.intValue();
      }
      case "maxLength" -> {
        return !value.isString() || value.stringValue().length() <= is.intValue();
      }
      case "minimum" -> {
        return !value.isNumber() || value.asDouble() >= is.asDouble();
      }
      case "pattern" -> {
        return !value.isString()
            || Pattern.compile(is.stringValue()).matcher(value.stringValue()).find();
      }
      case "const" -> {
        return is.equals(value);
      }
      default -> throw new AssertionError("the schema has a rule that this does not know: " + rule);
    }
  }

  private static boolean isType(String type, JsonNode value) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isString();
      case "boolean" -> value.isBoolean();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      default -> throw new AssertionError("no type: " + type);
    };
  }
}
