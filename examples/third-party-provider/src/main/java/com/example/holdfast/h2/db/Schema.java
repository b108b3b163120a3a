// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.db;

import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.SchemaMode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/** Creates the tables, or checks that they fit. Stateless. */
final class Schema {

  /** What {@code schema.sql} makes. */
  private static final int VERSION = 1;

  static final String MISSING =
      "the database has no Holdfast tables, version %d is expected; open it once with CREATE_AND_MIGRATE"
          .formatted(VERSION);

  private static final List<String> TABLES =
      List.of(
          "HOLDFAST_STORE",
          "HOLDFAST_INSTANCE",
          "HOLDFAST_MESSAGE",
          "HOLDFAST_MESSAGE_ID",
          "HOLDFAST_EXECUTION",
          "HOLDFAST_EVENT",
          "HOLDFAST_ACTIVITY");

  private record Found(int version, int servedFrom) {}

  private Schema() {}

  /** Only one handle at a time does this. */
  static void prepare(Connection connection, SchemaMode mode) throws SQLException {
    Tx tx = new Tx(connection, "open", 0, 0);
    Optional<Found> found = found(tx);
    if (found.isPresent()) {
      check(tx, found.get());
    } else if (mode == SchemaMode.CHECK_ONLY) {
      throw new Misconfigured("open", MISSING);
    } else {
      create(connection);
    }
    connection.commit();
  }

  /** The version is written last, so that a creation that was killed is not found. */
  private static Optional<Found> found(Tx tx) throws SQLException {
    return exists(tx, "HOLDFAST_STORE")
        ? tx.first(
            "SELECT schema_version, served_from FROM holdfast_store WHERE id = 1",
            row -> new Found(row.getInt(1), row.getInt(2)))
        : Optional.empty();
  }

  private static void check(Tx tx, Found found) throws SQLException {
    if (found.servedFrom() > VERSION) {
      throw new Misconfigured(
          "open",
          "the database has schema version %d, which needs a provider that knows version %d; this one knows %d"
              .formatted(found.version(), found.servedFrom(), VERSION));
    }
    for (String table : TABLES) {
      if (!exists(tx, table)) {
        throw new Misconfigured(
            "open",
            "table %s is missing although schema version %d is recorded; restore a backup"
                .formatted(table, found.version()));
      }
    }
  }

  private static boolean exists(Tx tx, String table) throws SQLException {
    return tx.exists(
        """
        SELECT 1 FROM information_schema.tables
         WHERE table_schema = CURRENT_SCHEMA AND table_name = ?
        """,
        table);
  }

  private static void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // Payloads up to this size lie in their row and not in a table of their own.
      statement.execute("SET MAX_LENGTH_INPLACE_LOB 8192");
      statement.execute(script());
      statement.execute("INSERT INTO holdfast_store VALUES (1, %d, 1, 0)".formatted(VERSION));
    }
  }

  private static String script() {
    try (InputStream in = Schema.class.getResourceAsStream("schema.sql")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
