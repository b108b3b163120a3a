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
import java.util.Set;
import org.h2.api.ErrorCode;

/** Creates the tables of one store, or checks that they fit. Used by one thread. */
final class Schema {

  /** What {@code schema.sql} makes. */
  private static final int VERSION = 1;

  static final String MISSING =
      "the database has no Holdfast tables, version %d is expected; open it once with CREATE_AND_MIGRATE"
          .formatted(VERSION);

  /** What another process may make between our look and our statement. */
  // H2 tells two that create one schema at the same moment with an error of its inner workings.
  private static final Set<Integer> MADE_MEANWHILE =
      Set.of(
          ErrorCode.GENERAL_ERROR_1,
          ErrorCode.SCHEMA_ALREADY_EXISTS_1,
          ErrorCode.TABLE_OR_VIEW_ALREADY_EXISTS_1,
          ErrorCode.DUPLICATE_KEY_1,
          ErrorCode.CONCURRENT_UPDATE_1);

  private static final int TRIES = 5;

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

  private final Location location;
  private final Connections connections;

  Schema(Location location, Connections connections) {
    this.location = location;
    this.connections = connections;
  }

  /** Does what the mode says. A missing right is told with the statement that grants it. */
  void prepare(Connection connection, SchemaMode mode) throws SQLException {
    Tx tx = new Tx(connection, "open", 0, 0);
    try {
      List<Applied> applied = exists(connection, location.schema()) ? applied(tx) : List.of();
      if (!applied.isEmpty()) {
        check(tx, applied);
      } else if (mode == SchemaMode.CHECK_ONLY) {
        throw new Misconfigured("open", MISSING);
      } else {
        create(connection);
      }
      connection.commit();
    } catch (SQLException e) {
      switch (e.getErrorCode()) {
        case ErrorCode.ADMIN_RIGHTS_REQUIRED -> throw missing("ALTER ANY SCHEMA", e);
        case ErrorCode.NOT_ENOUGH_RIGHTS_FOR_1 -> throw missing(dataRights(), e);
        default -> throw e;
      }
    }
  }

  private String dataRights() {
    return "SELECT, INSERT, UPDATE, DELETE ON SCHEMA \"" + location.schema() + "\"";
  }

  private Misconfigured missing(String rights, SQLException e) {
    return new Misconfigured(
        "open",
        "the user lacks rights to the store; an administrator grants them with: GRANT %s TO %s"
            .formatted(rights, location.user()),
        e);
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

  /** Whether there is a schema of this name, exactly. */
  static boolean exists(Connection connection, String schema) throws SQLException {
    return new Tx(connection, "open", 0, 0)
        .exists("SELECT 1 FROM information_schema.schemata WHERE schema_name = ?", schema);
  }

  /**
   * One process at a time creates. Statements that define something commit by themselves, which
   * ends the locks of their transaction, so another connection holds the lock meanwhile.
   */
  private void create(Connection connection) throws SQLException {
    makeGuard(connection);
    connections.withAnother(guard -> {
      new Tx(guard, "open", 0, 0)
          .query("SELECT id FROM holdfast_guard FOR UPDATE", row -> row.getInt(1));
      Tx tx = new Tx(connection, "open", 0, 0);
      List<Applied> meanwhile = applied(tx);
      if (meanwhile.isEmpty()) {
        run(connection);
      } else {
        check(tx, meanwhile);
      }
      return true;
    });
  }

  private void makeGuard(Connection connection) throws SQLException {
    for (int left = TRIES; true; left--) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("CREATE SCHEMA IF NOT EXISTS \"" + location.schema() + "\"");
        connection.setSchema(location.schema());
        statement.execute("CREATE TABLE IF NOT EXISTS holdfast_guard (id INT PRIMARY KEY)");
        statement.execute("MERGE INTO holdfast_guard VALUES (1)");
        connection.commit();
        return;
      } catch (SQLException e) {
        if (left == 0 || !MADE_MEANWHILE.contains(e.getErrorCode())) {
          throw e;
        }
        connection.rollback();
      }
    }
  }

  private void run(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (!location.server()) {
        // Payloads up to this size lie in their row and not in a table of their own.
        statement.execute("SET MAX_LENGTH_INPLACE_LOB 8192");
      }
      statement.execute(script());
      statement.execute(
          "INSERT INTO holdfast_schema VALUES (%d, %d, '%s')"
              .formatted(VERSION, VERSION, checksum()));
      connection.commit();
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
