// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.event.EncodedEvent;
import dev.holdfast.streams.event.EventContext;
import dev.holdfast.streams.internal.json.Jsons;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What waits in a queue.
 *
 * @param id its id, which becomes the key of its append
 * @param stream the stream that it is for
 * @param kind whether it is decided or appended as it is
 * @param content the command or event, encoded
 * @param context in which context its events come to be
 */
record QueueEntry(
    String id, StreamId stream, Kind kind, EncodedEvent content, EventContext context) {

  /** What becomes of it. */
  enum Kind {
    /** Its events are decided when it is processed. */
    COMMAND,
    /** It is the event. */
    EVENT
  }

  /** {@return the stored form} */
  ObjectNode json() {
    ObjectNode json = described();
    json.put("data", Base64.getEncoder().encodeToString(content.data().toByteArray()));
    return json;
  }

  /** {@return everything but the data} */
  ObjectNode described() {
    ObjectNode json = Jsons.MAPPER.createObjectNode();
    json.put("id", id).put("category", stream.category()).put("stream", stream.id());
    json.put("kind", kind.name()).put("type", content.type());
    json.put("schemaVersion", content.schemaVersion());
    ObjectNode said = json.putObject("context");
    putPresent(said, "correlationId", context.correlationId());
    putPresent(said, "causationId", context.causationId());
    putPresent(said, "actor", context.actor());
    if (!context.metadata().isEmpty()) {
      ObjectNode metadata = said.putObject("metadata");
      // the same entry has the same bytes
      context.metadata().entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(entry -> metadata.put(entry.getKey(), entry.getValue()));
    }
    return json;
  }

  private static void putPresent(ObjectNode json, String name, @Nullable String value) {
    if (value != null) {
      json.put(name, value);
    }
  }

  /**
   * {@return the entry of a stored form}
   *
   * @throws UnreadableEntryException when it is none
   */
  static QueueEntry of(JsonNode json) {
    return of(json, Payload.of(Base64.getDecoder().decode(json.path("data").asString(""))));
  }

  /**
   * {@return the entry of a stored form whose data are beside it}
   *
   * @throws UnreadableEntryException when it is none
   */
  static QueueEntry of(JsonNode json, Payload data) {
    try {
      return new QueueEntry(
          json.required("id").stringValue(),
          new StreamId(
              json.required("category").stringValue(), json.required("stream").stringValue()),
          Kind.valueOf(json.required("kind").stringValue()),
          new EncodedEvent(
              json.required("type").stringValue(), json.required("schemaVersion").intValue(), data),
          context(json.path("context")));
    } catch (RuntimeException e) {
      throw new UnreadableEntryException("an entry of a queue", e);
    }
  }

  private static EventContext context(JsonNode json) {
    Map<String, String> metadata = new HashMap<>();
    json.path("metadata")
        .propertyStream()
        .forEach(entry -> metadata.put(entry.getKey(), entry.getValue().asString()));
    return new EventContext(
        text(json, "correlationId"), text(json, "causationId"), text(json, "actor"), metadata);
  }

  private static @Nullable String text(JsonNode json, String name) {
    JsonNode value = json.get(name);
    return value == null ? null : value.asString();
  }
}
