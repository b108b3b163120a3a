// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal.json;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The fields in which two JSON values differ. */
public final class JsonDiff {

  /**
   * A field that differs.
   *
   * @param pointer where it is
   * @param left what one has, absent for nothing
   * @param right what the other has, absent for nothing
   */
  public record Field(String pointer, @Nullable JsonNode left, @Nullable JsonNode right) {}

  private JsonDiff() {}

  /** Compares two values, field by field. */
  public static List<Field> of(JsonNode left, JsonNode right) {
    List<Field> fields = new ArrayList<>();
    compare("", left, right, fields);
    return fields;
  }

  private static void compare(
      String at, @Nullable JsonNode left, @Nullable JsonNode right, List<Field> fields) {
    if (left != null && right != null && left.isObject() && right.isObject()) {
      Set<String> names = new TreeSet<>(left.propertyNames());
      names.addAll(right.propertyNames());
      for (String name : names) {
        String escaped = name.replace("~", "~0").replace("/", "~1");
        compare(at + "/" + escaped, left.get(name), right.get(name), fields);
      }
    } else if (left != null && right != null && left.isArray() && right.isArray()) {
      for (int i = 0; i < Math.max(left.size(), right.size()); i++) {
        compare(at + "/" + i, left.get(i), right.get(i), fields);
      }
    } else if (left == null || !left.equals(right)) {
      fields.add(new Field(at, left, right));
    }
  }
}
