// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.streams.event.EncodedEvent;
import dev.holdfast.streams.event.EventContext;
import java.util.function.Function;

/**
 * Makes messages of commands and events.
 *
 * @param aggregate how they are stored
 * @param code the name under which workers take the queues
 * @param streams which stream an id stands for, as it is stored
 * @param <C> the commands
 * @param <E> the events
 */
record Entries<C, E>(
    QueuedAggregate<?, C, E> aggregate, String code, Function<String, StreamId> streams) {

  OrchestratorMessage command(String id, String entryId, C command, EventContext context) {
    return QueueMessage.enqueued(code, ofCommand(id, entryId, command, context));
  }

  OrchestratorMessage event(String id, String entryId, E event, EventContext context) {
    return QueueMessage.enqueued(code, ofEvent(id, entryId, event, context));
  }

  QueueEntry ofCommand(String id, String entryId, C command, EventContext context) {
    EncodedEvent content = aggregate.commands().encode(command);
    return new QueueEntry(entryId, stream(id), QueueEntry.Kind.COMMAND, content, context);
  }

  QueueEntry ofEvent(String id, String entryId, E event, EventContext context) {
    EncodedEvent content = aggregate.aggregate().events().encode(event);
    return new QueueEntry(entryId, stream(id), QueueEntry.Kind.EVENT, content, context);
  }

  StreamId stream(String id) {
    return streams.apply(id);
  }
}
