// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.streams.Aggregate;
import dev.holdfast.streams.event.EncodedEvent;
import dev.holdfast.streams.event.EventCodec;
import dev.holdfast.streams.event.EventTypes;
import java.util.List;
import java.util.Objects;

/**
 * An aggregate whose commands and events may wait in a queue, and how its commands are stored until
 * they are decided. Immutable.
 *
 * @param aggregate the aggregate
 * @param commands how its commands are stored
 * @param <S> the state
 * @param <C> the commands
 * @param <E> the events
 */
public record QueuedAggregate<S, C, E>(Aggregate<S, C, E> aggregate, EventCodec<C> commands) {

  /** Checks that the parts are there. */
  public QueuedAggregate {
    Objects.requireNonNull(aggregate, "aggregate");
    Objects.requireNonNull(commands, "commands");
  }

  /**
   * Joins an aggregate and commands that are stored as JSON, as {@link EventTypes} stores events.
   *
   * @param aggregate the aggregate
   * @param commands the common type of its commands: a sealed interface of records, or one record
   * @param <S> the state
   * @param <C> the commands
   * @param <E> the events
   * @return the two
   * @throws IllegalArgumentException when there are no commands, or two of one name
   */
  public static <S, C, E> QueuedAggregate<S, C, E> of(
      Aggregate<S, C, E> aggregate, Class<C> commands) {
    return new QueuedAggregate<>(aggregate, EventTypes.of(commands));
  }

  /** {@return the same aggregate, whose commands are entries of a queue} */
  Aggregate<S, QueueEntry, E> ofEntries() {
    return aggregate.withDecide(this::decide);
  }

  private List<? extends E> decide(S state, QueueEntry entry) {
    EncodedEvent content = entry.content();
    return switch (entry.kind()) {
      case COMMAND -> aggregate.decide().decide(state, decoded(commands, content));
      case EVENT -> List.of(decoded(aggregate.events(), content));
    };
  }

  private <T> T decoded(EventCodec<T> codec, EncodedEvent content) {
    return codec
        .decode(content)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "the type %s is not registered with %s".formatted(content.type(), aggregate)));
  }
}
