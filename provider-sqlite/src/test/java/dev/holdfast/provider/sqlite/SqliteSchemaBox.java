// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.tck.fixture.SchemaBox;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Looks at the schema of a database file with plain SQL, past the provider. */
record SqliteSchemaBox(Path file) implements SchemaBox {

  private static final Pattern ADDED =
      Pattern.compile(
          "ALTER TABLE (?<table>\\w+) ADD COLUMN (?<column>\\w+)"
              + "|CREATE (?<kind>INDEX|TABLE) (?<made>\\w+)"
              + "|DROP INDEX (?<index>\\w+)");

  @Override
  public List<String> schema() {
    if (!Files.exists(file)) {
      return List.of();
    }
    List<String> schema = query("SELECT type, name, sql FROM sqlite_master ORDER BY name");
    if (schema.stream().anyMatch(object -> object.contains("holdfast_schema"))) {
      schema.addAll(query("SELECT version, file, checksum, served_from FROM holdfast_schema"));
    }
    return schema;
  }

  @Override
  public List<String> rows() {
    List<String> rows = new ArrayList<>();
    for (String table :
        query(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'holdfast_%'"
                + " AND name <> 'holdfast_schema' ORDER BY name")) {
      query("SELECT * FROM " + table + " ORDER BY 1, 2")
          .forEach(row -> rows.add(table + " " + row));
    }
    return rows;
  }

  @Override
  public void recordNewerMigration(boolean served) {
    update(
        """
        INSERT INTO holdfast_schema (version, file, checksum, served_from, applied_at)
        SELECT max(version) + 1, 'newer.sql', 'none', max(version) + %d, 0 FROM holdfast_schema
        """
            .formatted(served ? 0 : 1));
  }

  @Override
  public void changeChecksum() {
    update("UPDATE holdfast_schema SET checksum = 'other' WHERE version = 1");
  }

  @Override
  public String dropTable() {
    update("DROP TABLE holdfast_message");
    return "holdfast_message";
  }

  /** Undoes the last migration, which has added columns, indexes and tables or replaced indexes. */
  @Override
  public boolean makeOutdated() {
    List<String> files = query("SELECT file FROM holdfast_schema ORDER BY version");
    String before =
        String.join(
            "\n",
            files.subList(0, files.size() - 1).stream().map(SqliteSchemaBox::migration).toList());
    List<String> undo = new ArrayList<>();
    for (MatchResult done :
        ADDED.matcher(migration(files.get(files.size() - 1))).results().toList()) {
      if (done.group("index") != null) {
        undo.add(made(done.group("index"), before));
      } else if (done.group("made") != null) {
        undo.add("DROP %s %s".formatted(done.group("kind"), done.group("made")));
      } else {
        undo.add(
            "ALTER TABLE %s DROP COLUMN %s".formatted(done.group("table"), done.group("column")));
      }
    }
    undo.reversed().forEach(this::update);
    update(
        "DELETE FROM holdfast_schema WHERE version = (SELECT max(version) FROM holdfast_schema)");
    return true;
  }

  /** How an index was made by an earlier migration. */
  private static String made(String index, String migrations) {
    int from = migrations.lastIndexOf("CREATE INDEX " + index + " ");
    return migrations.substring(from, migrations.indexOf(';', from));
  }

  private static String migration(String file) {
    try (InputStream in = SqliteProvider.class.getResourceAsStream("schema/" + file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> query(String sql) {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      List<String> rows = new ArrayList<>();
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int column = 1; column <= columns; column++) {
          row.add(String.valueOf(result.getString(column)));
        }
        rows.add(String.join(" | ", row));
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException("the schema box cannot read " + file, e);
    }
  }

  private void update(String sql) {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    } catch (SQLException e) {
      throw new IllegalStateException("the schema box cannot write to " + file, e);
    }
  }
}
