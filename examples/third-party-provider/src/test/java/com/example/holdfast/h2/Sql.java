// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import com.example.holdfast.h2.db.Location;
import dev.holdfast.provider.ProviderConfig;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Plain SQL on a test's database, past the provider. Stateless. */
final class Sql {

  private Sql() {}

  /** A connection that is in the store's schema, if that is there. */
  static Connection connect(ProviderConfig config) throws SQLException {
    Location location = Location.of(config);
    Connection connection = DriverManager.getConnection(location.jdbcUrl(), "sa", "");
    String schemas =
        "SELECT 1 FROM information_schema.schemata WHERE schema_name = '%s'"
            .formatted(location.schema());
    if (!query(connection, schemas).isEmpty()) {
      connection.setSchema(location.schema());
    }
    return connection;
  }

  /** All columns of the row on which a result stands. */
  static String text(ResultSet row) throws SQLException {
    StringBuilder text = new StringBuilder();
    for (int column = 1; column <= row.getMetaData().getColumnCount(); column++) {
      String type = row.getMetaData().getColumnTypeName(column);
      Object value =
          type.equals("BINARY LARGE OBJECT")
              ? Arrays.hashCode(row.getBytes(column))
              : row.getObject(column);
      text.append(row.getMetaData().getColumnLabel(column)).append('=').append(value).append(' ');
    }
    return text.toString().strip();
  }

  static List<String> query(Connection connection, String query) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      while (result.next()) {
        rows.add(text(result));
      }
    }
    return rows;
  }

  static void run(ProviderConfig config, String sql) {
    try (Connection connection = connect(config);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException("cannot run " + sql, e);
    }
  }
}
