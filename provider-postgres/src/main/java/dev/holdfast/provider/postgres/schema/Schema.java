// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.schema;

import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.SchemaMode;
import dev.holdfast.provider.jdbc.schema.Migration;
import dev.holdfast.provider.jdbc.schema.SchemaState;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings a schema to the version of this code, or checks that it has it: first the tables, by the
 * migrations that it lacks, then the functions, all of them when their text has changed. All of it
 * happens in one transaction under one lock: of many handles that open at once one does the work,
 * and an interrupted migration leaves nothing (SCHEMA-02, SCHEMA-06).
 */
public final class Schema {

  // A namespace for the advisory locks: "hold" as a number.
  private static final String LOCK =
      "SELECT pg_advisory_xact_lock(x'686f6c64'::integer, hashtext(?))";

  private static final String CREATE_TABLES =
      """
      CREATE TABLE :schema.schema_version (
        version     integer PRIMARY KEY,
        file        text    NOT NULL,
        checksum    text    NOT NULL,
        served_from integer NOT NULL,
        applied_at  timestamptz NOT NULL DEFAULT now()
      );
      CREATE TABLE :schema.function_set (
        number      integer PRIMARY KEY,
        revision    integer NOT NULL,
        checksum    text    NOT NULL,
        applied_at  timestamptz NOT NULL DEFAULT now()
      )
      """;

  private static final String SCHEMA_EXISTS = "SELECT 1 FROM pg_namespace WHERE nspname = ?";

  private static final String RECORD =
      """
      INSERT INTO :schema.schema_version (version, file, checksum, served_from)
      VALUES (?, ?, ?, ?)
      """;

  private static final String RECORD_FUNCTIONS =
      """
      INSERT INTO :schema.function_set (number, revision, checksum) VALUES (?, ?, ?)
          ON CONFLICT (number) DO UPDATE
         SET revision = excluded.revision, checksum = excluded.checksum, applied_at = now()
      """;

  private static final String FUNCTIONS_OF_SET =
      """
      SELECT p.oid::regprocedure::text
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
       WHERE n.nspname = ? AND p.proname LIKE '%\\_' || ?
      """;

  private static final String SERVER =
      """
      SELECT current_setting('server_version_num')::integer,
             current_setting('server_encoding'),
             current_setting('default_transaction_isolation'),
             current_setting('synchronous_commit')
      """;

  private static final int OLDEST_SERVER = 140000;

  private final Connection connection;
  private final SchemaName schema;
  private final FunctionSet functions;
  private final Rights rights;

  /** Creates it for one opening; the connection is the caller's to close. */
  public Schema(Connection connection, SchemaName schema) {
    this(connection, schema, FunctionSet.CURRENT);
  }

  /** Creates it as code that calls other functions would. */
  Schema(Connection connection, SchemaName schema, FunctionSet functions) {
    this.connection = connection;
    this.schema = schema;
    this.functions = functions;
    this.rights = new Rights(connection, schema);
  }

  /** Opens the schema as the mode says, or throws {@link Misconfigured} and writes nothing. */
  public void open(SchemaMode mode) throws SQLException {
    boolean mayWrite = mode == SchemaMode.CREATE_AND_MIGRATE;
    connection.setAutoCommit(false);
    try {
      checkServer();
      // Mostly nothing is to be done, and then no process has to wait for another.
      if (!isCurrent(Stored.read(connection, schema, rights), mayWrite)) {
        lock();
        migrate(Stored.read(connection, schema, rights));
      }
      connection.commit();
    } catch (SQLException | RuntimeException e) {
      rollback(e);
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  private void rollback(Exception cause) {
    try {
      connection.rollback();
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }

  private void checkServer() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(SERVER)) {
      row.next();
      if (row.getInt(1) < OLDEST_SERVER) {
        throw new Misconfigured(
            "open",
            "the server is PostgreSQL %d; version 14 or newer is needed"
                .formatted(row.getInt(1) / 10000));
      }
      if (!row.getString(2).equals("UTF8")) {
        throw new Misconfigured(
            "open",
            "the database has the encoding %s; create one with ENCODING 'UTF8'"
                .formatted(row.getString(2)));
      }
      if (!row.getString(3).equals("read committed")) {
        throw new Misconfigured(
            "open",
            "the connections begin transactions as %s; a statement must see what was committed before it, so make them READ COMMITTED"
                .formatted(row.getString(3)));
      }
      if (row.getString(4).equals("off")) {
        throw new Misconfigured(
            "open",
            "the connections have synchronous_commit off, so that a crash of the server could take"
                + " back what was answered; set it on, for this user or with the option options=-c"
                + " synchronous_commit=on");
      }
    }
  }

  private boolean isCurrent(Stored stored, boolean mayWrite) {
    stored.check(functions);
    if (stored.tables() instanceof SchemaState.Outdated outdated) {
      if (mayWrite) {
        return false;
      }
      throw outdated.notMigrated("the schema " + schema);
    }
    if (!stored.lacks(functions)) {
      return true;
    }
    if (mayWrite) {
      return false;
    }
    Stored.Functions found = stored.functions(functions.number());
    throw new Misconfigured(
        "open",
        "the schema %s has %s, this code needs revision %d of function set %d; open once without check-only to make them"
            .formatted(
                schema,
                found == null ? "no such functions" : "their revision " + found.revision(),
                functions.revision(),
                functions.number()));
  }

  /**
   * Migrates under the lock, by what is stored then: another process may have migrated meanwhile.
   */
  private void migrate(Stored stored) throws SQLException {
    stored.check(functions);
    if (stored.isEmpty() && query(SCHEMA_EXISTS, schema.name()).isEmpty()) {
      create();
    }
    try {
      apply(stored);
    } catch (SQLException e) {
      if (refused(e)) {
        throw rights.toChangeTheSchema(e);
      }
      throw e;
    }
  }

  private void create() throws SQLException {
    try {
      execute("CREATE SCHEMA " + schema.quoted());
    } catch (SQLException e) {
      if (refused(e)) {
        throw rights.toMakeTheSchema(e);
      }
      throw e;
    }
  }

  private static boolean refused(SQLException e) {
    return Rights.INSUFFICIENT_PRIVILEGE.equals(e.getSQLState());
  }

  private void apply(Stored stored) throws SQLException {
    if (stored.isEmpty()) {
      execute(schema.inSql(CREATE_TABLES));
    }
    for (Migration migration : stored.missing()) {
      execute(schema.inSql(migration.text()));
      record(migration);
    }
    if (stored.lacks(functions)) {
      execute(schema.inSql(functions));
      recordFunctions();
      dropFunctionsBefore(functions.servedFrom(), stored);
    }
  }

  /** Drops sets of functions that no process calls which is still served. */
  private void dropFunctionsBefore(int servedFrom, Stored stored) throws SQLException {
    for (Stored.Functions set : stored.functions()) {
      if (set.number() < servedFrom) {
        for (String function :
            query(FUNCTIONS_OF_SET, schema.name(), Integer.toString(set.number()))) {
          execute("DROP FUNCTION " + function);
        }
        execute(schema.inSql("DELETE FROM :schema.function_set WHERE number = " + set.number()));
      }
    }
  }

  private void lock() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
      statement.setString(1, schema.name());
      statement.execute();
    }
  }

  private void record(Migration migration) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(schema.inSql(RECORD))) {
      statement.setInt(1, migration.version());
      statement.setString(2, migration.file());
      statement.setString(3, migration.checksum());
      statement.setInt(4, migration.servedFrom());
      statement.executeUpdate();
    }
  }

  private void recordFunctions() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(schema.inSql(RECORD_FUNCTIONS))) {
      statement.setInt(1, functions.number());
      statement.setInt(2, functions.revision());
      statement.setString(3, functions.checksum());
      statement.executeUpdate();
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private List<String> query(String sql, String... arguments) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < arguments.length; i++) {
        statement.setString(i + 1, arguments[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        List<String> found = new ArrayList<>();
        while (rows.next()) {
          found.add(rows.getString(1));
        }
        return found;
      }
    }
  }
}
