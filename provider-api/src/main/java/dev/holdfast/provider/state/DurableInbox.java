// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.state;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.ProviderError;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Inboxes of steps: durable messages to a port of a step, accepted once, in an order that never
 * rearranges, and consumed exactly once where the consumption is part of an ack. Neither run nor
 * instance need exist (INBOX-23); deleting the run or the instance of its id deletes its inboxes
 * (RUN-26, RUN-27).
 *
 * <p>A message is pending, then locked by a {@link #fetch}, then consumed. At the lock end it is
 * pending again, at its place, without any call (INBOX-13). Messages are appended and consumed by
 * the changes {@link AppendInbox} and {@link ConsumeInbox}, in acks, by {@link
 * dev.holdfast.provider.Changes#apply}, or by the calls here, which mean the same.
 *
 * <p>Reads take no lock, change nothing, and each result shows one committed state (CHANGE-22). A
 * row that cannot be read is {@link ProviderError.CorruptData} and stops no other. Thread-safe;
 * fails like {@link dev.holdfast.provider.Provider}.
 */
public interface DurableInbox extends Capability {

  /**
   * {@return for how long at least a message id is remembered after its message was cleaned up;
   * constant, at least seven days (INBOX-09)}
   */
  Duration idMemory();

  /**
   * Appends a message: {@link dev.holdfast.provider.Changes#apply} of this one change, without a
   * fence.
   *
   * @param append what to append, and where
   * @return the number of the message, and whether it was there
   * @throws ProviderError.IdempotencyMismatch when its id was used before with other content
   *     (INBOX-04)
   * @throws ProviderError.InvalidRequest when the payload is over the limit
   */
  InboxAppended append(AppendInbox append);

  /**
   * Consumes a message: {@link dev.holdfast.provider.Changes#apply} of this one change, without a
   * fence. Without a token it is for those who know that nobody else consumes.
   *
   * @param consume which message, and the token of its lock
   * @return the number of the message, and whether it had been consumed with this token
   * @throws ProviderError.NotFound when the inbox has no such message
   * @throws ProviderError.LockLost when the token does not hold the lock of the message
   * @throws ProviderError.IllegalTransition when it was consumed otherwise, or is locked and no
   *     token is shown (INBOX-15, INBOX-16)
   */
  InboxConsumed consume(ConsumeInbox consume);

  /**
   * Reads pending messages of an inbox, by number (INBOX-10).
   *
   * @param key the inbox
   * @param afterSequence the number above which to begin, 0 for all
   * @param limit the most messages, from 1 to {@code limits().maxPageSize()}
   * @return those that are pending; none for an unknown inbox
   * @throws ProviderError.InvalidRequest when a number is out of range
   */
  List<InboxMessage> pending(InboxKey key, long afterSequence, int limit);

  /**
   * Reads one message.
   *
   * @param key the inbox
   * @param sequence its number there, from 1
   * @return the message, in whatever state; empty when there is none, or it was cleaned up
   * @throws ProviderError.InvalidRequest when the number is below 1
   */
  Optional<InboxMessage> message(InboxKey key, long sequence);

  /**
   * Locks the pending messages with the lowest numbers for the caller and counts one delivery of
   * each (INBOX-11). A locked message is given to nobody else, and hides none behind it (INBOX-12).
   * Does not wait for messages.
   *
   * @param key the inbox
   * @param max the most messages, from 1 to {@code limits().maxPageSize()}
   * @param lockFor how long the locks last; above zero; parts of a microsecond count as a whole one
   * @return the messages by number, each with a token that is greater than every earlier one of it;
   *     none when nothing is pending
   * @throws ProviderError.InvalidRequest when a number or the duration is out of range; nothing has
   *     changed
   */
  List<InboxItem> fetch(InboxKey key, int max, Duration lockFor);

  /**
   * Prolongs live locks: each end becomes the later of its present end and now plus {@code
   * extendFor} (INBOX-14). That one is lost is no error, and does not concern the others.
   *
   * @param tokens the tokens, in any order; may be empty
   * @param extendFor how long from the store's now; above zero
   * @return the tokens whose locks are live and were prolonged; the others are lost
   * @throws ProviderError.InvalidRequest when {@code extendFor} is not positive, also for no tokens
   *     at all
   */
  Set<InboxToken> renew(Collection<InboxToken> tokens, Duration extendFor);

  /**
   * Gives a message back: it is pending at once, at its place, and its delivery stays counted
   * (INBOX-14). Once the lock has ended and nobody has fetched the message again, or it was given
   * back before, this changes nothing.
   *
   * @param token the token of its lock
   * @throws ProviderError.LockLost when the message was fetched again or consumed since, or is not
   *     there (INBOX-13)
   */
  void abandon(InboxToken token);

  /**
   * Counts the messages of a run's inboxes (INBOX-20).
   *
   * @param runId the run
   * @return one for each inbox that ever had a message, by step and port in code points; none for
   *     an unknown run
   * @throws ProviderError.InvalidRequest when the id is no identifier
   */
  List<InboxCounts> counts(String runId);

  /**
   * Removes consumed messages of all inboxes, oldest first, and forgets ids whose time is over
   * (INBOX-09, INBOX-21). Numbers go on (INBOX-08).
   *
   * @param consumedBefore the moment before which they were consumed, itself excluded, cut off to
   *     microseconds
   * @param limit the most messages to remove, from 1
   * @return how many messages were removed
   * @throws ProviderError.InvalidRequest when the moment or the limit is out of range
   */
  int cleanUp(Instant consumedBefore, int limit);

  /**
   * Removes consumed messages of one inbox, lowest first, and forgets ids whose time is over.
   *
   * @param key the inbox
   * @param belowSequence the number below which they stand, itself excluded, from 1
   * @param limit the most messages to remove, from 1
   * @return how many messages were removed
   * @throws ProviderError.InvalidRequest when a number is out of range
   */
  int cleanUp(InboxKey key, long belowSequence, int limit);
}
