// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.schema;

import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.SchemaMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Brings a schema to the version of this code, or checks that it has it. All of it happens in one
 * transaction under one lock: of many that open at once one does the work, and an interrupted
 * migration leaves nothing (SCHEMA-02, SCHEMA-06).
 */
public final class Schema {

  private static final String TABLE = "schema_version";

  // Namespaces our advisory locks: "holdfast" as a number.
  private static final String LOCK =
      "SELECT pg_advisory_xact_lock(x'686f6c64'::integer, hashtext(?))";

  private static final String CREATE_TABLE =
      """
      CREATE TABLE :schema.schema_version (
        version     integer PRIMARY KEY,
        file        text    NOT NULL,
        checksum    text    NOT NULL,
        served_from integer NOT NULL,
        applied_at  timestamptz NOT NULL DEFAULT now()
      )
      """;

  private static final String OBJECTS =
      """
      SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ?
      UNION ALL
      SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = ?
      """;

  private static final String SCHEMA_EXISTS = "SELECT 1 FROM pg_namespace WHERE nspname = ?";

  private static final String APPLIED =
      "SELECT version, file, checksum, served_from FROM :schema.schema_version ORDER BY version";

  private static final String RECORD =
      """
      INSERT INTO :schema.schema_version (version, file, checksum, served_from)
      VALUES (?, ?, ?, ?)
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
  private final Rights rights;

  /** For one opening; the connection is the caller's to close. */
  public Schema(Connection connection, SchemaName schema) {
    this.connection = connection;
    this.schema = schema;
    this.rights = new Rights(connection, schema);
  }

  private record Applied(int version, String file, String checksum, int servedFrom) {}

  /** Opens the schema as the mode says, or throws {@link Misconfigured} and writes nothing. */
  public void open(SchemaMode mode) throws SQLException {
    boolean mayWrite = mode == SchemaMode.CREATE_AND_MIGRATE;
    connection.setAutoCommit(false);
    try {
      checkServer();
      // Mostly nothing is to be done, and then nobody has to wait for anybody.
      if (!isCurrent(applied(), mayWrite)) {
        lock();
        migrate(applied());
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

  private boolean isCurrent(List<Applied> applied, boolean mayWrite) throws SQLException {
    check(applied);
    if (applied.size() >= Migration.current()) {
      return true;
    }
    if (!mayWrite) {
      throw new Misconfigured(
          "open",
          "the schema %s has version %d, this code needs version %d; open once without check-only to migrate it"
              .formatted(schema, applied.size(), Migration.current()));
    }
    return false;
  }

  /** Behind the lock: what others have applied meanwhile is there now. */
  private void migrate(List<Applied> applied) throws SQLException {
    check(applied);
    if (applied.isEmpty()) {
      if (query(SCHEMA_EXISTS, schema.name()).isEmpty()) {
        create();
      }
    }
    try {
      apply(applied);
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

  private void apply(List<Applied> applied) throws SQLException {
    if (applied.isEmpty()) {
      execute(schema.inSql(CREATE_TABLE));
    }
    for (Migration migration :
        Migration.ALL.subList(Math.min(applied.size(), Migration.current()), Migration.current())) {
      execute(schema.inSql(migration.text()));
      record(migration);
    }
  }

  private void lock() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
      statement.setString(1, schema.name());
      statement.execute();
    }
  }

  private List<Applied> applied() throws SQLException {
    if (!objects().contains(TABLE)) {
      return List.of();
    }
    rights.checkData(Stream.concat(Stream.of(TABLE), Migration.allObjects()).toList());
    List<Applied> applied = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(schema.inSql(APPLIED))) {
      while (rows.next()) {
        applied.add(
            new Applied(rows.getInt(1), rows.getString(2), rows.getString(3), rows.getInt(4)));
      }
    }
    return applied;
  }

  private void check(List<Applied> applied) throws SQLException {
    if (applied.isEmpty()) {
      return;
    }
    Set<String> objects = objects();
    for (int i = 0; i < applied.size(); i++) {
      Applied row = applied.get(i);
      if (row.version() != i + 1) {
        throw new Misconfigured(
            "open",
            "the schema %s records version %d where %d belongs; restore its table %s from a backup"
                .formatted(schema, row.version(), i + 1, TABLE));
      }
      if (row.version() > Migration.current()) {
        checkNewer(row, applied.size());
        continue;
      }
      check(row, Migration.ALL.get(i), objects);
    }
  }

  private void check(Applied row, Migration known, Set<String> objects) {
    if (!row.checksum().equals(known.checksum())) {
      throw new Misconfigured(
          "open",
          "migration %d of the schema %s was applied from another %s than this code has; use the version of Holdfast that made it"
              .formatted(row.version(), schema, row.file()));
    }
    for (String object : known.createdObjects()) {
      if (!objects.contains(object)) {
        throw new Misconfigured(
            "open",
            "%s is recorded as made by migration %d but is missing in the schema %s; restore it from a backup"
                .formatted(object, row.version(), schema));
      }
    }
  }

  /**
   * A newer store is served when it is one step ahead and says that this code's version still can.
   */
  private void checkNewer(Applied row, int found) {
    if (row.version() > Migration.current() + 1 || row.servedFrom() > Migration.current()) {
      throw new Misconfigured(
          "open",
          "the schema %s has version %d, this code can serve up to version %d; use a newer version of Holdfast"
              .formatted(schema, found, Migration.current()));
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

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Set<String> objects() throws SQLException {
    return new HashSet<>(query(OBJECTS, schema.name(), schema.name()));
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
