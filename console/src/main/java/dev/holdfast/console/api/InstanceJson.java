// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console.api;

import dev.holdfast.console.http.HttpProblem;
import dev.holdfast.console.json.Json;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.admin.InstanceSummary;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** Instances as JSON. The names of members are those of the command line's {@code --json}. */
final class InstanceJson {

  private InstanceJson() {}

  static ObjectNode of(InstanceSummary row) {
    return Json.object()
        .put("instanceId", row.instanceId())
        .put("name", row.name())
        .put("version", row.version())
        .put("executionId", row.executionId())
        .put("status", word(row.status()))
        .put("parentInstanceId", row.parentInstanceId())
        .put("createdAt", Json.moment(row.createdAt()))
        .put("updatedAt", Json.moment(row.updatedAt()))
        .put("completedAt", Json.moment(row.completedAt()));
  }

  static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static ExecutionStatus[] statuses(List<String> words) {
    return words.stream()
        .distinct()
        .map(word -> read(word, ExecutionStatus.values()))
        .toArray(ExecutionStatus[]::new);
  }

  /** Reads the word for a value of an enumeration. */
  static <E extends Enum<E>> E read(String word, E[] all) {
    return Stream.of(all)
        .filter(one -> word(one).equals(word))
        .findFirst()
        .orElseThrow(() -> HttpProblem.badRequest("there is no status \"" + word + "\""));
  }
}
