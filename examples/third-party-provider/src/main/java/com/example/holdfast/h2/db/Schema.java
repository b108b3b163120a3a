// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.db;

import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.SchemaMode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HexFormat;
import java.util.List;

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
          "HOLDFAST_ACKED_ACTIVITY",
          "HOLDFAST_MESSAGE_ID",
          "HOLDFAST_EXECUTION",
          "HOLDFAST_EVENT",
          "HOLDFAST_ACTIVITY");

  private record Applied(int version, int servedFrom, String checksum) {}

  private Schema() {}

  /** Only one handle at a time does this. */
  static void prepare(Connection connection, SchemaMode mode) throws SQLException {
    Tx tx = new Tx(connection, "open", 0, 0);
    List<Applied> applied = applied(tx);
    if (!applied.isEmpty()) {
      check(tx, applied);
    } else if (mode == SchemaMode.CHECK_ONLY) {
      throw new Misconfigured("open", MISSING);
    } else {
      create(connection);
    }
    connection.commit();
  }

  /** A creation that was killed has recorded nothing. */
  private static List<Applied> applied(Tx tx) throws SQLException {
    return exists(tx, "HOLDFAST_SCHEMA")
        ? tx.query(
            "SELECT version, served_from, checksum FROM holdfast_schema ORDER BY version",
            row -> new Applied(row.getInt(1), row.getInt(2), row.getString(3)))
        : List.of();
  }

  private static void check(Tx tx, List<Applied> all) throws SQLException {
    for (Applied applied : all) {
      if (applied.servedFrom() > VERSION) {
        throw new Misconfigured(
            "open",
            "the database has schema version %d and version %d is expected; use a provider that knows %d"
                .formatted(applied.version(), VERSION, applied.servedFrom()));
      }
      if (applied.version() == VERSION && !applied.checksum().equals(checksum())) {
        throw new Misconfigured(
            "open",
            "schema version %d was made by another script than this one (checksum %s, expected %s)"
                .formatted(VERSION, applied.checksum(), checksum()));
      }
    }
    for (String table : TABLES) {
      if (!exists(tx, table)) {
        throw new Misconfigured(
            "open",
            "table %s is missing although schema version %d is recorded; restore a backup"
                .formatted(table, VERSION));
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
      statement.execute(
          "INSERT INTO holdfast_schema VALUES (%d, %d, '%s')"
              .formatted(VERSION, VERSION, checksum()));
    }
  }

  private static String checksum() {
    try {
      byte[] script = script().getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(script));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
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
