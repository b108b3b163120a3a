// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.schema;

import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.SchemaMode;
import dev.holdfast.provider.jdbc.schema.Migration;
import dev.holdfast.provider.jdbc.schema.Migration.Applied;
import dev.holdfast.provider.jdbc.schema.SchemaState;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.support.StoreTime;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Brings a database to the schema of this code, or checks that it has it. A migration is one write
 * transaction: of many handles that open at once one does the work, and an interrupted one leaves
 * nothing (SCHEMA-02, SCHEMA-06).
 */
public final class Schema {

  private static final String TABLE = "holdfast_schema";

  private static final String CREATE_TABLE =
      """
      CREATE TABLE holdfast_schema (
        version     INTEGER PRIMARY KEY,
        file        TEXT    NOT NULL,
        checksum    TEXT    NOT NULL,
        served_from INTEGER NOT NULL,
        applied_at  INTEGER NOT NULL
      ) STRICT
      """;

  private static final String OBJECTS =
      "SELECT name FROM sqlite_master WHERE type IN ('table', 'index')";
  private static final String APPLIED =
      "SELECT version, file, checksum, served_from FROM holdfast_schema ORDER BY version";
  private static final String RECORD =
      """
      INSERT INTO holdfast_schema (version, file, checksum, served_from, applied_at)
      VALUES (?, ?, ?, ?, ?)
      """;

  private final Session session;
  private final InstantSource clock;

  public Schema(Session session, InstantSource clock) {
    this.session = session;
    this.clock = clock;
  }

  /** Opens the schema as the mode says, or throws {@link Misconfigured} and writes nothing. */
  public void open(SchemaMode mode) throws SQLException {
    // A reader waits for nobody; a writer would have to find a gap between those who write all the
    // time (SCHEMA-07).
    if (within("BEGIN", () -> missing(mode)).isEmpty()) {
      return;
    }
    within(
        "BEGIN IMMEDIATE",
        () -> {
          List<Migration> missing = missing(mode); // another one may have been faster
          for (Migration migration : missing) {
            apply(migration);
          }
          return missing;
        });
  }

  private interface Step<T> {
    T run() throws SQLException;
  }

  private <T> T within(String begin, Step<T> step) throws SQLException {
    session.execute(begin);
    try {
      T result = step.run();
      session.execute("COMMIT");
      return result;
    } catch (SQLException | RuntimeException | Error e) {
      session.execute("ROLLBACK");
      throw e;
    }
  }

  private List<Migration> missing(SchemaMode mode) throws SQLException {
    Set<String> objects = objects();
    return switch (SchemaFiles.TABLES.compare(applied(objects), objects)) {
      case SchemaState.Current current -> List.of();
      case SchemaState.Unfit unfit -> throw unfit.error("the schema", "Holdfast");
      case SchemaState.Outdated outdated -> {
        if (mode == SchemaMode.CHECK_ONLY) {
          throw outdated.notMigrated("the schema");
        }
        yield outdated.missing();
      }
    };
  }

  private List<Applied> applied(Set<String> objects) throws SQLException {
    if (!objects.contains(TABLE)) {
      return List.of();
    }
    return session.list(
        APPLIED,
        row -> new Applied(row.getInt(1), row.getString(2), row.getString(3), row.getInt(4)));
  }

  private void apply(Migration migration) throws SQLException {
    if (migration.version() == 1) {
      session.execute(CREATE_TABLE);
    }
    for (String statement : SchemaFiles.statements(migration)) {
      session.execute(statement);
    }
    session.update(
        RECORD,
        migration.version(),
        migration.file(),
        migration.checksum(),
        migration.servedFrom(),
        StoreTime.toMicros(clock.instant()));
  }

  private Set<String> objects() throws SQLException {
    return new HashSet<>(session.list(OBJECTS, row -> row.getString(1)));
  }
}
