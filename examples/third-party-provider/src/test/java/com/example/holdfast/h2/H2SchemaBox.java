// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.tck.fixture.SchemaBox;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads and changes the schema of a store that no handle has open. What it tells names no store, so
 * that two can be compared.
 */
record H2SchemaBox(ProviderConfig config) implements SchemaBox {

  private static final String TABLES =
      """
      SELECT table_name AS name FROM information_schema.tables
       WHERE table_schema = CURRENT_SCHEMA AND table_type = 'BASE TABLE'
         AND table_name <> 'HOLDFAST_SCHEMA'
       ORDER BY table_name
      """;

  @Override
  public List<String> schema() {
    try (Connection connection = Sql.connect(config)) {
      List<String> schema =
          new ArrayList<>(
              Sql.query(
                  connection,
                  """
                  SELECT table_name, column_name, data_type, is_nullable
                    FROM information_schema.columns WHERE table_schema = CURRENT_SCHEMA
                   ORDER BY table_name, ordinal_position
                  """));
      schema.addAll(
          Sql.query(
              connection,
              """
              SELECT table_name, index_name, column_name FROM information_schema.index_columns
               WHERE table_schema = CURRENT_SCHEMA AND index_name LIKE 'HOLDFAST%'
               ORDER BY table_name, index_name, ordinal_position
              """));
      if (!schema.isEmpty()) {
        schema.addAll(Sql.query(connection, "SELECT * FROM holdfast_schema ORDER BY version"));
      }
      return schema;
    } catch (SQLException e) {
      throw new IllegalStateException("the schema box cannot read", e);
    }
  }

  @Override
  public List<String> rows() {
    try (Connection connection = Sql.connect(config)) {
      List<String> rows = new ArrayList<>();
      // One of them may have been dropped.
      for (String table : Sql.query(connection, TABLES)) {
        String name = table.substring("NAME=".length());
        Sql.query(connection, "SELECT * FROM " + name).stream()
            .map(row -> name + " " + row)
            .sorted()
            .forEach(rows::add);
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException("the schema box cannot read", e);
    }
  }

  @Override
  public void recordNewerMigration(boolean served) {
    Sql.run(
        config, "INSERT INTO holdfast_schema VALUES (2, %d, 'newer')".formatted(served ? 1 : 2));
  }

  @Override
  public void changeChecksum() {
    Sql.run(config, "UPDATE holdfast_schema SET checksum = 'changed' WHERE version = 1");
  }

  @Override
  public String dropTable() {
    Sql.run(config, "DROP TABLE holdfast_event");
    return "holdfast_event";
  }
}
