// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.streams.event.EventContext;
import java.util.UUID;

/**
 * Puts commands and events into the queues of an aggregate (ES-29). What was put there is durable
 * when the call returns, or with the transaction that it belongs to; it is processed later, by any
 * worker that has the aggregate, and after what was put into the same queue before.
 *
 * <p>An entry has an id in its queue: the same id with the same content again adds nothing, for
 * ever. It is also the key of the append, so that a command that was submitted under this id has no
 * second effect either.
 *
 * <p>Every call throws {@link dev.holdfast.provider.ProviderError.IdempotencyMismatch} when the id
 * was used before for something else, {@link dev.holdfast.provider.ProviderError.InvalidRequest}
 * when an id is no identifier or the content is too large for the store, and {@link
 * IllegalArgumentException} when the content is of no registered type.
 *
 * @param <C> the commands
 * @param <E> the events
 */
public sealed interface QueueSender<C, E> permits EventQueue, QueueTransaction {

  /**
   * Puts a command into the queue of an aggregate, under a new id.
   *
   * @param id the id of the aggregate, which need not have any events
   * @param command the command
   * @return the id of the entry
   */
  default String enqueue(String id, C command) {
    return enqueue(id, UUID.randomUUID().toString(), command);
  }

  /**
   * Puts a command into the queue of an aggregate, once.
   *
   * @param id the id of the aggregate
   * @param entryId the id of the entry
   * @param command the command
   * @return the id of the entry
   */
  default String enqueue(String id, String entryId, C command) {
    return enqueue(id, entryId, command, EventContext.none());
  }

  /**
   * Puts a command into the queue of an aggregate, once, with what is known of its cause.
   *
   * @param id the id of the aggregate
   * @param entryId the id of the entry
   * @param command the command
   * @param context what its events say of their cause
   * @return the id of the entry
   */
  String enqueue(String id, String entryId, C command, EventContext context);

  /**
   * Puts an event into the queue of an aggregate, once. It is appended as it is, when all that was
   * put there before it has been processed.
   *
   * @param id the id of the aggregate
   * @param entryId the id of the entry
   * @param event the event
   * @return the id of the entry
   */
  default String enqueueEvent(String id, String entryId, E event) {
    return enqueueEvent(id, entryId, event, EventContext.none());
  }

  /**
   * As {@link #enqueueEvent(String, String, Object)}, with what is known of its cause.
   *
   * @param id the id of the aggregate
   * @param entryId the id of the entry
   * @param event the event
   * @param context what it says of its cause
   * @return the id of the entry
   */
  String enqueueEvent(String id, String entryId, E event, EventContext context);
}
