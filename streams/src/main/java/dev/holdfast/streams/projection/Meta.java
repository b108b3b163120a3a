// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.streams.event.Reserved;
import dev.holdfast.streams.internal.json.Jsons;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a generation says about itself, in a row of the library's own: it goes and commits with the
 * other rows.
 *
 * @param build the number of the code that has made it, 0 for not yet said
 * @param dropped the events that were parked and then dropped
 * @param version the version of the row, 0 for none
 */
record Meta(int build, Set<LogPosition> dropped, long version) {

  /** Its key; no row of an application begins so. */
  static final String KEY = Reserved.PREFIX + "generation";

  static Meta read(@Nullable Payload stored, long version) {
    if (stored == null) {
      return new Meta(0, Set.of(), version);
    }
    JsonNode json = Jsons.read(Jsons.MAPPER, stored);
    Set<LogPosition> dropped = new TreeSet<>();
    json.path("dropped").forEach(position -> dropped.add(LogPosition.parse(position.asString())));
    return new Meta(json.path("build").asInt(0), dropped, version);
  }

  Payload write() {
    ObjectNode json = Jsons.MAPPER.createObjectNode();
    json.put("build", build);
    ArrayNode positions = json.putArray("dropped");
    new TreeSet<>(dropped).forEach(position -> positions.add(position.toString()));
    return Jsons.write(Jsons.MAPPER, json);
  }
}
