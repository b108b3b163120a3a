// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.archive;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.Tag;
import dev.holdfast.streams.internal.Sha256;
import dev.holdfast.streams.internal.json.Jsons;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Neighbouring events of one stream, as lines of JSON: one that says which they are, and one for
 * each, with a hash of it and of all before it in the stream.
 *
 * @param stream the stream, as the store has it
 * @param previous the hash of the event before the first one, null at the beginning of the stream
 * @param events the events, at least one, ascending and without gap
 * @param hash the hash of the last one
 */
record Segment(StreamId stream, @Nullable String previous, List<StreamEvent> events, String hash) {

  /** The names of segments: a directory for each stream, a file for each segment. */
  static final String END = ".jsonl";

  private static final int FORMAT = 1;
  private static final int MOST_OF_NAME = 100;

  static Segment of(StreamId stream, @Nullable String previous, List<StreamEvent> events) {
    String hash = previous;
    for (StreamEvent event : events) {
      hash = hash(event, hash);
    }
    return new Segment(stream, previous, List.copyOf(events), String.valueOf(hash));
  }

  long from() {
    return events.getFirst().version();
  }

  long through() {
    return events.getLast().version();
  }

  static String directory(StreamId stream) {
    return part(stream.category()) + "/" + part(stream.id()) + "/";
  }

  String name() {
    return "%s%019d-%019d%s".formatted(directory(stream), from(), through(), END);
  }

  /** The bounds that a name says; null for a name of something else. */
  static long @Nullable [] bounds(String name) {
    String file = name.substring(name.lastIndexOf('/') + 1);
    if (!file.matches("\\d{19}-\\d{19}\\.jsonl")) {
      return null;
    }
    return new long[] {
      Long.parseLong(file.substring(0, 19)), Long.parseLong(file.substring(20, 39))
    };
  }

  /** A part of a name that every file system takes, and no two texts share. */
  private static String part(String text) {
    StringBuilder part = new StringBuilder();
    for (byte each : Payload.utf8(text).toByteArray()) {
      boolean isPlain =
          (each >= 'a' && each <= 'z')
              || (each >= '0' && each <= '9')
              || each == '-'
              || each == '_';
      part.append(isPlain ? String.valueOf((char) each) : "%%%02x".formatted(each));
    }
    return part.length() <= MOST_OF_NAME ? part.toString() : "#" + new Sha256().add(text).hex();
  }

  String text() {
    StringBuilder lines = new StringBuilder();
    ObjectNode head = Jsons.MAPPER.createObjectNode();
    head.put("format", FORMAT).put("category", stream.category()).put("id", stream.id());
    head.put("from", from()).put("through", through()).put("previous", previous);
    lines.append(Jsons.write(Jsons.MAPPER, head).asUtf8()).append('\n');
    String hash = previous;
    for (StreamEvent event : events) {
      hash = hash(event, hash);
      lines.append(Jsons.write(Jsons.MAPPER, json(event).put("hash", hash)).asUtf8()).append('\n');
    }
    return lines.toString();
  }

  /**
   * Reads a segment, hashes included.
   *
   * @throws ArchiveDamagedException when it is not what was written
   */
  static Segment read(String name, String text) {
    List<String> lines = text.lines().toList();
    int at = 0;
    try {
      JsonNode head = Jsons.read(Jsons.MAPPER, Payload.utf8(lines.getFirst()));
      StreamId stream =
          new StreamId(head.required("category").stringValue(), head.required("id").stringValue());
      long from = head.required("from").longValue();
      long through = head.required("through").longValue();
      String previous = text(head, "previous");
      List<StreamEvent> events = new ArrayList<>();
      String hash = previous;
      for (at = 1; at < lines.size(); at++) {
        JsonNode json = Jsons.read(Jsons.MAPPER, Payload.utf8(lines.get(at)));
        StreamEvent event = event(stream, json);
        hash = hash(event, hash);
        if (event.version() != from + at - 1 || !hash.equals(text(json, "hash"))) {
          throw damaged(name, at, "it is not what its hash was made of", null);
        }
        events.add(event);
      }
      Segment segment = new Segment(stream, previous, List.copyOf(events), String.valueOf(hash));
      if (events.isEmpty() || segment.through() != through || !segment.name().equals(name)) {
        throw damaged(name, at, "it does not have the events that it says", null);
      }
      return segment;
    } catch (RuntimeException e) {
      if (e instanceof ArchiveDamagedException) {
        throw e;
      }
      throw damaged(name, at, "it cannot be read: " + e.getMessage(), e);
    }
  }

  private static ArchiveDamagedException damaged(
      String name, int line, String what, @Nullable Throwable cause) {
    return new ArchiveDamagedException(
        "archive, %s, line %d: %s".formatted(name, line + 1, what), cause);
  }

  private static ObjectNode json(StreamEvent event) {
    NewEvent content = event.content();
    ObjectNode json = Jsons.MAPPER.createObjectNode();
    json.put("version", event.version()).put("position", event.position().toString());
    json.put("recordedAt", event.recordedAt().toString()).put("eventId", content.eventId());
    json.put("type", content.type()).put("schemaVersion", content.schemaVersion());
    put(json, "data", content.data());
    put(json, "metadata", content.metadata());
    json.put("correlationId", content.correlationId()).put("causationId", content.causationId());
    ArrayNode tags = json.putArray("tags");
    sorted(content.tags()).forEach(tag -> tags.addArray().add(tag.key()).add(tag.value()));
    return json;
  }

  private static List<Tag> sorted(Set<Tag> tags) {
    return tags.stream().sorted(Comparator.comparing(Tag::key).thenComparing(Tag::value)).toList();
  }

  /** Bytes that are text are written as text, for people; others in Base64. */
  private static void put(ObjectNode json, String name, @Nullable Payload payload) {
    if (payload == null) {
      return;
    }
    try {
      json.put(name, payload.asUtf8());
    } catch (ProviderError.InvalidRequest e) {
      json.put(name + "Base64", Base64.getEncoder().encodeToString(payload.toByteArray()));
    }
  }

  private static @Nullable Payload payload(JsonNode json, String name) {
    String text = text(json, name);
    if (text != null) {
      return Payload.utf8(text);
    }
    String bytes = text(json, name + "Base64");
    return bytes == null ? null : Payload.of(Base64.getDecoder().decode(bytes));
  }

  private static @Nullable String text(JsonNode json, String name) {
    JsonNode value = json.path(name);
    return value.isString() ? value.stringValue() : null;
  }

  private static StreamEvent event(StreamId stream, JsonNode json) {
    Set<Tag> tags = new HashSet<>();
    for (JsonNode tag : json.required("tags")) {
      tags.add(new Tag(tag.required(0).stringValue(), tag.required(1).stringValue()));
    }
    Payload data = payload(json, "data");
    if (data == null) {
      throw new IllegalArgumentException("it has no data");
    }
    return new StreamEvent(
        stream,
        json.required("version").longValue(),
        LogPosition.parse(json.required("position").stringValue()),
        Instant.parse(json.required("recordedAt").stringValue()),
        new NewEvent(
            json.required("eventId").stringValue(),
            json.required("type").stringValue(),
            json.required("schemaVersion").intValue(),
            data,
            payload(json, "metadata"),
            text(json, "correlationId"),
            text(json, "causationId"),
            tags));
  }

  private static String hash(StreamEvent event, @Nullable String previous) {
    NewEvent content = event.content();
    Sha256 hash =
        new Sha256()
            .add(previous)
            .add(event.stream().category())
            .add(event.stream().id())
            .add(event.version())
            .add(event.position().toString())
            .add(event.recordedAt().toString())
            .add(content.eventId())
            .add(content.type())
            .add(content.schemaVersion())
            .add(content.data());
    Payload metadata = content.metadata();
    if (metadata == null) {
      hash.add(-1);
    } else {
      hash.add(metadata);
    }
    hash.add(content.correlationId()).add(content.causationId()).add(content.tags().size());
    sorted(content.tags()).forEach(tag -> hash.add(tag.key()).add(tag.value()));
    return hash.hex();
  }
}
