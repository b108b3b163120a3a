// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.event;

import dev.holdfast.provider.stream.NewEvent;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * In which context a command is executed: what its events say of their cause (ES-10). Immutable.
 *
 * @param correlationId what the events belong to; absent, they belong to the first of them
 * @param causationId the id of the event that causes them, absent for none
 * @param actor who causes them, absent when it is not known
 * @param metadata what else is noted with them, by key
 */
public record EventContext(
    @Nullable String correlationId,
    @Nullable String causationId,
    @Nullable String actor,
    Map<String, String> metadata) {

  private static final EventContext NONE = new EventContext(null, null, null, Map.of());

  /** Copies the metadata. */
  public EventContext {
    metadata = Map.copyOf(metadata);
  }

  /** {@return the context of which nothing is known} */
  public static EventContext none() {
    return NONE;
  }

  /**
   * {@return the context of somebody's doing}
   *
   * @param actor who
   */
  public static EventContext by(String actor) {
    return NONE.withActor(actor);
  }

  /**
   * The context of what an event causes: it belongs to what the event belongs to, names it as its
   * cause, and is done by the same actor.
   *
   * @param event the event
   * @return the context
   */
  public static EventContext causedBy(RecordedEvent<?> event) {
    return causedBy(event.id(), event.correlationId(), event.metadata().actor());
  }

  /**
   * The context of what an event causes, as {@link #causedBy(RecordedEvent)} has it.
   *
   * @param event the event, as it is stored
   * @return the context
   */
  public static EventContext causedBy(NewEvent event) {
    return causedBy(
        event.eventId(), event.correlationId(), EventMetadata.read(event.metadata()).actor());
  }

  private static EventContext causedBy(
      String id, @Nullable String correlationId, @Nullable String actor) {
    return new EventContext(correlationId == null ? id : correlationId, id, actor, Map.of());
  }

  /**
   * Returns the same context with another correlation.
   *
   * @param correlationId what the events belong to, null for the first of them
   * @return the context
   */
  public EventContext withCorrelationId(@Nullable String correlationId) {
    return new EventContext(correlationId, causationId, actor, metadata);
  }

  /**
   * Returns the same context with another cause.
   *
   * @param causationId the id of the event that causes them, null for none
   * @return the context
   */
  public EventContext withCausationId(@Nullable String causationId) {
    return new EventContext(correlationId, causationId, actor, metadata);
  }

  /**
   * Returns the same context with another actor.
   *
   * @param actor who causes the events, null when it is not known
   * @return the context
   */
  public EventContext withActor(@Nullable String actor) {
    return new EventContext(correlationId, causationId, actor, metadata);
  }

  /**
   * Returns the same context with one more entry of metadata.
   *
   * @param key its key
   * @param value its value
   * @return the context
   */
  public EventContext with(String key, String value) {
    Map<String, String> more = new HashMap<>(metadata);
    more.put(key, value);
    return new EventContext(correlationId, causationId, actor, more);
  }
}
