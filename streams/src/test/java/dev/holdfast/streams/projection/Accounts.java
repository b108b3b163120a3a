// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** A table of an application. */
record Accounts(String name) implements RowTable<Balance> {

  String create() {
    return "CREATE TABLE "
        + name
        + " (generation INT, id VARCHAR(50), cents BIGINT, movements INT, PRIMARY KEY (generation,"
        + " id))";
  }

  @Override
  public Optional<Balance> read(Connection connection, int generation, String key)
      throws SQLException {
    try (PreparedStatement sql =
        connection.prepareStatement(
            "SELECT cents, movements FROM " + name + " WHERE generation = ? AND id = ?")) {
      sql.setInt(1, generation);
      sql.setString(2, key);
      try (ResultSet row = sql.executeQuery()) {
        return row.next()
            ? Optional.of(new Balance(row.getLong(1), row.getInt(2)))
            : Optional.empty();
      }
    }
  }

  @Override
  public void write(Connection connection, int generation, String key, @Nullable Balance value)
      throws SQLException {
    try (PreparedStatement sql =
        connection.prepareStatement("DELETE FROM " + name + " WHERE generation = ? AND id = ?")) {
      sql.setInt(1, generation);
      sql.setString(2, key);
      sql.executeUpdate();
    }
    if (value != null) {
      try (PreparedStatement sql =
          connection.prepareStatement("INSERT INTO " + name + " VALUES (?, ?, ?, ?)")) {
        sql.setInt(1, generation);
        sql.setString(2, key);
        sql.setLong(3, value.cents());
        sql.setInt(4, value.movements());
        sql.executeUpdate();
      }
    }
  }

  /** In the order of bytes, whatever the database's own is. */
  @Override
  public SequencedMap<String, Balance> page(
      Connection connection, int generation, @Nullable String after, int limit)
      throws SQLException {
    boolean postgres = connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
    String id = postgres ? "id COLLATE \"C\"" : "id";
    String select =
        "SELECT id, cents, movements FROM %s WHERE generation = ? AND %s > ? ORDER BY %s LIMIT ?"
            .formatted(name, id, id);
    try (PreparedStatement sql = connection.prepareStatement(select)) {
      sql.setInt(1, generation);
      sql.setString(2, after == null ? "" : after);
      sql.setInt(3, limit);
      SequencedMap<String, Balance> rows = new LinkedHashMap<>();
      try (ResultSet row = sql.executeQuery()) {
        while (row.next()) {
          rows.put(row.getString(1), new Balance(row.getLong(2), row.getInt(3)));
        }
      }
      return rows;
    }
  }

  @Override
  public void drop(Connection connection, int generation) throws SQLException {
    try (PreparedStatement sql =
        connection.prepareStatement("DELETE FROM " + name + " WHERE generation = ?")) {
      sql.setInt(1, generation);
      sql.executeUpdate();
    }
  }
}
