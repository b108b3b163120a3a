// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.internal.Jsons;
import dev.holdfast.graph.plan.ValueRef;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Where the inputs of a step are, as it travels with its activity. */
final class ValueRefJson {

  private ValueRefJson() {}

  static Map<String, Object> write(Map<String, ValueRef> refs) {
    Map<String, Object> json = new LinkedHashMap<>();
    refs.forEach((name, ref) -> json.put(name, write(ref)));
    return json;
  }

  private static Object write(ValueRef ref) {
    return switch (ref) {
      case ValueRef.RunInput(String port) -> List.of("run", port);
      case ValueRef.StepOutput(String stepId, String port) -> List.of("step", stepId, port);
      case ValueRef.Constant(String json) -> List.of("value", Jsons.read(json));
      case ValueRef.Item(ValueRef list, int index) -> List.of("item", index, write(list));
      case ValueRef.Gathered(List<ValueRef> parts) -> {
        List<Object> all = new ArrayList<>();
        all.add("all");
        parts.forEach(part -> all.add(write(part)));
        yield all;
      }
      case ValueRef.Absent absent -> List.of();
    };
  }

  static Map<String, ValueRef> read(JsonNode json) {
    Map<String, ValueRef> refs = new LinkedHashMap<>();
    json.properties().forEach(field -> refs.put(field.getKey(), ref(field.getValue())));
    return refs;
  }

  private static ValueRef ref(JsonNode json) {
    if (json.isEmpty()) {
      return new ValueRef.Absent();
    }
    String kind = json.get(0).stringValue();
    return switch (kind) {
      case "run" -> new ValueRef.RunInput(json.get(1).stringValue());
      case "step" -> new ValueRef.StepOutput(json.get(1).stringValue(), json.get(2).stringValue());
      case "value" -> new ValueRef.Constant(Jsons.write(json.get(1)));
      case "item" -> new ValueRef.Item(ref(json.get(2)), json.get(1).intValue());
      case "all" -> {
        List<ValueRef> parts = new ArrayList<>();
        for (int i = 1; i < json.size(); i++) {
          parts.add(ref(json.get(i)));
        }
        yield new ValueRef.Gathered(parts);
      }
      default -> throw new IllegalArgumentException("a value comes from \"" + kind + "\"");
    };
  }
}
