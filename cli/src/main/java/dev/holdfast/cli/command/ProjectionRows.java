// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.JsonText;
import dev.holdfast.provider.stream.GenerationInfo;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.ProjectionInfo;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.ShardInfo;
import java.util.Comparator;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Projections, their rows and their parked events as cells and as JSON. Stateless. */
final class ProjectionRows {

  private ProjectionRows() {}

  static ObjectNode json(ProjectionInfo info, ProjectionLag lag) {
    ObjectNode object =
        JsonText.object()
            .put("projection", info.projection())
            .put("live", info.live())
            .put("newest", info.newest())
            .put("head", lag.head().position().toString());
    ArrayNode generations = object.putArray("generations");
    for (GenerationInfo build : info.generations()) {
      ObjectNode generation =
          generations
              .addObject()
              .put("generation", build.generation())
              .put("state", state(info, build))
              .put("parked", build.parked());
      ArrayNode shards = generation.putArray("shards");
      for (ShardInfo shard : build.shards()) {
        shards
            .addObject()
            .put("checkpoint", shard.checkpoint().toString())
            .put("lagsSince", JsonText.moment(lag.since(shard.checkpoint())))
            .put("updatedAt", JsonText.moment(shard.updatedAt()));
      }
    }
    return object;
  }

  static ObjectNode json(String projection, int generation, ParkedEvent event) {
    return put(generation(projection, generation), event);
  }

  /** {@return an event that the live generation has parked} */
  static ObjectNode json(String projection, ParkedEvent event) {
    return put(JsonText.object().put("projection", projection), event);
  }

  private static ObjectNode put(ObjectNode object, ParkedEvent event) {
    return object
        .put("position", event.position().toString())
        .put("category", event.stream().category())
        .put("id", event.stream().id())
        .put("version", event.version())
        .put("attempts", event.attempts())
        .put("parkedAt", JsonText.moment(event.parkedAt()))
        .put("error", event.error());
  }

  static ObjectNode json(String projection, int generation, ProjectionRow row) {
    ObjectNode object =
        generation(projection, generation).put("key", row.key()).put("version", row.version());
    JsonText.putOpaque(object, "value", row.value());
    return object;
  }

  private static ObjectNode generation(String projection, int generation) {
    return JsonText.object().put("projection", projection).put("generation", generation);
  }

  /** {@return what a generation is, in a word: the live one, an earlier one, or one to come} */
  static String state(ProjectionInfo info, GenerationInfo build) {
    if (build.generation() == info.live()) {
      return "live";
    }
    return build.generation() < info.live() ? "former" : "next";
  }

  /** {@return the generation that is read} */
  static GenerationInfo live(ProjectionInfo info) {
    return info.generations().stream()
        .filter(build -> build.generation() == info.live())
        .findFirst()
        .orElseThrow();
  }

  /** {@return the checkpoint of the shard that has got least far} */
  static LogPosition least(GenerationInfo build) {
    return build.shards().stream()
        .map(ShardInfo::checkpoint)
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }
}
