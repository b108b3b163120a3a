// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.streams.event.Reserved;
import dev.holdfast.streams.internal.json.Jsons;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The data of an event that says that an earlier one of its stream does not count any more (ES-11).
 *
 * @param version the version of the one that does not count
 * @param reason why
 */
public record Invalidated(long version, String reason) {

  private static final int SCHEMA_VERSION = 1;

  /** Tells whether an event is one of these. */
  public static boolean is(NewEvent event) {
    return event.type().equals(Reserved.INVALIDATED);
  }

  /**
   * Reads one.
   *
   * @return what it says; null for another event, and for one that says nothing
   */
  public static @Nullable Invalidated read(NewEvent event) {
    if (!is(event)) {
      return null;
    }
    JsonNode data = Jsons.read(Jsons.MAPPER, event.data());
    long version = data.path("version").asLong(0);
    return version < 1 ? null : new Invalidated(version, data.path("reason").asString(""));
  }

  /** The key of its append: an event is invalidated once. */
  String key() {
    return Reserved.INVALIDATED + "/" + version;
  }

  NewEvent.Builder event() {
    Payload data = Jsons.write(Jsons.MAPPER, this);
    return NewEvent.builder(Reserved.INVALIDATED, data).schemaVersion(SCHEMA_VERSION);
  }
}
