// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.GraphJson;
import dev.holdfast.graph.internal.Jsons;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What tells a definition from others of its name and version: a hash of all that rows depend on,
 * its steps and how they are connected. How often, how long, where and how many at once may be
 * changed while runs are under way.
 */
final class GraphShape {

  private static final List<String> FREE_OF_GRAPH = List.of("timeout", "maxParallel");
  private static final List<String> FREE_OF_STEP = List.of("retry", "timeout", "tag", "session");
  private static final List<String> FREE_OF_LIST = List.of("atOnce", "maxItems");
  private static final int BYTES = 16;

  private GraphShape() {}

  /** Returns the shape of a definition. */
  static String of(GraphDefinition definition) {
    JsonNode graph = Jsons.read(GraphJson.write(definition));
    strip(graph);
    byte[] text =
        Jsons.write(Jsons.MAPPER.treeToValue(graph, Object.class)).getBytes(StandardCharsets.UTF_8);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(text);
      return HexFormat.of().formatHex(hash, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has it", e);
    }
  }

  private static void strip(JsonNode graph) {
    ((ObjectNode) graph).remove(FREE_OF_GRAPH);
    for (JsonNode step : graph.path("steps")) {
      ((ObjectNode) step).remove(FREE_OF_STEP);
      if (step.get("forEach") instanceof ObjectNode each) {
        each.remove(FREE_OF_LIST);
      }
      if (step.get("graph") instanceof ObjectNode inner) {
        strip(inner);
      }
    }
  }
}
