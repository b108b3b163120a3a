// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.stream;

import dev.holdfast.provider.jdbc.batch.Batch;
import dev.holdfast.provider.postgres.call.Columns;
import dev.holdfast.provider.postgres.call.Columns.Parameter;
import dev.holdfast.provider.postgres.call.Columns.Type;
import dev.holdfast.provider.postgres.connect.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * Appends that come alone, many in one commit: commits with events follow one another, so the more
 * wait for theirs the more go together. One that does not fit hinders none beside it. Thread-safe.
 */
public final class Appends implements Batch<AppendRows, StoredAppend> {

  private static final List<Parameter> PARAMETERS =
      List.of(
          Type.INTEGER.named("p_codes"),
          Type.INTEGER.named("h_ack"),
          Type.INTEGER.named("h_place"));

  private static final String SQL =
      "SELECT :fn.append_events("
          + Columns.arguments(PARAMETERS)
          + ", p_first => 1, p_last => ?, p_refuse => false, "
          + StreamColumns.SOME
          + ")";

  private static final String EVENT =
      "SELECT :fn.append_event(" + Columns.arguments(AppendRows.EVENT) + ")";

  private static final String ONE = "SELECT :fn.append_one(" + StreamColumns.SOME + ")";

  private final Database database;

  /** Creates it. */
  public Appends(Database database) {
    this.database = database;
  }

  @Override
  public long weight(AppendRows append) {
    return append.weight();
  }

  @Override
  public List<StoredAppend> run(List<AppendRows> appends) {
    Iterator<Long> numbers =
        (appends.size() == 1 ? one(appends.get(0)) : several(appends)).iterator();
    List<StoredAppend> stored = new ArrayList<>(appends.size());
    for (int i = 0; i < appends.size(); i++) {
      stored.add(StoredAppend.read(numbers::next));
    }
    return stored;
  }

  /** Without lists where there is one event: those cost more than what is done with them. */
  private List<Long> one(AppendRows append) {
    if (append.isOneEvent()) {
      return numbers(EVENT, (connection, statement) -> append.bindEvent(connection, statement));
    }
    StreamColumns columns = new StreamColumns();
    columns.add(append);
    return numbers(ONE, (connection, statement) -> columns.bind(connection, statement, 1));
  }

  private List<Long> several(List<AppendRows> appends) {
    Columns elements = new Columns(PARAMETERS);
    StreamColumns columns = new StreamColumns();
    for (AppendRows append : appends) {
      columns.add(append);
      elements.add(0, columns.appends(), 0);
    }
    return numbers(
        SQL,
        (connection, statement) -> {
          int next = elements.bind(connection, statement, 1);
          statement.setInt(next, appends.size());
          columns.bind(connection, statement, next + 1);
        });
  }

  /** Sets the arguments of a statement. */
  private interface Arguments {
    void set(Connection connection, PreparedStatement statement) throws SQLException;
  }

  private List<Long> numbers(String sql, Arguments arguments) {
    return database.write(
        "append",
        sql,
        (connection, statement) -> {
          arguments.set(connection, statement);
          try (ResultSet row = statement.executeQuery()) {
            row.next();
            return Arrays.asList((Long[]) row.getArray(1).getArray());
          }
        });
  }
}
