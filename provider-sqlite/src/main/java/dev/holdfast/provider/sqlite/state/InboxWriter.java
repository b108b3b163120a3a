// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.state;

import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.jdbc.state.InboxContent;
import dev.holdfast.provider.jdbc.state.InboxRefusals;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.InboxAppended;
import dev.holdfast.provider.state.InboxChange;
import dev.holdfast.provider.state.InboxConsumed;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxStatus;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.state.TriggerDelivered;
import dev.holdfast.provider.state.TriggerDelivered.Outcome;
import dev.holdfast.provider.state.Triggers;
import java.security.MessageDigest;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Writes changes of inboxes. What does not fit is thrown, which undoes the call. While a
 * transaction writes there is no other one: numbers have no gap, and of two equal ids one is the
 * first. Stateless.
 */
public final class InboxWriter {

  private static final String KNOWN =
      "SELECT sequence, content_hash FROM holdfast_inbox_message_id WHERE inbox_key = "
          + InboxLock.INBOX
          + " AND message_id = ?";

  /** The number is never used again, so it is not counted from what is left (INBOX-08). */
  private static final String NEXT =
      """
      INSERT INTO holdfast_inbox (run_id, step_id, port, last_sequence) VALUES (?, ?, ?, 1)
      ON CONFLICT (run_id, step_id, port) DO UPDATE SET last_sequence = last_sequence + 1
      RETURNING inbox_key, last_sequence
      """;

  private static final String REMEMBER =
      """
      INSERT INTO holdfast_inbox_message_id (inbox_key, message_id, sequence, content_hash)
      VALUES (?, ?, ?, ?)
      """;

  private static final String INSERT =
      """
      INSERT INTO holdfast_inbox_message (inbox_key, sequence, message_id, appended_at, input_of,
                                          cursor_order, cursor_token, payload_ref, payload)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  /** A cursor of the same order is not further, so the first of them stays (TRIGGER-12). */
  private static final String MOVE_CURSOR =
      """
      UPDATE holdfast_inbox SET cursor_order = ?2, cursor_token = ?3
       WHERE inbox_key = ?1 AND (cursor_order IS NULL OR cursor_order < ?2)
      """;

  private static final String CONSUME =
      """
      UPDATE holdfast_inbox_message
         SET consumed_at = ?, lock_epoch = ?, locked_until = 0, input_of = NULL
       WHERE inbox_key = ? AND sequence = ?
      """;

  private static final String OF_RUN =
      " WHERE inbox_key IN (SELECT k.inbox_key FROM holdfast_inbox k WHERE k.run_id = ?)";

  private static final String DELETE_MESSAGES = "DELETE FROM holdfast_inbox_message" + OF_RUN;
  private static final String DELETE_IDS = "DELETE FROM holdfast_inbox_message_id" + OF_RUN;
  private static final String DELETE = "DELETE FROM holdfast_inbox WHERE run_id = ?";

  private static final long NO_TOKEN = 0;

  private InboxWriter() {}

  /** Writes one change and returns what it has done. */
  public static ChangeResult write(WriteTx tx, String operation, InboxChange change)
      throws SQLException {
    return switch (change) {
      case AppendInbox append -> append(tx, operation, append);
      case ConsumeInbox consume -> consume(tx, operation, consume);
    };
  }

  private static InboxAppended append(WriteTx tx, String operation, AppendInbox append)
      throws SQLException {
    InboxKey key = append.key();
    Long known = known(tx.session(), operation, key, append.message());
    return known == null
        ? new InboxAppended(key, insert(tx, key, append.message(), null), false)
        : new InboxAppended(key, known, true);
  }

  /**
   * Stores an input with its cursor; the wake-up of a new one is the caller's. A repeat is told
   * before the end of the run, because it was delivered before (TRIGGER-06).
   */
  public static TriggerDelivered deliver(WriteTx tx, String operation, DeliverTrigger trigger)
      throws SQLException {
    InboxKey key = trigger.key();
    Long known = known(tx.session(), operation, key, trigger.input());
    if (known != null) {
      return new TriggerDelivered(Outcome.DUPLICATE, known);
    }
    SqliteRuns.Row run = SqliteRuns.find(tx.session(), operation, trigger.runId());
    if (run != null && run.run().status().isFinal()) {
      return new TriggerDelivered(Outcome.ENDED, 0);
    }
    return new TriggerDelivered(Outcome.NEW, insert(tx, key, trigger.input(), trigger.cursor()));
  }

  /**
   * Looks for the id of a message.
   *
   * @return the number of the message that came with it first, null when it is new
   */
  private static @Nullable Long known(
      Session session, String operation, InboxKey key, NewInboxMessage message)
      throws SQLException {
    return session.first(
        KNOWN,
        row -> {
          if (!MessageDigest.isEqual(row.getBytes(2), InboxContent.hash(message))) {
            throw InboxRefusals.mismatch(operation, key, message.messageId());
          }
          return row.getLong(1);
        },
        key.runId(),
        key.stepId(),
        key.port(),
        message.messageId());
  }

  private record Place(long inbox, long sequence) {}

  private static long insert(
      WriteTx tx, InboxKey key, NewInboxMessage message, @Nullable Cursor cursor)
      throws SQLException {
    Session session = tx.session();
    Place place =
        session
            .list(
                NEXT,
                row -> new Place(row.getLong(1), row.getLong(2)),
                key.runId(),
                key.stepId(),
                key.port())
            .get(0);
    session.update(
        REMEMBER, place.inbox(), message.messageId(), place.sequence(), InboxContent.hash(message));
    session.update(
        INSERT,
        place.inbox(),
        place.sequence(),
        message.messageId(),
        tx.now(),
        key.port().equals(Triggers.PORT) ? key.runId() : null,
        cursor == null ? null : cursor.order(),
        cursor == null ? null : cursor.token(),
        message.payloadRef(),
        SqliteRuns.bytes(message.payload()));
    if (cursor != null) {
      session.update(MOVE_CURSOR, place.inbox(), cursor.order(), cursor.token());
    }
    return place.sequence();
  }

  private static InboxConsumed consume(WriteTx tx, String operation, ConsumeInbox consume)
      throws SQLException {
    InboxKey key = consume.key();
    long sequence = consume.sequence();
    InboxToken token = consume.lockToken();
    InboxLock lock = InboxLock.find(tx.session(), key, sequence);
    if (lock == null) {
      throw InboxRefusals.unknown(operation, key, sequence);
    }
    if (lock.consumed()) {
      if (token != null && token.epoch() == lock.epoch()) {
        return new InboxConsumed(key, sequence, true);
      }
      throw InboxRefusals.notConsumable(operation, key, sequence, InboxStatus.CONSUMED);
    }
    long now = tx.now();
    if (token != null && !lock.isLive(token, now)) {
      throw InboxLock.lost(operation, token, lock);
    }
    if (token == null && lock.isHeld(now)) {
      throw InboxRefusals.notConsumable(operation, key, sequence, InboxStatus.LOCKED);
    }
    tx.session()
        .update(CONSUME, now, token == null ? NO_TOKEN : token.epoch(), lock.inbox(), sequence);
    return new InboxConsumed(key, sequence, false);
  }

  /** Deletes the inboxes of a run, whether it exists or not, and returns how many messages went. */
  static long delete(Session session, String runId) throws SQLException {
    int messages = session.update(DELETE_MESSAGES, runId);
    session.update(DELETE_IDS, runId);
    session.update(DELETE, runId);
    return messages;
  }
}
