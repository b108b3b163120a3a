// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.plan;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A plan by which the server has carried out a statement.
 *
 * @param query the statement, which may stand in a function
 * @param root the topmost node
 */
public record LoggedPlan(String query, JsonNode root) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Reads what auto_explain writes. */
  static LoggedPlan parse(String json) {
    try {
      JsonNode tree = JSON.readTree(json);
      return new LoggedPlan(tree.path("Query Text").asString("").strip(), tree.path("Plan"));
    } catch (JacksonException e) {
      throw new IllegalStateException("auto_explain has written no JSON: " + json, e);
    }
  }
}
