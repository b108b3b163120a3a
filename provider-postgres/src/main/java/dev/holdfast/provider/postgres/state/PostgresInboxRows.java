// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.state;

import dev.holdfast.provider.jdbc.state.InboxReader;
import dev.holdfast.provider.jdbc.state.InboxRows;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.postgres.call.InboxLosses;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.provider.support.StoreTime;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rows of inboxes in one schema. Thread-safe. */
public final class PostgresInboxRows implements InboxRows {

  private static final List<Parameter> KEY =
      List.of(Type.TEXT.named("p_run_id"), Type.TEXT.named("p_step_id"), Type.TEXT.named("p_port"));

  private static final List<Parameter> TOKENS =
      List.of(
          Type.TEXT.named("p_run_id"),
          Type.TEXT.named("p_step_id"),
          Type.TEXT.named("p_port"),
          Type.BIGINT.named("p_sequence"),
          Type.BIGINT.named("p_epoch"));

  private static final String FETCH =
      "SELECT "
          + InboxReader.MESSAGE
          + ", m.delivery_count, m.lock_epoch FROM :fn.fetch_inbox("
          + Columns.arguments(KEY)
          + ", p_max => ?, p_lock_for => ?) m";

  private static final String RENEW =
      "SELECT :fn.renew_inboxes(" + Columns.arguments(TOKENS) + ", p_extend_for => ?)";

  private static final String ABANDON =
      "SELECT :fn.abandon_inbox(" + Columns.arguments(TOKENS) + ")";

  private static final String CLEAN_UP_ALL =
      "SELECT :fn.clean_up_inboxes(p_before => ?, p_limit => ?, p_memory => ?, p_forget => ?)";

  private static final String CLEAN_UP_ONE =
      "SELECT :fn.clean_up_inbox("
          + Columns.arguments(KEY)
          + ", p_below => ?, p_limit => ?, p_memory => ?, p_forget => ?)";

  private final Database database;

  /** Creates it. */
  public PostgresInboxRows(Database database) {
    this.database = database;
  }

  private static long micros(Duration duration) {
    return StoreTime.plus(0, duration);
  }

  /** Sets the arguments of {@link #KEY}, and returns the index after the last one. */
  private static int bind(InboxKey key, PreparedStatement statement) throws SQLException {
    statement.setString(1, key.runId());
    statement.setString(2, key.stepId());
    statement.setString(3, key.port());
    return 4;
  }

  private static @Nullable Object[] values(InboxToken token) {
    InboxKey key = token.key();
    return new @Nullable Object[] {
      key.runId(), key.stepId(), key.port(), token.sequence(), token.epoch()
    };
  }

  @Override
  public List<InboxItem> fetch(String operation, InboxKey key, int max, Duration lockFor) {
    return database.write(
        operation,
        FETCH,
        (connection, statement) -> {
          int next = bind(key, statement);
          statement.setInt(next, max);
          statement.setLong(next + 1, micros(lockFor));
          try (ResultSet rows = statement.executeQuery()) {
            List<InboxItem> items = new ArrayList<>();
            while (rows.next()) {
              items.add(item(operation, key, rows));
            }
            return items;
          }
        });
  }

  private static InboxItem item(String operation, InboxKey key, ResultSet row) throws SQLException {
    int behind = 1 + InboxReader.MESSAGE_COLUMNS;
    long sequence = row.getLong(1);
    return new InboxItem(
        InboxReader.message(operation, key, row, 1, true),
        row.getInt(behind),
        new InboxToken(key, sequence, row.getLong(behind + 1)));
  }

  @Override
  public Set<InboxToken> renew(String operation, List<InboxToken> tokens, Duration extendFor) {
    database.checkOpen(operation);
    if (tokens.isEmpty()) {
      return Set.of();
    }
    Columns columns = new Columns(TOKENS);
    tokens.forEach(token -> columns.add(values(token)));
    return database.write(
        operation,
        RENEW,
        (connection, statement) -> {
          int next = columns.bind(connection, statement, 1);
          statement.setLong(next, micros(extendFor));
          try (ResultSet row = statement.executeQuery()) {
            row.next();
            Boolean[] held = (Boolean[]) row.getArray(1).getArray();
            Set<InboxToken> kept = new LinkedHashSet<>();
            for (int i = 0; i < held.length; i++) {
              if (held[i]) {
                kept.add(tokens.get(i));
              }
            }
            return kept;
          }
        });
  }

  @Override
  public void abandon(String operation, InboxToken token) {
    Columns columns = new Columns(TOKENS);
    columns.add(values(token));
    String why =
        database.<@Nullable String>write(
            operation,
            ABANDON,
            (connection, statement) -> {
              columns.bindOnlyRow(statement, 1);
              try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
              }
            });
    if (why != null) {
      throw InboxLosses.lost(operation, token, why);
    }
  }

  @Override
  public int cleanUp(String operation, long consumedBefore, int most) {
    return database.write(
        operation,
        CLEAN_UP_ALL,
        (connection, statement) -> {
          statement.setLong(1, consumedBefore);
          return removed(statement, 2, most);
        });
  }

  @Override
  public int cleanUp(String operation, InboxKey key, long belowSequence, int most) {
    return database.write(
        operation,
        CLEAN_UP_ONE,
        (connection, statement) -> {
          int next = bind(key, statement);
          statement.setLong(next, belowSequence);
          return removed(statement, next + 1, most);
        });
  }

  /** Sets the arguments that both clean-ups end with, and executes the statement. */
  private static int removed(PreparedStatement statement, int first, int most) throws SQLException {
    statement.setInt(first, most);
    statement.setLong(first + 1, micros(ID_MEMORY));
    statement.setInt(first + 2, InboxRows.mostForgotten(most));
    try (ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getInt(1);
    }
  }
}
