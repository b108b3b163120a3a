// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.cli.command;

import dev.holdfast.cli.io.Count;
import dev.holdfast.cli.io.JsonText;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.SnapshotInfo;
import dev.holdfast.provider.stream.Stall;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamInfo;
import dev.holdfast.provider.stream.Tag;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Streams, their events and their snapshots as cells and as JSON. Stateless. */
final class StreamRows {

  private static final Comparator<Tag> BY_KEY =
      Comparator.comparing(Tag::key).thenComparing(Tag::value);

  private StreamRows() {}

  static ObjectNode json(StreamInfo info) {
    return stream(info.stream())
        .put("firstVersion", info.firstVersion())
        .put("lastVersion", info.lastVersion())
        .put("createdAt", JsonText.moment(info.createdAt()))
        .put("lastRecordedAt", JsonText.moment(info.lastRecordedAt()));
  }

  static ObjectNode json(StreamEvent event) {
    NewEvent content = event.content();
    ObjectNode object =
        stream(event.stream())
            .put("version", event.version())
            .put("position", event.position().toString())
            .put("recordedAt", JsonText.moment(event.recordedAt()))
            .put("eventId", content.eventId())
            .put("type", content.type())
            .put("schemaVersion", content.schemaVersion())
            .put("correlationId", content.correlationId())
            .put("causationId", content.causationId());
    ArrayNode tags = object.putArray("tags");
    for (Tag tag : sorted(content.tags())) {
      tags.addObject().put("key", tag.key()).put("value", tag.value());
    }
    JsonText.putOpaque(object, "data", content.data());
    JsonText.putOpaque(object, "metadata", content.metadata());
    return object;
  }

  static ObjectNode json(StreamId stream, SnapshotInfo snapshot) {
    return stream(stream)
        .put("version", snapshot.version())
        .put("schema", snapshot.schema())
        .put("size", snapshot.size())
        .put("storedAt", JsonText.moment(snapshot.storedAt()))
        .put("anchor", snapshot.anchor());
  }

  static ObjectNode json(Stall stall) {
    return JsonText.object()
        .put("kind", word(stall.kind()))
        .put("since", JsonText.moment(stall.since()))
        .put("holder", stall.holder());
  }

  static ObjectNode stream(StreamId stream) {
    return JsonText.object().put("category", stream.category()).put("id", stream.id());
  }

  /** {@return a number of events, in words} */
  static String events(long number) {
    return Count.of(number, "event");
  }

  /** {@return what is held back, in a word} */
  static String word(Stall.Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }

  /** {@return the tags of an event in one line, as filters name them} */
  static String tags(NewEvent content) {
    return sorted(content.tags()).stream()
        .map(tag -> tag.key() + "=" + tag.value())
        .collect(Collectors.joining(" "));
  }

  private static List<Tag> sorted(Set<Tag> tags) {
    return tags.stream().sorted(BY_KEY).toList();
  }
}
