// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.event;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.Tag;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An event of a stream that an execution has waited for, as its history has it. Component names are
 * part of the stored form: add, never rename. The same event has the same form.
 */
public record SeenEvent(
    String category,
    String stream,
    long version,
    String position,
    Instant recordedAt,
    String eventId,
    String type,
    int schemaVersion,
    String data,
    @Nullable String metadata,
    @Nullable String correlationId,
    @Nullable String causationId,
    List<Label> tags) {

  /** A tag. */
  public record Label(String key, String value) {}

  /** {@return the stored form of an event} */
  public static SeenEvent of(StreamEvent event) {
    NewEvent content = event.content();
    return new SeenEvent(
        event.stream().category(),
        event.stream().id(),
        event.version(),
        event.position().toString(),
        event.recordedAt(),
        content.eventId(),
        content.type(),
        content.schemaVersion(),
        text(content.data()),
        content.metadata() == null ? null : text(content.metadata()),
        content.correlationId(),
        content.causationId(),
        content.tags().stream()
            .map(tag -> new Label(tag.key(), tag.value()))
            .sorted(Comparator.comparing(Label::key).thenComparing(Label::value))
            .toList());
  }

  /** {@return the event} */
  public StreamEvent event() {
    return new StreamEvent(
        new StreamId(category, stream),
        version,
        LogPosition.parse(position),
        recordedAt,
        new NewEvent(
            eventId,
            type,
            schemaVersion,
            payload(data),
            metadata == null ? null : payload(metadata),
            correlationId,
            causationId,
            tags.stream()
                .map(label -> new Tag(label.key(), label.value()))
                .collect(Collectors.toSet())));
  }

  private static String text(Payload payload) {
    return Base64.getEncoder().encodeToString(payload.toByteArray());
  }

  private static Payload payload(String text) {
    return Payload.of(Base64.getDecoder().decode(text));
  }
}
