// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.plan;

import java.util.Objects;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the steps of random graphs do: the same for the same step and inputs, whenever it is done.
 */
record Behaviour(int seed, int troubles) {

  /** How often a step fails before it succeeds; many stands for always. */
  int failures(String stepId) {
    int hash = Math.floorMod(Objects.hash(seed, stepId, "failures"), 100);
    if (hash >= troubles) {
      return 0;
    }
    return hash % 4 == 0 ? 1_000 : 1 + hash % 3;
  }

  boolean failsForGood(String stepId) {
    return failures(stepId) == 1_000;
  }

  boolean suspends(String stepId) {
    return Math.floorMod(Objects.hash(seed, stepId, "suspends"), 100) < troubles / 2;
  }

  static ObjectNode outputs(String type, JsonNode inputs) {
    int hash = inputs.toString().hashCode();
    ObjectNode outputs = JsonNodeFactory.instance.objectNode();
    switch (type) {
      case "mix" ->
          outputs
              .put("out", Integer.toHexString(hash))
              .put("flag", Math.floorMod(hash, 3) != 0)
              .put("size", Math.floorMod(hash, 10));
      case "listing" -> {
        ArrayNode items = outputs.putArray("items");
        for (int i = 0; i < Math.floorMod(hash, 5); i++) {
          items.add(Integer.toHexString(hash + i));
        }
      }
      case "join" -> outputs.put("out", Integer.toHexString(hash));
      default -> throw new AssertionError(type);
    }
    return outputs;
  }
}
