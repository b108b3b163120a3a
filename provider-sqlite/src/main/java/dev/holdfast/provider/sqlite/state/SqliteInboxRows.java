// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.state;

import dev.holdfast.provider.jdbc.state.InboxReader;
import dev.holdfast.provider.jdbc.state.InboxRows;
import dev.holdfast.provider.sqlite.store.Database;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxMessage;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.provider.support.StoreTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rows of inboxes in one file. Thread-safe. */
public final class SqliteInboxRows implements InboxRows {

  private static final String PENDING =
      "SELECT "
          + InboxReader.MESSAGE
          + ", m.delivery_count, m.inbox_key\n"
          + "  FROM holdfast_inbox_message m INDEXED BY holdfast_inbox_message_pending\n"
          + " WHERE m.inbox_key = "
          + InboxLock.INBOX
          + """

             AND m.consumed_at IS NULL AND m.locked_until <= ?
           ORDER BY m.sequence
           LIMIT ?
          """;

  private static final String LOCK =
      """
      UPDATE holdfast_inbox_message SET lock_epoch = ?, locked_until = ?, delivery_count = ?
       WHERE inbox_key = ? AND sequence = ?
      """;

  private static final String SET_END =
      "UPDATE holdfast_inbox_message SET locked_until = ? WHERE inbox_key = ? AND sequence = ?";

  private static final String OLDEST_CONSUMED =
      """
      SELECT inbox_key, sequence, message_id
        FROM holdfast_inbox_message INDEXED BY holdfast_inbox_message_consumed
       WHERE consumed_at < ?
       ORDER BY consumed_at, inbox_key, sequence
       LIMIT ?
      """;

  private static final String LOWEST_CONSUMED =
      "SELECT inbox_key, sequence, message_id\n  FROM holdfast_inbox_message\n WHERE inbox_key = "
          + InboxLock.INBOX
          + """
           AND sequence < ? AND consumed_at IS NOT NULL
           ORDER BY sequence
           LIMIT ?
          """;

  private static final String REMOVE =
      "DELETE FROM holdfast_inbox_message WHERE inbox_key = ? AND sequence = ?";

  /** The time of an id begins to run when its message goes. */
  private static final String BEGIN_TO_FORGET =
      """
      UPDATE holdfast_inbox_message_id SET removed_at = ? WHERE inbox_key = ? AND message_id = ?
      """;

  private static final String FORGOTTEN =
      """
      SELECT inbox_key, message_id
        FROM holdfast_inbox_message_id INDEXED BY holdfast_inbox_message_id_removed
       WHERE removed_at <= ?
       ORDER BY removed_at
       LIMIT ?
      """;

  private static final String FORGET =
      "DELETE FROM holdfast_inbox_message_id WHERE inbox_key = ? AND message_id = ?";

  /** How many rows are removed in one go. */
  private static final int PORTION = 1_000;

  private static final long MEMORY = StoreTime.plus(0, ID_MEMORY);

  private final Database database;

  /** Creates it. */
  public SqliteInboxRows(Database database) {
    this.database = database;
  }

  private record Found(InboxMessage message, int deliveryCount, long inbox) {

    static Found of(String operation, InboxKey key, ResultSet row) throws SQLException {
      int behind = 1 + InboxReader.MESSAGE_COLUMNS;
      return new Found(
          InboxReader.message(operation, key, row, 1, true),
          row.getInt(behind) + 1,
          row.getLong(behind + 1));
    }
  }

  @Override
  public List<InboxItem> fetch(String operation, InboxKey key, int max, Duration lockFor) {
    return database.lock(operation, tx -> fetch(tx, operation, key, max, lockFor));
  }

  private static List<InboxItem> fetch(
      WriteTx tx, String operation, InboxKey key, int max, Duration lockFor) throws SQLException {
    long now = tx.now();
    List<Found> found =
        tx.session()
            .list(
                PENDING,
                row -> Found.of(operation, key, row),
                key.runId(),
                key.stepId(),
                key.port(),
                now,
                max);
    if (found.isEmpty()) {
      return List.of();
    }
    long epoch = tx.next();
    long until = StoreTime.plus(now, lockFor);
    List<InboxItem> items = new ArrayList<>();
    List<@Nullable Object[]> locks = new ArrayList<>();
    for (Found one : found) {
      long sequence = one.message().sequence();
      locks.add(new @Nullable Object[] {epoch, until, one.deliveryCount(), one.inbox(), sequence});
      items.add(
          new InboxItem(one.message(), one.deliveryCount(), new InboxToken(key, sequence, epoch)));
    }
    tx.session().updateEach(LOCK, locks);
    return items;
  }

  @Override
  public Set<InboxToken> renew(String operation, List<InboxToken> tokens, Duration extendFor) {
    database.checkOpen(operation);
    if (tokens.isEmpty()) {
      return Set.of();
    }
    return database.renew(
        operation,
        tx -> {
          Set<InboxToken> held = new LinkedHashSet<>();
          for (InboxToken token : tokens) {
            if (renew(tx, token, extendFor)) {
              held.add(token);
            }
          }
          return held;
        });
  }

  private static boolean renew(WriteTx tx, InboxToken token, Duration extendFor)
      throws SQLException {
    long now = tx.now();
    InboxLock lock = InboxLock.find(tx.session(), token);
    if (lock == null || !lock.isLive(token, now)) {
      return false;
    }
    long until = StoreTime.plus(now, extendFor);
    if (until > lock.until()) {
      tx.session().update(SET_END, until, lock.inbox(), token.sequence());
    }
    return true;
  }

  @Override
  public void abandon(String operation, InboxToken token) {
    database.write(
        operation,
        tx -> {
          InboxLock lock = InboxLock.find(tx.session(), token);
          if (lock == null || lock.consumed() || lock.epoch() != token.epoch()) {
            throw InboxLock.lost(operation, token, lock);
          }
          tx.session().update(SET_END, 0, lock.inbox(), token.sequence());
          return null;
        });
  }

  @Override
  public int cleanUp(String operation, long consumedBefore, int most) {
    return database.write(operation, tx -> cleanUp(tx, most, OLDEST_CONSUMED, consumedBefore));
  }

  @Override
  public int cleanUp(String operation, InboxKey key, long belowSequence, int most) {
    return database.write(
        operation,
        tx ->
            cleanUp(
                tx, most, LOWEST_CONSUMED, key.runId(), key.stepId(), key.port(), belowSequence));
  }

  private static int cleanUp(WriteTx tx, int most, String which, Object... bounds)
      throws SQLException {
    long now = tx.now();
    int removed =
        inPortions(
            most,
            portion -> {
              List<@Nullable Object[]> messages = new ArrayList<>();
              List<@Nullable Object[]> ids = new ArrayList<>();
              tx.session()
                  .visit(
                      which,
                      row -> {
                        messages.add(new @Nullable Object[] {row.getLong(1), row.getLong(2)});
                        ids.add(new @Nullable Object[] {now, row.getLong(1), row.getString(3)});
                        return true;
                      },
                      with(bounds, portion));
              tx.session().updateEach(REMOVE, messages);
              tx.session().updateEach(BEGIN_TO_FORGET, ids);
              return messages.size();
            });
    inPortions(InboxRows.mostForgotten(most), portion -> forget(tx, now - MEMORY, portion));
    return removed;
  }

  private static int forget(WriteTx tx, long removedUntil, int most) throws SQLException {
    List<@Nullable Object[]> ids =
        tx.session()
            .list(
                FORGOTTEN,
                row -> new @Nullable Object[] {row.getLong(1), row.getString(2)},
                removedUntil,
                most);
    tx.session().updateEach(FORGET, ids);
    return ids.size();
  }

  private static Object[] with(Object[] bounds, int limit) {
    Object[] all = Arrays.copyOf(bounds, bounds.length + 1);
    all[bounds.length] = limit;
    return all;
  }

  /** Takes away at most so many rows, and returns how many. */
  @FunctionalInterface
  private interface Removal {
    int remove(int most) throws SQLException;
  }

  private static int inPortions(int most, Removal removal) throws SQLException {
    int all = 0;
    while (all < most) {
      int portion = Math.min(PORTION, most - all);
      int removed = removal.remove(portion);
      all += removed;
      if (removed < portion) {
        break;
      }
    }
    return all;
  }
}
