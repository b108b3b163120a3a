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

  private static final Pattern MADE =
      Pattern.compile(
          "ALTER TABLE (?::schema\\.)?(?<table>\\w+) ADD COLUMN (?<column>\\w+)"
              + "|CREATE (?:UNLOGGED )?(?<kind>TABLE|INDEX|TYPE) (?::schema\\.)?(?<object>\\w+)");

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

  /** Without those of owners: an open handle renews its own now and then, whoever works. */
  @Override
  public List<String> rows() {
    List<String> rows = new ArrayList<>();
    for (String table :
        query(
            """
            SELECT tablename FROM pg_tables
             WHERE schemaname = '%s' AND tablename NOT IN ('schema_version', 'function_set', 'owner')
             ORDER BY 1
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

  /** Undoes what the last migration has made; functions of the set are made anew after each. */
  @Override
  public boolean makeOutdated() {
    for (String function :
        query(
            """
            SELECT p.oid::regprocedure
              FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = '%s' AND p.proname ~ '_[0-9]+$'
            """
                .formatted(literal()))) {
      update("DROP FUNCTION " + function);
    }
    update("DELETE FROM %s.function_set".formatted(quoted()));
    String last =
        query(
                "SELECT file FROM %s.schema_version ORDER BY version DESC LIMIT 1"
                    .formatted(quoted()))
            .get(0);
    List<String> undo = new ArrayList<>();
    for (MatchResult made : MADE.matcher(migration(last)).results().toList()) {
      undo.add(
          made.group("column") == null
              ? "DROP %s %s.%s".formatted(made.group("kind"), quoted(), made.group("object"))
              : "ALTER TABLE %s.%s DROP COLUMN %s"
                  .formatted(quoted(), made.group("table"), made.group("column")));
    }
    undo.reversed().forEach(this::update);
    update("DELETE FROM %s.schema_version WHERE file = '%s'".formatted(quoted(), last));
    return true;
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
