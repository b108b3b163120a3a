// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.IllegalTransition;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.InboxAppended;
import dev.holdfast.provider.state.InboxConsumed;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.InboxStatus;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.support.IdOrder;
import dev.holdfast.tck.reference.Inbox.Known;
import dev.holdfast.tck.reference.Inbox.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Inboxes of steps. A list of changes is applied to a {@link #copy()}, which replaces the table
 * when all of them fit; the two share the inboxes that neither has changed. Runs under the store's
 * lock.
 */
final class InboxTable {

  /** For how long ids are remembered after their messages are gone. */
  static final Duration ID_MEMORY = Duration.ofDays(7);

  private static final Comparator<InboxKey> BY_KEY =
      Comparator.comparing(InboxKey::runId, IdOrder.BY_CODE_POINT)
          .thenComparing(InboxKey::stepId, IdOrder.BY_CODE_POINT)
          .thenComparing(InboxKey::port, IdOrder.BY_CODE_POINT);

  /** A message with its place. */
  record Placed(InboxKey key, long sequence, Row row) {
    InboxMessage message(Instant now) {
      return new InboxMessage(
          key, sequence, row.content(), row.status(now), row.appendedAt(), row.consumedAt());
    }
  }

  private static final Comparator<Placed> OLDEST_CONSUMED_FIRST =
      Comparator.<Placed, Instant>comparing(
              placed -> placed.row().consumedAt(), Comparator.nullsLast(Comparator.naturalOrder()))
          .thenComparing(Placed::key, BY_KEY)
          .thenComparing(Placed::sequence);

  private final TreeMap<InboxKey, Inbox> inboxes = new TreeMap<>(BY_KEY);
  private final Set<InboxKey> own = new HashSet<>();

  /** A table with the same inboxes, which changes by itself. */
  InboxTable copy() {
    InboxTable copy = new InboxTable();
    copy.inboxes.putAll(inboxes);
    // From now on both copy an inbox before they change it.
    own.clear();
    return copy;
  }

  /** Looks at every inbox. */
  void each(BiConsumer<InboxKey, Inbox> look) {
    inboxes.forEach(look);
  }

  /** The inboxes of a run, by step and port. */
  NavigableMap<InboxKey, Inbox> of(String runId) {
    NavigableMap<InboxKey, Inbox> found = new TreeMap<>(BY_KEY);
    inboxes.forEach((key, inbox) -> {
      if (key.runId().equals(runId)) {
        found.put(key, inbox);
      }
    });
    return found;
  }

  /** All inboxes. */
  NavigableMap<InboxKey, Inbox> all() {
    return inboxes;
  }

  /** An inbox to read; an empty one for an unknown key. */
  Inbox read(InboxKey key) {
    Inbox inbox = inboxes.get(key);
    return inbox == null ? new Inbox() : inbox;
  }

  private Inbox write(InboxKey key) {
    Inbox inbox = inboxes.get(key);
    if (inbox == null || own.add(key)) {
      inbox = inbox == null ? new Inbox() : inbox.copy();
      own.add(key);
      inboxes.put(key, inbox);
    }
    return inbox;
  }

  /** The messages above a number, by number. */
  List<Placed> above(InboxKey key, long afterSequence) {
    List<Placed> found = new ArrayList<>();
    read(key)
        .rows
        .tailMap(afterSequence, false)
        .forEach((sequence, row) -> found.add(new Placed(key, sequence, row)));
    return found;
  }

  /** Appends a message unless its id is known, or throws why it does not fit. */
  InboxAppended append(String operation, AppendInbox append, Instant now) {
    return append(operation, append.key(), append.message(), null, now);
  }

  /** Likewise for an input with its cursor. */
  InboxAppended append(
      String operation,
      InboxKey key,
      NewInboxMessage message,
      @Nullable Cursor cursor,
      Instant now) {
    Known known = known(operation, key, message);
    return known == null
        ? new InboxAppended(key, write(key).append(message, cursor, now), false)
        : new InboxAppended(key, known.sequence(), true);
  }

  /** What stands for the id of a message, null when it is new; throws when its content differs. */
  @Nullable Known known(String operation, InboxKey key, NewInboxMessage message) {
    Known known = read(key).known(message.messageId());
    if (known != null && !known.content().equals(message)) {
      throw new IdempotencyMismatch(operation, key.runId(), message.messageId());
    }
    return known;
  }

  /** Consumes a message, or throws why it cannot be. */
  InboxConsumed consume(String operation, ConsumeInbox consume, Instant now) {
    InboxKey key = consume.key();
    long sequence = consume.sequence();
    InboxToken token = consume.lockToken();
    String subject = "message " + sequence + " of " + key;
    Row row = read(key).rows.get(sequence);
    if (row == null) {
      throw new NotFound(operation, key.runId(), subject + " is not there");
    }
    if (row.isConsumed()) {
      if (token != null && row.consumedBy() != null && row.consumedBy() == token.epoch()) {
        return new InboxConsumed(key, sequence, true);
      }
      throw illegal(operation, key, subject, InboxStatus.CONSUMED);
    }
    if (token != null && !row.isLive(token.epoch(), now)) {
      throw new LockLost(operation, token, "it does not hold the lock of the message now");
    }
    if (token == null && row.status(now) == InboxStatus.LOCKED) {
      throw illegal(operation, key, subject, InboxStatus.LOCKED);
    }
    write(key).rows.put(sequence, row.consumed(now, token == null ? null : token.epoch()));
    return new InboxConsumed(key, sequence, false);
  }

  private static IllegalTransition illegal(
      String operation, InboxKey key, String subject, InboxStatus from) {
    return new IllegalTransition(
        operation, key.runId(), subject, from.label(), InboxStatus.CONSUMED.label());
  }

  /** Locks a message. */
  Placed lock(Placed placed, long epoch, Instant until) {
    Row locked = placed.row().locked(epoch, until);
    write(placed.key()).rows.put(placed.sequence(), locked);
    return new Placed(placed.key(), placed.sequence(), locked);
  }

  private @Nullable Row row(InboxToken token) {
    return read(token.key()).rows.get(token.sequence());
  }

  /** Whether the token holds its message. */
  boolean isLive(InboxToken token, Instant now) {
    Row row = row(token);
    return row != null && row.isLive(token.epoch(), now);
  }

  /** Prolongs a lock, and returns whether the token holds it. */
  boolean renew(InboxToken token, Instant now, Instant until) {
    Row row = row(token);
    if (row == null || !row.isLive(token.epoch(), now)) {
      return false;
    }
    if (until.isAfter(row.lockedUntil())) {
      write(token.key()).rows.put(token.sequence(), row.lockedUntil(until));
    }
    return true;
  }

  /** Ends a lock. */
  void abandon(String operation, InboxToken token) {
    Row row = row(token);
    if (row == null || row.isConsumed() || row.epoch() != token.epoch()) {
      throw new LockLost(operation, token, "the message went on without it");
    }
    write(token.key()).rows.put(token.sequence(), row.lockedUntil(null));
  }

  /** Removes consumed messages, oldest first, and forgets ids; returns how many messages. */
  int cleanUp(Instant consumedBefore, int limit, Instant now) {
    List<Placed> going =
        inboxes.keySet().stream()
            .flatMap(key -> above(key, 0).stream())
            .filter(placed ->
                placed.row().consumedAt() != null
                    && placed.row().consumedAt().isBefore(consumedBefore))
            .sorted(OLDEST_CONSUMED_FIRST)
            .limit(limit)
            .toList();
    remove(going, now);
    List.copyOf(inboxes.keySet()).forEach(key -> forget(key, now));
    return going.size();
  }

  /** Likewise in one inbox below a number, lowest first. */
  int cleanUp(InboxKey key, long belowSequence, int limit, Instant now) {
    if (!inboxes.containsKey(key)) {
      return 0;
    }
    List<Placed> going =
        above(key, 0).stream()
            .filter(placed -> placed.sequence() < belowSequence && placed.row().isConsumed())
            .limit(limit)
            .toList();
    remove(going, now);
    forget(key, now);
    return going.size();
  }

  private void remove(List<Placed> going, Instant now) {
    going.forEach(placed -> write(placed.key()).clear(placed.sequence(), placed.row(), now));
  }

  private void forget(InboxKey key, Instant now) {
    write(key).forget(now.minus(ID_MEMORY));
  }

  /** Removes the inboxes of a run with all that is known of them; returns how many messages. */
  long remove(String runId) {
    long messages = of(runId).values().stream().mapToLong(inbox -> inbox.rows.size()).sum();
    inboxes.keySet().removeIf(key -> key.runId().equals(runId));
    own.removeIf(key -> key.runId().equals(runId));
    return messages;
  }
}
