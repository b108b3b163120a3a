// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.event;

import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.Tag;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An event of a stream, with its data in their present form. Immutable, if the data are.
 *
 * @param stream the stream
 * @param version its place there, from 1
 * @param position the cut of the log right behind it
 * @param recordedAt the store's now of the append
 * @param id its id
 * @param type its type, as it is stored
 * @param schemaVersion the form in which it is stored
 * @param data what has happened
 * @param metadata what is said about it
 * @param correlationId what it belongs to, absent for nothing
 * @param causationId the id of the event that caused it, absent for none
 * @param tags its labels
 * @param <E> what the events are
 */
public record RecordedEvent<E>(
    StreamId stream,
    long version,
    LogPosition position,
    Instant recordedAt,
    String id,
    String type,
    int schemaVersion,
    E data,
    EventMetadata metadata,
    @Nullable String correlationId,
    @Nullable String causationId,
    Set<Tag> tags) {

  /** Copies the tags. */
  public RecordedEvent {
    tags = Set.copyOf(tags);
  }

  /**
   * What is stored, with its data read.
   *
   * @param event what is stored
   * @param data its data
   * @param <E> what the events are
   * @return the event
   */
  public static <E> RecordedEvent<E> of(StreamEvent event, E data) {
    return new RecordedEvent<>(
        event.stream(),
        event.version(),
        event.position(),
        event.recordedAt(),
        event.content().eventId(),
        event.content().type(),
        event.content().schemaVersion(),
        data,
        EventMetadata.read(event.content().metadata()),
        event.content().correlationId(),
        event.content().causationId(),
        event.content().tags());
  }
}
