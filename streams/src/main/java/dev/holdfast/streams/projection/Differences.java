// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.Payload;
import dev.holdfast.streams.internal.json.JsonDiff;
import dev.holdfast.streams.internal.json.Jsons;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/** Says in which fields a row is wrong. */
final class Differences {

  private Differences() {}

  static List<RowDifference> of(Audit.Finding finding) {
    JsonNode stored = json(finding.stored());
    JsonNode expected = json(finding.expected());
    if (stored == null || expected == null) {
      return List.of(new RowDifference(finding.key(), "", stored, expected, finding.changedAt()));
    }
    return JsonDiff.of(stored, expected).stream()
        .map(field ->
            new RowDifference(
                finding.key(), field.pointer(), field.left(), field.right(), finding.changedAt()))
        .toList();
  }

  private static @Nullable JsonNode json(@Nullable Payload value) {
    if (value == null) {
      return null;
    }
    try {
      return Jsons.read(Jsons.MAPPER, value);
    } catch (IllegalArgumentException e) {
      return StringNode.valueOf(value.toString()); // bytes that are no JSON
    }
  }
}
