// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.schema;

import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.SchemaMode;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.support.StoreTime;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Brings a database to the schema of this code, or checks that it has it. All of it happens in one
 * write transaction: of many handles that open at once one does the work, and an interrupted
 * migration leaves nothing (SCHEMA-02, SCHEMA-06).
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

  private record Applied(int version, String file, String checksum, int servedFrom) {}

  /** Opens the schema as the mode says, or throws {@link Misconfigured} and writes nothing. */
  public void open(SchemaMode mode) throws SQLException {
    boolean mayWrite = mode == SchemaMode.CREATE_AND_MIGRATE;
    session.execute(mayWrite ? "BEGIN IMMEDIATE" : "BEGIN");
    try {
      List<Applied> applied = applied();
      check(applied);
      if (applied.size() < Migration.current()) {
        if (!mayWrite) {
          throw new Misconfigured(
              "open",
              "the schema has version %d, this code needs version %d; open once without check-only to migrate it"
                  .formatted(applied.size(), Migration.current()));
        }
        for (Migration migration : Migration.ALL.subList(applied.size(), Migration.current())) {
          apply(migration);
        }
      }
      session.execute("COMMIT");
    } catch (SQLException | RuntimeException | Error e) {
      session.execute("ROLLBACK");
      throw e;
    }
  }

  private List<Applied> applied() throws SQLException {
    if (!objects().contains(TABLE)) {
      return List.of();
    }
    return session.list(
        APPLIED,
        row -> new Applied(row.getInt(1), row.getString(2), row.getString(3), row.getInt(4)));
  }

  private void check(List<Applied> applied) throws SQLException {
    Set<String> objects = objects();
    for (int i = 0; i < applied.size(); i++) {
      Applied row = applied.get(i);
      if (row.version() != i + 1) {
        throw new Misconfigured(
            "open",
            "the schema records version %d where %d belongs; restore the table %s from a backup"
                .formatted(row.version(), i + 1, TABLE));
      }
      if (row.version() > Migration.current()) {
        checkNewer(row, applied.size());
        continue;
      }
      Migration known = Migration.ALL.get(i);
      if (!row.checksum().equals(known.checksum())) {
        throw new Misconfigured(
            "open",
            "migration %d was applied from another %s than this code has; use the version of Holdfast that made it"
                .formatted(row.version(), row.file()));
      }
      for (String object : known.createdObjects()) {
        if (!objects.contains(object)) {
          throw new Misconfigured(
              "open",
              "%s is recorded as made by migration %d but is missing; restore the database from a backup"
                  .formatted(object, row.version()));
        }
      }
    }
  }

  /**
   * Refuses a newer store, unless it is one step ahead and records that code of this version can
   * still serve it.
   */
  private static void checkNewer(Applied row, int found) {
    if (row.version() > Migration.current() + 1 || row.servedFrom() > Migration.current()) {
      throw new Misconfigured(
          "open",
          "the schema has version %d, this code can serve up to version %d; use a newer version of Holdfast"
              .formatted(found, Migration.current()));
    }
  }

  private void apply(Migration migration) throws SQLException {
    if (migration.version() == 1) {
      session.execute(CREATE_TABLE);
    }
    for (String statement : migration.statements()) {
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
