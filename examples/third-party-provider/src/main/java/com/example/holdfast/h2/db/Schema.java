// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.db;

import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.SchemaMode;
import dev.holdfast.provider.jdbc.schema.Migration;
import dev.holdfast.provider.jdbc.schema.Migration.Applied;
import dev.holdfast.provider.jdbc.schema.Migrations;
import dev.holdfast.provider.jdbc.schema.SchemaState;
import dev.holdfast.provider.jdbc.schema.SqlFiles;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.h2.api.ErrorCode;

/** Creates the tables of one store, or checks that they fit. Used by one thread. */
final class Schema {

  private static final SqlFiles FILES =
      new SqlFiles(file -> Schema.class.getResourceAsStream(file));

  private static final Migration SCRIPT =
      new Migration(1, "schema.sql", 1, FILES.read("schema.sql"));

  private static final Migrations MIGRATIONS = new Migrations(List.of(SCRIPT));

  static final String MISSING =
      "the database has no Holdfast tables, version %d is expected; open it once with CREATE_AND_MIGRATE"
          .formatted(MIGRATIONS.current());

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

  private static final String OBJECTS =
      """
      SELECT table_name FROM information_schema.tables WHERE table_schema = CURRENT_SCHEMA
       UNION ALL
      SELECT index_name FROM information_schema.indexes WHERE table_schema = CURRENT_SCHEMA
      """;

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
      if (!isCurrent(tx, applied)) {
        if (mode == SchemaMode.CHECK_ONLY) {
          throw new Misconfigured("open", MISSING);
        }
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
            "SELECT version, checksum, served_from FROM holdfast_schema ORDER BY version",
            row -> new Applied(row.getInt(1), SCRIPT.file(), row.getString(2), row.getInt(3)))
        : List.of();
  }

  /** Throws when it is not one that this code can serve or create. */
  private boolean isCurrent(Tx tx, List<Applied> applied) throws SQLException {
    return switch (MIGRATIONS.compare(applied, objects(tx))) {
      case SchemaState.Current current -> true;
      case SchemaState.Outdated outdated -> false;
      case SchemaState.Unfit unfit ->
          throw unfit.error("the schema " + location.schema(), "this provider");
    };
  }

  /** As the script writes them. */
  private static Set<String> objects(Tx tx) throws SQLException {
    return tx.query(OBJECTS, row -> row.getString(1).toLowerCase(Locale.ROOT)).stream()
        .collect(Collectors.toSet());
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
      if (!isCurrent(tx, applied(tx))) {
        run(connection);
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
      statement.execute(SCRIPT.text());
      statement.execute(
          "INSERT INTO holdfast_schema VALUES (%d, %d, '%s')"
              .formatted(SCRIPT.version(), SCRIPT.servedFrom(), SCRIPT.checksum()));
      connection.commit();
    }
  }
}
