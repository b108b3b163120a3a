// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.feature.TransactionalEnqueue;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Executed;
import dev.holdfast.streams.event.EventContext;
import dev.holdfast.streams.internal.CommandRunner;
import dev.holdfast.streams.internal.Commands;
import java.sql.Connection;
import java.util.List;
import java.util.function.Consumer;

/**
 * The queues of an aggregate, one for each of its ids: takes commands and events, and tells what
 * became of them. Needs no worker beside it. Thread-safe.
 *
 * <pre>{@code
 * EventQueue<Account, AccountCommand, AccountEvent> queue = EventQueue.on(events, ACCOUNTS);
 * queue.enqueue("alice", "transfer-17", new Deposit(500));
 * queue.status("alice", "transfer-17");                     // Pending, then Completed[version=2]
 * }</pre>
 *
 * @param <S> the state
 * @param <C> the commands
 * @param <E> the events
 */
public final class EventQueue<S, C, E> implements QueueSender<C, E> {

  private final Provider provider;
  private final Consumer<OrchestratorMessage> sender;
  private final Entries<C, E> entries;
  private final StatusReader statuses;
  private final CommandRunner<S, QueueEntry, E> runner;

  EventQueue(
      EventSourcing events,
      QueuedAggregate<S, C, E> aggregate,
      Consumer<OrchestratorMessage> sender) {
    this.sender = sender;
    provider = events.provider();
    Commands<S, QueueEntry, E> commands = events.repository(aggregate.ofEntries()).commands();
    entries =
        new Entries<>(
            aggregate, QueueNames.code(aggregate.aggregate().category()), commands::stream);
    statuses = new StatusReader(provider, commands);
    runner = new CommandRunner<>(commands);
  }

  /**
   * Returns the queues of an aggregate.
   *
   * @param events the library on a store, or the view of a tenant
   * @param aggregate the aggregate and its commands
   * @param <S> the state
   * @param <C> the commands
   * @param <E> the events
   * @return the queues
   * @throws IllegalArgumentException when it is the library of an inline projection: what workers
   *     append in their turns has no rows
   */
  public static <S, C, E> EventQueue<S, C, E> on(
      EventSourcing events, QueuedAggregate<S, C, E> aggregate) {
    events.store().refuseAppender("queues");
    return new EventQueue<>(events, aggregate, message -> events.provider().enqueue(message));
  }

  @Override
  public String enqueue(String id, String entryId, C command, EventContext context) {
    sender.accept(entries.command(id, entryId, command, context));
    return entryId;
  }

  @Override
  public String enqueueEvent(String id, String entryId, E event, EventContext context) {
    sender.accept(entries.event(id, entryId, event, context));
    return entryId;
  }

  /**
   * Executes a command now, whatever is queued, and under the same id once (ES-28): its state is
   * loaded, its events are decided and appended. When others append meanwhile, among them workers
   * of the queue, it is decided again.
   *
   * @param id the id of the aggregate
   * @param commandId the id of the command, which an entry of the queue may have too
   * @param command the command
   * @param context what its events say of their cause
   * @return the state after it, and what it has led to
   * @throws dev.holdfast.streams.ConflictException when others were faster time after time
   * @throws RuntimeException what the aggregate's own function throws
   */
  public Executed<S, E> submit(String id, String commandId, C command, EventContext context) {
    return submit(entries.ofCommand(id, commandId, command, context));
  }

  private Executed<S, E> submit(QueueEntry entry) {
    return runner.execute(entry.stream(), entry.id(), entry, entry.context());
  }

  /**
   * As {@link #submit(String, String, Object, EventContext)}, without a context.
   *
   * @param id the id of the aggregate
   * @param commandId the id of the command
   * @param command the command
   * @return the state after it
   */
  public Executed<S, E> submit(String id, String commandId, C command) {
    return submit(id, commandId, command, EventContext.none());
  }

  /**
   * Appends an event now, as {@link #submit(String, String, Object, EventContext)} executes a
   * command.
   *
   * @param id the id of the aggregate
   * @param eventId under which id it is appended once
   * @param event the event
   * @param context what it says of its cause
   * @return the state after it
   */
  public Executed<S, E> submitEvent(String id, String eventId, E event, EventContext context) {
    return submit(entries.ofEvent(id, eventId, event, context));
  }

  /**
   * Returns the same queues for a transaction of the caller (ES-29).
   *
   * @param connection a connection to this store, with a transaction under way
   * @return what puts entries there with the caller's commit
   * @throws NotSupported when the store does not declare {@link Feature#TRANSACTIONAL_ENQUEUE}
   */
  public QueueTransaction<C, E> within(Connection connection) {
    TransactionalEnqueue store =
        provider
            .capability(TransactionalEnqueue.class)
            .orElseThrow(() -> new NotSupported("within", Feature.TRANSACTIONAL_ENQUEUE));
    return new QueueTransaction<>(store, connection, entries);
  }

  /**
   * Tells how an entry stands (ES-32).
   *
   * @param id the id of the aggregate
   * @param entryId the id of the entry
   * @return how it stands
   */
  public EntryStatus status(String id, String entryId) {
    return statuses.read(entries.stream(id), entryId);
  }

  /**
   * Tells whether nothing waits in the queue of an aggregate, and nothing is processed: what was
   * put there before has had its effect, or was set aside.
   *
   * @param id the id of the aggregate
   * @return whether nothing waits
   * @throws NotSupported when the store does not declare {@link Feature#INSTANCE_ADMIN}, which
   *     knows
   */
  public boolean isIdle(String id) {
    return statuses.isIdle(entries.stream(id));
  }

  /**
   * Lists the dead letters of an aggregate (ES-31).
   *
   * @param id the id of the aggregate
   * @return those about which nobody has decided, oldest first
   */
  public List<DeadLetter> deadLetters(String id) {
    return statuses.deadLetters(entries.stream(id));
  }

  /**
   * Has a dead letter processed after all, with all its attempts: behind what is queued, or where
   * it was if its queue stands still because of it. Without effect when it is none. Returns when
   * that is durable; it happens later.
   *
   * @param id the id of the aggregate
   * @param entryId the id of the entry
   */
  public void redrive(String id, String entryId) {
    sender.accept(QueueMessage.redrive(entries.stream(id), entryId));
  }

  /**
   * Drops a dead letter, or an entry that waits, for good. Without effect on what is processed, or
   * unknown. Returns when that is durable; it happens later.
   *
   * @param id the id of the aggregate
   * @param entryId the id of the entry
   */
  public void drop(String id, String entryId) {
    sender.accept(QueueMessage.drop(entries.stream(id), entryId));
  }
}
