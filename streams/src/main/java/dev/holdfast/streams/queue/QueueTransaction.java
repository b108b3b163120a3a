// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.provider.feature.TransactionalEnqueue;
import dev.holdfast.streams.event.EventContext;
import java.sql.Connection;

/**
 * Puts entries into queues in a transaction of the caller: they are there if and only if it
 * commits. For the thread that uses the connection.
 *
 * @param <C> the commands
 * @param <E> the events
 */
public final class QueueTransaction<C, E> implements QueueSender<C, E> {

  private final TransactionalEnqueue store;
  private final Connection connection;
  private final Entries<C, E> entries;

  QueueTransaction(TransactionalEnqueue store, Connection connection, Entries<C, E> entries) {
    this.store = store;
    this.connection = connection;
    this.entries = entries;
  }

  @Override
  public String enqueue(String id, String entryId, C command, EventContext context) {
    store.enqueue(connection, entries.command(id, entryId, command, context));
    return entryId;
  }

  @Override
  public String enqueueEvent(String id, String entryId, E event, EventContext context) {
    store.enqueue(connection, entries.event(id, entryId, event, context));
    return entryId;
  }
}
