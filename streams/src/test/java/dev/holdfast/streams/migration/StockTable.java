// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The table that says what is in stock. */
record StockTable(String name) implements OldTable<StockTable.Row> {

  /** A row. */
  record Row(long times, long amount) {}

  String create() {
    return "CREATE TABLE " + name + " (id VARCHAR(50) PRIMARY KEY, times BIGINT, amount BIGINT)";
  }

  /** What the application has always done. */
  OldWrite adding(String id, long more) {
    return connection -> {
      try (PreparedStatement update =
          connection.prepareStatement(
              "UPDATE " + name + " SET times = times + 1, amount = amount + ? WHERE id = ?")) {
        update.setLong(1, more);
        update.setString(2, id);
        if (update.executeUpdate() == 0) {
          insert(connection, id, new Row(1, more));
        }
      }
    };
  }

  void insert(Connection connection, String id, Row row) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + name + " VALUES (?, ?, ?)")) {
      insert.setString(1, id);
      insert.setLong(2, row.times());
      insert.setLong(3, row.amount());
      insert.executeUpdate();
    }
  }

  @Override
  public Optional<Row> read(Connection connection, String id) throws SQLException {
    List<OldRow<Row>> rows = query(connection, "WHERE id = ?", id);
    return rows.stream().findFirst().map(OldRow::row);
  }

  @Override
  public List<OldRow<Row>> page(Connection connection, @Nullable String after, int limit)
      throws SQLException {
    String order = " ORDER BY id LIMIT " + limit;
    return after == null
        ? query(connection, order, null)
        : query(connection, "WHERE id > ?" + order, after);
  }

  private List<OldRow<Row>> query(Connection connection, String where, @Nullable String id)
      throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT id, times, amount FROM " + name + " " + where)) {
      if (id != null) {
        select.setString(1, id);
      }
      List<OldRow<Row>> rows = new ArrayList<>();
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          rows.add(new OldRow<>(row.getString(1), new Row(row.getLong(2), row.getLong(3))));
        }
      }
      return rows;
    }
  }
}
