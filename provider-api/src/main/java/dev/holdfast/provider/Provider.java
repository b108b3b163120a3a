// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A handle on one durable orchestration store.
 *
 * <p>The runtime decides, the provider stores. A provider keeps histories, an <em>orchestrator
 * queue</em> of messages addressed to instances, and a <em>worker queue</em> of activities; it
 * hands them out under locks and applies the result of each turn in one transaction. It never
 * parses a {@link Payload} and never interprets an event or message kind.
 *
 * <p><b>Life of an instance.</b> {@link #enqueue} a message with a {@link ExecutionStart}; {@link
 * #fetchOrchestrationItems} delivers the instance with its messages and history, locked; {@link
 * #ackOrchestrationItem} appends the turn's events, schedules activities, sends messages and
 * releases the lock, all or nothing. The instance row is born at the first ack whose metadata has a
 * name, never earlier (CREATE-02, CREATE-03). The instance is <em>known</em> from its first applied
 * ack on, whatever that says, also when it leaves neither row nor history: from then on messages to
 * it are no orphans, and each makes it deliverable without a start (QUEUE-12 to QUEUE-15).
 *
 * <p><b>Locks.</b> An item is locked from the store's now for the time asked for. The lock ends by
 * an applied ack, an abandon, a forced delete, or by itself; expired is expired, even when nobody
 * took over (LOCK-08, EXPIRY-01, EXPIRY-02). Its {@link LockToken} is a fence: older tokens can
 * change nothing (LOCK-03, EXPIRY-04).
 *
 * <p><b>One clock decides</b>: the store's (CLOCK-01). Durations in requests are added to it by the
 * provider.
 *
 * <p><b>Errors.</b> Every failure is a {@link ProviderError} (ERR-01). Acks answer {@link
 * ProviderError.Permanent} errors as {@link AckResult.Rejected}; all other calls throw them. {@link
 * ProviderError.Retryable} errors are always thrown, and repeating the same call is safe. Besides
 * what is listed at each call, every call can throw {@link ProviderError.StoreUnavailable}, {@link
 * ProviderError.StoreContention}, {@link ProviderError.StoreFailure}, {@link
 * ProviderError.CorruptData} and, once the handle is closed, {@link ProviderError.InvalidRequest};
 * every call that writes can throw {@link ProviderError.OutcomeUnknown}. What needs a {@link
 * Feature} that is not declared is {@link ProviderError.NotSupported}, and nothing is written
 * (SPI-08).
 *
 * <p><b>Threads.</b> All calls are blocking and thread-safe; the runtime makes them from many
 * threads, virtual ones included. A waiting fetch holds no transaction, lock or connection
 * (POLL-08) and ends early, empty, when its thread is interrupted (POLL-09). An interrupt ends that
 * wait and nothing else: it must not reach the driver or the file, because Java closes an
 * interruptible channel for all its users when one thread is interrupted in it, and drivers give up
 * in the middle of a commit. A provider therefore calls its driver on threads that nobody
 * interrupts, or shields the call, and leaves the caller's interrupt flag as it was. Several
 * handles, in one process or many, may work on one store.
 *
 * <p><b>For authors.</b> The list forms of acks are {@code default} methods that loop, so that a
 * first provider is small; a fast one overrides them. Package {@code dev.holdfast.provider.support}
 * has {@code RequestChecks}, which refuses what limits and undeclared features rule out, as the
 * first thing in each call, and {@code ListForms} for lists that are served one by one.
 */
public interface Provider extends AutoCloseable {

  /**
   * What this provider is and can do. Constant, makes no call to the store, works after {@link
   * #close} (SPI-06).
   *
   * @return the description
   */
  ProviderInfo info();

  // ---- orchestrator queue
  // -------------------------------------------------------------------------------------------

  /**
   * Locks up to {@code max} ready instances and answers each with its batch of messages, its
   * history and a token of its own (FETCH-01 to FETCH-15).
   *
   * <p>Among ready instances the one that is ready longest comes first, an abandoned one behind
   * those that are ready at the same moment (FETCH-06). The batch is every message that is visible
   * now, in insertion order, and is fixed: the ack removes those and no later ones (FETCH-04).
   * Locking counts one delivery (POISON-01).
   *
   * <p>An instance that is not known yet, because no ack for it was applied, is ready since a start
   * message for it is visible; other messages to it are orphans, which wait, or are discarded if
   * they say {@code discardIfUnknown} (QUEUE-12 to QUEUE-14).
   *
   * @param request how many, locked for how long, waiting for how long
   * @return the items, at most {@code max}, all of different instances; empty means that at some
   *     moment during the call nothing was eligible, never that a race was lost (FETCH-03)
   * @throws ProviderError.NotSupported when a version filter is given and not declared (VERSION-01)
   * @throws ProviderError when the call fails; then no lock is held, except after a connection lost
   *     at the commit, where a lock may run out by itself (FETCH-02, CRASH-08)
   */
  List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request);

  /**
   * Applies the result of one turn, in one transaction: checks the fence and that the lock is live,
   * removes the batch, writes instance and execution rows, appends history, inserts activities and
   * then deletes cancelled ones, inserts messages, releases the lock (ATOM-01 to ATOM-17, MULTI,
   * CANCEL).
   *
   * <p>Safe to repeat: the token that was acked last answers {@link AckResult.AlreadyApplied} and
   * changes nothing, also long after its end. Content that is invalid in itself may be refused
   * first (ATOM-08).
   *
   * @param ack the turn's result
   * @return {@link AckResult.Applied}, {@link AckResult.AlreadyApplied}, or {@link
   *     AckResult.Rejected} with {@link ProviderError.LockLost} (expired, superseded or unknown
   *     token), {@link ProviderError.DuplicateEvent}, {@link ProviderError.InvalidRequest} (event
   *     ids out of order, payload over the limit, an activity of another instance or execution, an
   *     activity identity that is queued), {@link ProviderError.IdempotencyMismatch} or {@link
   *     ProviderError.NotSupported}; a rejected ack writes nothing (ATOM-01)
   */
  AckResult ackOrchestrationItem(OrchestrationAck ack);

  /**
   * Applies several turns, each atomic on its own, in list order (ATOM-11, ATOM-12). A store that
   * can makes it one commit. Each ack has its own claim (CLAIM-07).
   *
   * @param acks the turns' results
   * @return one result per ack, in order; a token that stands twice is applied, then already
   *     applied
   * @throws ProviderError.Retryable when the outcome of some is open; each is whole or absent, and
   *     repeating the whole list answers truly (ATOM-13)
   */
  default List<AckResult> ackOrchestrationItems(List<OrchestrationAck> acks) {
    return acks.stream().map(this::ackOrchestrationItem).toList();
  }

  // ---- worker queue
  // -------------------------------------------------------------------------------------------------

  /**
   * Locks up to {@code max} ready activities. They come in the order in which they became ready,
   * those of one moment in insertion order (QUEUE-18). Locking counts one delivery (POISON-03).
   *
   * @param request how many, locked for how long, waiting for how long, which tags and sessions
   * @return the items, at most {@code max}; empty means that at some moment during the call nothing
   *     was eligible
   * @throws ProviderError.NotSupported when a tag is named or a session claimed and that is not
   *     declared (TAG-01, SESSION-01)
   * @throws ProviderError.InvalidRequest when the filter names more tags than {@code limits()}
   *     allows (TAG-06)
   * @throws ProviderError when the call fails; then no lock is held, except after a connection lost
   *     at the commit, where a lock may run out by itself (FETCH-02, CRASH-08)
   */
  List<ActivityItem> fetchActivityItems(ActivityFetch request);

  /**
   * Removes a finished activity and enqueues its completion, in one transaction (ATOM-14).
   *
   * <p>Safe to repeat: {@link AckResult.AlreadyApplied} at least until the completion was consumed,
   * then that or {@link ProviderError.LockLost}, and so from the start for an ack without one;
   * never a second effect. A completion that is invalid in itself may be refused first (ATOM-15).
   *
   * <p>Its claim may carry a {@link TurnAhead}, which is applied in the same commit if it fits
   * (AHEAD-02).
   *
   * @param ack token and completion
   * @return {@link AckResult.Applied}, {@link AckResult.AlreadyApplied}, or {@link
   *     AckResult.Rejected} with {@link ProviderError.LockLost} (also when the activity was
   *     cancelled, CANCEL-03), {@link ProviderError.InvalidRequest} (completion to another
   *     instance, QUEUE-20, or over the limit) or {@link ProviderError.IdempotencyMismatch}
   */
  AckResult ackActivityItem(ActivityAck ack);

  /**
   * Acks several activities, each atomic on its own, in list order (ATOM-16). A store that can
   * makes it one commit.
   *
   * <p>Each ack has its own claim, and an instance is claimed at most once per call, with the
   * completions of the whole list in its batch (CLAIM-07). This default claims at the first element
   * that asks, before the later ones are written; a provider that declares {@link
   * Feature#EAGER_DISPATCH} overrides it.
   *
   * @param acks tokens and completions
   * @return one result per ack, in order
   * @throws ProviderError.Retryable when the outcome of some is open; repeating the whole list is
   *     safe
   */
  default List<AckResult> ackActivityItems(List<ActivityAck> acks) {
    return acks.stream().map(this::ackActivityItem).toList();
  }

  // ---- locks of both queues
  // -----------------------------------------------------------------------------------------

  /**
   * Prolongs live locks, of instances and activities alike: the end of each becomes the later of
   * its present end and now plus {@code extendFor} (EXPIRY-05). That a lock is lost is no error,
   * and does not concern the others.
   *
   * @param tokens the tokens, of both kinds in any order; may be empty
   * @param extendFor how long from now; above zero
   * @return the tokens whose locks are live and were prolonged. The others are lost: expired, taken
   *     over, given up, or never given out (EXPIRY-03, EXPIRY-07, LOCK-04); for a worker this is
   *     the signal that its activity was cancelled (CANCEL-03)
   * @throws ProviderError.InvalidRequest when {@code extendFor} is not positive, also for no tokens
   *     at all (EXPIRY-09)
   */
  Set<LockToken> renew(Collection<LockToken> tokens, Duration extendFor);

  /**
   * Gives an instance or an activity back without a result. The same messages, or the same
   * activity, come again, in the same order (LOCK-07). Accepted with the current token also after
   * its end, while nobody took over (EXPIRY-10).
   *
   * @param token the token of the item
   * @param how after which delay, and whether the delivery counts
   * @throws ProviderError.LockLost when the token is not the current one, was acked or abandoned
   *     before (EXPIRY-04, EXPIRY-13), or its activity is gone (CANCEL-04)
   */
  void abandon(LockToken token, AbandonOptions how);

  // ---- messages and history
  // -----------------------------------------------------------------------------------------

  /**
   * Stores a message for an instance, which need not exist. When it returns, the message is visible
   * to every handle (QUEUE-01). It creates no instance (CREATE-03) and does not wait for the
   * instance's lock (LOCK-01).
   *
   * @param message the message
   * @return whether it was stored, or its message id was used before with the same content
   *     (QUEUE-26); nothing is claimed
   * @throws ProviderError.IdempotencyMismatch when its message id was used before with other
   *     content (QUEUE-09)
   * @throws ProviderError.InvalidRequest when a payload is over the limit (DATA-02) or it is due
   *     beyond the year 9999 (QUEUE-05)
   */
  EnqueueResult enqueue(OrchestratorMessage message);

  /**
   * Stores a message and asks for the addressed instance in the same commit.
   *
   * <p>A repeat with the same message id stores nothing and claims nothing, also when the first
   * call's answer was lost (CLAIM-06): what that call claimed returns at its lock end.
   *
   * @param message the message
   * @param eager how to lock it
   * @return whether it was stored, and the instance, if it was free and eligible and the provider
   *     declares {@link Feature#EAGER_DISPATCH}; an answer without it is always right (CLAIM-01,
   *     CLAIM-05)
   * @throws ProviderError.NotSupported when the claim has a version filter and that is not declared
   *     (VERSION-01)
   * @throws ProviderError as {@link #enqueue(OrchestratorMessage)}
   */
  default EnqueueResult enqueue(OrchestratorMessage message, EagerInstance eager) {
    if (eager.versionFilter() != null && !info().declares(Feature.VERSION_FILTER)) {
      throw new ProviderError.NotSupported("enqueue", Feature.VERSION_FILTER);
    }
    return enqueue(message);
  }

  /**
   * Stores several messages in list order. All are checked before the first is written; after
   * another failure a prefix may be stored, never a message behind a missing one (QUEUE-16).
   *
   * @param messages the messages
   * @throws ProviderError as {@link #enqueue(OrchestratorMessage)}
   */
  void enqueueAll(List<OrchestratorMessage> messages);

  /**
   * Reads events of one execution: those with ids above {@code afterEventId}, ascending, at most
   * {@code limit}. Pages joined equal the whole (FETCH-11). Unknown instances and executions are
   * empty, not an error (FETCH-12).
   *
   * @param instanceId the instance
   * @param executionId the execution, from 1
   * @param afterEventId the last event id already known, 0 for none
   * @param limit the most events to answer, from 1
   * @return the events, the last stored id, and whether no further event follows
   * @throws ProviderError.InvalidRequest when an argument is out of range
   * @throws ProviderError.CorruptData when an event in the range cannot be read; never a shortened
   *     answer (ERR-11)
   */
  History readHistory(String instanceId, long executionId, long afterEventId, int limit);

  /**
   * The greatest execution id that was acked for an instance (MULTI-03).
   *
   * @param instanceId the instance
   * @return the id, empty when nothing was acked
   * @throws ProviderError.InvalidRequest when the id is not well formed
   */
  OptionalLong latestExecutionId(String instanceId);

  /**
   * Which of some instances have ended, and with which last event; waits until one has. For callers
   * who await results: one call serves them all, and costs one statement however many instances it
   * names (ENDED-01 to ENDED-07).
   *
   * <p>An instance has ended when its greatest acked execution is {@link ExecutionStatus#COMPLETED}
   * or {@link ExecutionStatus#FAILED}. Nothing is locked, counted or changed.
   *
   * @param request which instances, waiting for how long
   * @return those that have ended, each once, in any order; empty when none has until the wait is
   *     over, the thread is interrupted or the handle is closed
   * @throws ProviderError when the call fails; nothing has changed
   */
  List<EndedInstance> readEnded(EndedRead request);

  /**
   * What there is to say of an instance, read at once and at little cost: neither its history nor
   * its messages are read (DESCRIBE-01 to DESCRIBE-04).
   *
   * @param instanceId the instance
   * @return the description; empty when no ack was applied and no start is queued for it, also when
   *     other messages wait for it
   * @throws ProviderError.InvalidRequest when the id is not well formed
   */
  Optional<InstanceDescription> describeInstance(String instanceId);

  /**
   * Stores why the locked instance or activity is not moving, for callers of {@link
   * #describeInstance}; it replaces what was reported before. It stays over abandons, lock ends and
   * reopening: that of an instance until its next applied ack, that of an activity as long as the
   * activity is queued (DESCRIBE-05, DESCRIBE-06). Nothing else changes: not the lock, its end, the
   * delivery count or the place in the line.
   *
   * @param token the token of an item whose lock is live
   * @param problem the text, 1 to {@link InstanceDescription#MAX_PROBLEM_LENGTH} UTF-16 units
   * @throws ProviderError.LockLost when the lock is not live under this token
   * @throws ProviderError.InvalidRequest when the text is empty or too long (DESCRIBE-07)
   */
  void reportProblem(LockToken token, String problem);

  // ---- features and end
  // ---------------------------------------------------------------------------------------------

  /**
   * The calls of a declared feature.
   *
   * @param <C> the capability's type
   * @param type the interface, see {@link Feature#type()}
   * @return the same instance every time for a declared feature, empty for everything else (SPI-07)
   */
  <C extends Capability> Optional<C> capability(Class<C> type);

  /**
   * Closes this handle and nothing else: waiting fetches end promptly and empty, later calls are
   * {@link ProviderError.InvalidRequest}, locks stay until they end, a {@code DataSource} of the
   * caller stays open (SPI-10, SPI-11). Closing twice does nothing.
   */
  @Override
  void close();
}
