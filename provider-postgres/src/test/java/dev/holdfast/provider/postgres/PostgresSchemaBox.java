// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import dev.holdfast.provider.postgres.server.Location;
import dev.holdfast.provider.postgres.server.TestServer;
import dev.holdfast.tck.fixture.SchemaBox;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Looks at a schema with plain SQL, past the provider. */
record PostgresSchemaBox(Location location, String name) implements SchemaBox {

  private static final Pattern ADDED =
      Pattern.compile(
          "ALTER TABLE :schema\\.(?<table>\\w+) ADD COLUMN (?<column>\\w+)"
              + "|CREATE (?:UNLOGGED )?(?<kind>INDEX|TABLE) (?::schema\\.)?(?<made>\\w+)"
              + "|DROP INDEX :schema\\.(?<index>\\w+)");

  @Override
  public List<String> schema() {
    List<String> schema =
        query(
            """
            SELECT c.relkind, c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull
              FROM pg_class c
              JOIN pg_namespace n ON n.oid = c.relnamespace
              LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             WHERE n.nspname = '%1$s'
             ORDER BY 1, 2, 3
            """
                .formatted(literal()));
    schema.addAll(
        query(
            """
            SELECT p.proname, md5(replace(p.prosrc, '%2$s.', ''))
              FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
             WHERE n.nspname = '%1$s'
             ORDER BY 1, 2
            """
                .formatted(literal(), quoted().replace("'", "''"))));
    if (schema.stream().anyMatch(object -> object.contains("schema_version"))) {
      schema.addAll(
          query(
              "SELECT version, file, checksum, served_from FROM %s.schema_version ORDER BY 1"
                  .formatted(quoted())));
      schema.addAll(
          query(
              "SELECT number, revision, checksum FROM %s.function_set ORDER BY 1"
                  .formatted(quoted())));
    }
    return schema;
  }

  @Override
  public List<String> rows() {
    List<String> rows = new ArrayList<>();
    for (String table :
        query(
            """
            SELECT tablename FROM pg_tables
             WHERE schemaname = '%s' AND tablename NOT IN ('schema_version', 'function_set') ORDER BY 1
            """
                .formatted(literal()))) {
      query("SELECT * FROM %s.%s AS t ORDER BY t::text".formatted(quoted(), table))
          .forEach(row -> rows.add(table + " " + row));
    }
    return rows;
  }

  @Override
  public void recordNewerMigration(boolean served) {
    update(
        """
        INSERT INTO %1$s.schema_version (version, file, checksum, served_from)
        SELECT max(version) + 1, 'newer.sql', 'none', max(version) + %2$d FROM %1$s.schema_version
        """
            .formatted(quoted(), served ? 0 : 1));
  }

  @Override
  public void changeChecksum() {
    update("UPDATE %s.schema_version SET checksum = 'other' WHERE version = 1".formatted(quoted()));
  }

  @Override
  public String dropTable() {
    update("DROP TABLE %s.message".formatted(quoted()));
    return "message";
  }

  /**
   * Undoes the last migration, which has added columns, indexes and tables or replaced indexes;
   * functions are made anew after each.
   */
  @Override
  public boolean makeOutdated() {
    for (String function :
        query(
            """
            SELECT p.oid::regprocedure
              FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = '%s'
            """
                .formatted(literal()))) {
      update("DROP FUNCTION " + function);
    }
    update("DELETE FROM %s.function_set".formatted(quoted()));
    List<String> files =
        query("SELECT file FROM %s.schema_version ORDER BY version".formatted(quoted()));
    String before =
        String.join(
            "\n",
            files.subList(0, files.size() - 1).stream().map(PostgresSchemaBox::migration).toList());
    List<String> undo = new ArrayList<>();
    for (MatchResult done :
        ADDED.matcher(migration(files.get(files.size() - 1))).results().toList()) {
      if (done.group("index") != null) {
        undo.add(made(done.group("index"), before));
      } else if (done.group("made") != null) {
        undo.add("DROP %s :schema.%s".formatted(done.group("kind"), done.group("made")));
      } else {
        undo.add(
            "ALTER TABLE :schema.%s DROP COLUMN %s"
                .formatted(done.group("table"), done.group("column")));
      }
    }
    undo.reversed().forEach(sql -> update(sql.replace(":schema", quoted())));
    update(
        "DELETE FROM %1$s.schema_version WHERE version = (SELECT max(version) FROM %1$s.schema_version)"
            .formatted(quoted()));
    return true;
  }

  /** How an index was made by an earlier migration. */
  private static String made(String index, String migrations) {
    int from = migrations.lastIndexOf("CREATE INDEX " + index + " ");
    return migrations.substring(from, migrations.indexOf(';', from));
  }

  private static String migration(String file) {
    try (InputStream in = PostgresProvider.class.getResourceAsStream("schema/tables/" + file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String quoted() {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  private String literal() {
    return name.replace("'", "''");
  }

  private List<String> query(String sql) {
    return TestServer.queryText(location, sql);
  }

  private void update(String sql) {
    TestServer.execute(location, sql);
  }
}
