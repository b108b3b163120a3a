// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.Tag;
import dev.holdfast.streams.event.EventContext;
import dev.holdfast.streams.event.EventMetadata;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An event on its way into a projection. Immutable, if the data are.
 *
 * @param <E> what the events are
 */
public final class ProjectedEvent<E> {

  private final StreamId stream;
  private final long version;
  private final @Nullable LogPosition position;
  private final @Nullable Instant recordedAt;
  private final NewEvent content;
  private final E data;

  ProjectedEvent(
      StreamId stream,
      long version,
      @Nullable LogPosition position,
      @Nullable Instant recordedAt,
      NewEvent content,
      E data) {
    this.stream = stream;
    this.version = version;
    this.position = position;
    this.recordedAt = recordedAt;
    this.content = content;
    this.data = Objects.requireNonNull(data, "data");
  }

  /** {@return the stream, as its tenant knows it} */
  public StreamId stream() {
    return stream;
  }

  /** {@return its place in the stream, from 1} */
  public long version() {
    return version;
  }

  /**
   * Says where it is in the log.
   *
   * @return the cut right behind it
   * @throws IllegalStateException in an inline projection, whose rows are stored with the event
   */
  public LogPosition position() {
    return known(position, "position");
  }

  /**
   * Says when it was appended.
   *
   * @return the store's now of the append
   * @throws IllegalStateException in an inline projection, whose rows are stored with the event
   */
  public Instant recordedAt() {
    return known(recordedAt, "time");
  }

  private static <T> T known(@Nullable T value, String what) {
    if (value == null) {
      throw new IllegalStateException(
          "the %s of an event is not known before it is appended; an inline projection does without"
              .formatted(what));
    }
    return value;
  }

  /** {@return its id} */
  public String id() {
    return content.eventId();
  }

  /** {@return its type, as it is stored} */
  public String type() {
    return content.type();
  }

  /** {@return what has happened, in its present form} */
  public E data() {
    return data;
  }

  /** {@return what is said about it} */
  public EventMetadata metadata() {
    return EventMetadata.read(content.metadata());
  }

  /** {@return what it belongs to, absent for nothing} */
  public @Nullable String correlationId() {
    return content.correlationId();
  }

  /** {@return the id of the event that caused it, absent for none} */
  public @Nullable String causationId() {
    return content.causationId();
  }

  /**
   * The context of what it causes, for the commands of an {@link Effect}.
   *
   * @return the context, as {@link EventContext#causedBy(NewEvent)} has it
   */
  public EventContext causing() {
    return EventContext.causedBy(content);
  }

  /** {@return its labels} */
  public Set<Tag> tags() {
    return content.tags();
  }

  /** {@return such as {@code account/alice@3 Deposited}} */
  @Override
  public String toString() {
    return stream + "@" + version + " " + content.type();
  }
}
