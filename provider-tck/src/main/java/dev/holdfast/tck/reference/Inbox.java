// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.InboxStatus;
import dev.holdfast.provider.state.NewInboxMessage;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The messages of one inbox, and what outlives them. Runs under the store's lock. */
final class Inbox {

  /** A message as it is stored; a lock that has ended is still in the row. */
  record Row(
      NewInboxMessage content,
      @Nullable Cursor cursor,
      Instant appendedAt,
      long epoch,
      int deliveries,
      @Nullable Instant lockedUntil,
      @Nullable Instant consumedAt,
      @Nullable Long consumedBy) {

    InboxStatus status(Instant now) {
      if (consumedAt != null) {
        return InboxStatus.CONSUMED;
      }
      return lockedUntil != null && now.isBefore(lockedUntil)
          ? InboxStatus.LOCKED
          : InboxStatus.PENDING;
    }

    /** Whether this epoch holds the message now. */
    boolean isLive(long candidate, Instant now) {
      return status(now) == InboxStatus.LOCKED && epoch == candidate;
    }

    boolean isConsumed() {
      return consumedAt != null;
    }

    Row locked(long newEpoch, Instant until) {
      return new Row(content, cursor, appendedAt, newEpoch, deliveries + 1, until, null, null);
    }

    Row lockedUntil(@Nullable Instant until) {
      return new Row(content, cursor, appendedAt, epoch, deliveries, until, null, null);
    }

    Row consumed(Instant now, @Nullable Long by) {
      return new Row(content, cursor, appendedAt, epoch, deliveries, null, now, by);
    }

    long bytes() {
      return content.payload() == null ? 0 : content.payload().size();
    }
  }

  /** What a message id stands for; since when its message is gone. */
  record Known(long sequence, NewInboxMessage content, @Nullable Instant goneSince) {}

  /** The messages that are stored, by number. */
  final TreeMap<Long, Row> rows = new TreeMap<>();

  private final Map<String, Known> ids = new HashMap<>();
  private long lastSequence;
  private @Nullable Cursor cursor;

  /** An inbox with the same content, which changes by itself. */
  Inbox copy() {
    Inbox copy = new Inbox();
    copy.rows.putAll(rows);
    copy.ids.putAll(ids);
    copy.lastSequence = lastSequence;
    copy.cursor = cursor;
    return copy;
  }

  long lastSequence() {
    return lastSequence;
  }

  /** The cursor with the greatest order; of equal ones the first. */
  @Nullable Cursor cursor() {
    return cursor;
  }

  @Nullable Known known(String messageId) {
    return ids.get(messageId);
  }

  /** Appends a message, and returns its number. */
  long append(NewInboxMessage message, @Nullable Cursor delivered, Instant now) {
    long sequence = ++lastSequence;
    rows.put(sequence, new Row(message, delivered, now, 0, 0, null, null, null));
    ids.put(message.messageId(), new Known(sequence, message, null));
    if (delivered != null && (cursor == null || delivered.order() > cursor.order())) {
      cursor = delivered;
    }
    return sequence;
  }

  /** Removes a message; its id stays. */
  void clear(long sequence, Row gone, Instant now) {
    rows.remove(sequence);
    ids.put(gone.content().messageId(), new Known(sequence, gone.content(), now));
  }

  /** Forgets the ids of messages that are gone for long enough. */
  void forget(Instant goneUntil) {
    ids.values()
        .removeIf(known -> known.goneSince() != null && !known.goneSince().isAfter(goneUntil));
  }
}
