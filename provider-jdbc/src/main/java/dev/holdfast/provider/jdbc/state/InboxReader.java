// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.jdbc.row.Decoding;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.InboxStatus;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.support.StoreTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Rows of inboxes as values. What no type takes is corrupt and names its run. Stateless. */
public final class InboxReader {

  /**
   * What a message {@code m} is read from: {@code consumed_at} is NULL until it is consumed, and
   * whether it is locked says {@link #LOCKED}.
   */
  public static final String MESSAGE =
      """
      m.sequence, m.message_id, m.appended_at, m.consumed_at, m.payload_ref,
             m.payload IS NOT NULL, m.payload\
      """;

  /** How many columns {@link #MESSAGE} has. */
  public static final int MESSAGE_COLUMNS = 7;

  /** Whether a message {@code m} that is not consumed is under a live lock. */
  static final String LOCKED = "m.locked_until > (SELECT :now)";

  /** What the cursor of a message {@code m} is read from. */
  static final String CURSOR = "m.cursor_order, m.cursor_token";

  /**
   * The number of an inbox, which is found before its messages, so that an index gives their order.
   */
  static final String INBOX =
      """
      (SELECT k.inbox_key FROM :schema.inbox k WHERE k.run_id = ? AND k.step_id = ? AND k.port = ?)\
      """;

  private static final byte[] NO_BYTES = {};

  private InboxReader() {}

  /** {@return the parameters of {@link #INBOX}} */
  static List<String> parameters(InboxKey key) {
    return List.of(key.runId(), key.stepId(), key.port());
  }

  /**
   * Reads the columns of {@link #MESSAGE}.
   *
   * @param operation the SPI call, for errors
   * @param key the inbox
   * @param row the row
   * @param first the first of the columns, from 1
   * @param locked whether it is locked, if it is not consumed
   * @return the message
   * @throws SQLException when the store fails
   */
  public static InboxMessage message(
      String operation, InboxKey key, ResultSet row, int first, boolean locked)
      throws SQLException {
    long sequence = row.getLong(first);
    return Decoding.decode(
        operation,
        key.runId(),
        "message %d of %s".formatted(sequence, key),
        () -> {
          Long consumedAt = number(row, first + 3);
          InboxStatus open = locked ? InboxStatus.LOCKED : InboxStatus.PENDING;
          return new InboxMessage(
              key,
              sequence,
              new NewInboxMessage(
                  row.getString(first + 1), payload(row, first + 5), row.getString(first + 4)),
              consumedAt == null ? open : InboxStatus.CONSUMED,
              StoreTime.fromMicros(row.getLong(first + 2)),
              consumedAt == null ? null : StoreTime.fromMicros(consumedAt));
        });
  }

  /**
   * Reads a cursor.
   *
   * @param operation the SPI call, for errors
   * @param runId the run
   * @param row the row
   * @param first the column of the order, from 1; the text stands behind it
   * @return the cursor, null when there is none
   * @throws SQLException when the store fails
   */
  static @Nullable Cursor cursor(String operation, String runId, ResultSet row, int first)
      throws SQLException {
    return Decoding.<@Nullable Cursor>decode(
        operation,
        runId,
        "a cursor",
        () -> {
          Long order = number(row, first);
          return order == null ? null : new Cursor(order, row.getString(first + 1));
        });
  }

  private static @Nullable Long number(ResultSet row, int column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? null : (Long) value;
  }

  /** Reads whether there is a payload, and the payload; drivers read an empty one as null. */
  private static @Nullable Payload payload(ResultSet row, int first) throws SQLException {
    if (!row.getBoolean(first)) {
      return null;
    }
    byte[] bytes = row.getBytes(first + 1);
    return Payload.of(bytes == null ? NO_BYTES : bytes);
  }
}
