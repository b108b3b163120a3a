// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.schema;

import dev.holdfast.provider.ProviderError.Misconfigured;
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
import org.jspecify.annotations.Nullable;

/**
 * The objects of a schema, and what is recorded about them. Immutable.
 *
 * @param schema its name
 * @param objects the names of tables, indexes, sequences and functions
 * @param migrations the steps that were applied
 * @param functions the sets of functions
 */
record Stored(
    SchemaName schema, Set<String> objects, List<Applied> migrations, List<Functions> functions) {

  static final String MIGRATIONS = "schema_version";
  static final String FUNCTIONS = "function_set";

  private static final String OBJECTS =
      """
      SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ?
      UNION ALL
      SELECT p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = ?
      """;

  private static final String TABLE_EXISTS =
      "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ?"
          + " AND c.relname = ?";

  private static final String RECORDS =
      """
      SELECT true AS is_migration, version AS number, file, served_from, 0 AS revision, checksum
        FROM :schema.schema_version
       UNION ALL
      SELECT false, number, NULL, 0, revision, checksum
        FROM :schema.function_set
       ORDER BY 1, 2
      """;

  /** An applied migration. */
  record Applied(int version, String file, String checksum, int servedFrom) {}

  /** A set of functions; see {@link FunctionSet}. */
  record Functions(int number, int revision, String checksum) {}

  static Stored read(Connection connection, SchemaName schema, Rights rights) throws SQLException {
    List<Applied> migrations = new ArrayList<>();
    List<Functions> functions = new ArrayList<>();
    if (names(connection, TABLE_EXISTS, schema.name(), MIGRATIONS).isEmpty()) {
      return new Stored(schema, Set.of(), migrations, functions);
    }
    rights.checkData(
        Stream.concat(Stream.of(MIGRATIONS, FUNCTIONS), Migration.allObjects()).toList());
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(schema.inSql(RECORDS))) {
      while (rows.next()) {
        int number = rows.getInt("number");
        String checksum = rows.getString("checksum");
        if (rows.getBoolean("is_migration")) {
          migrations.add(
              new Applied(number, rows.getString("file"), checksum, rows.getInt("served_from")));
        } else {
          functions.add(new Functions(number, rows.getInt("revision"), checksum));
        }
      }
    }
    // Read after the records: objects that another process makes meanwhile must not seem to be
    // missing.
    return new Stored(
        schema, names(connection, OBJECTS, schema.name(), schema.name()), migrations, functions);
  }

  private static Set<String> names(Connection connection, String sql, String... arguments)
      throws SQLException {
    Set<String> names = new HashSet<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < arguments.length; i++) {
        statement.setString(i + 1, arguments[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          names.add(rows.getString(1));
        }
      }
    }
    return names;
  }

  /** {@return whether there is no store yet} */
  boolean isEmpty() {
    return migrations.isEmpty();
  }

  /** {@return how many migrations were applied} */
  int version() {
    return migrations.size();
  }

  /** {@return the recorded set with this number} */
  @Nullable Functions functions(int number) {
    return functions.stream().filter(set -> set.number() == number).findFirst().orElse(null);
  }

  /**
   * Returns whether the functions must be made or replaced before code can call them. Functions of
   * a newer revision stay: they can do all that older ones do.
   */
  boolean lacks(FunctionSet needed) {
    Functions recorded = functions(needed.number());
    return recorded == null
        || (recorded.revision() <= needed.revision()
            && !recorded.checksum().equals(needed.checksum()));
  }

  /** Throws when the store is not one that this code can serve or bring up. */
  void check(FunctionSet needed) {
    for (int i = 0; i < migrations.size(); i++) {
      Applied row = migrations.get(i);
      if (row.version() != i + 1) {
        throw wrong(
            "the schema %s records version %d where %d belongs; restore its table %s from a backup",
            schema, row.version(), i + 1, MIGRATIONS);
      }
      if (row.version() > Migration.current()) {
        checkNewer(row);
      } else {
        check(row, Migration.ALL.get(i));
      }
    }
    check(functions(needed.number()), needed);
  }

  private void check(Applied row, Migration known) {
    if (!row.checksum().equals(known.checksum())) {
      throw wrong(
          "migration %d of the schema %s was applied from another %s than this code has; use the"
              + " version of Holdfast that made it",
          row.version(), schema, row.file());
    }
    for (String object : known.createdObjects()) {
      if (!objects.contains(object)) {
        throw wrong(
            "%s is recorded as made by migration %d but is missing in the schema %s; restore it"
                + " from a backup",
            object, row.version(), schema);
      }
    }
  }

  /**
   * Refuses a newer store, unless it is one step ahead and records that code of this version can
   * still serve it.
   */
  private void checkNewer(Applied row) {
    if (row.version() > Migration.current() + 1 || row.servedFrom() > Migration.current()) {
      throw wrong(
          "the schema %s has version %d, this code can serve up to version %d; use a newer version"
              + " of Holdfast",
          schema, version(), Migration.current());
    }
  }

  private void check(@Nullable Functions recorded, FunctionSet needed) {
    if (recorded == null) {
      functions.stream()
          .mapToInt(Functions::number)
          .filter(number -> number > needed.number())
          .findFirst()
          .ifPresent(number -> {
            throw wrong(
                "the schema %s has functions of set %d and not of set %d any more, which this code"
                    + " calls; use a newer version of Holdfast",
                schema, number, needed.number());
          });
      return;
    }
    if (recorded.checksum().equals(needed.checksum())) {
      for (String name : needed.names()) {
        if (!objects.contains(name)) {
          throw wrong(
              "the function %s is recorded as made but is missing in the schema %s; restore it from"
                  + " a backup",
              name, schema);
        }
      }
    }
  }

  private static Misconfigured wrong(String format, Object... arguments) {
    return new Misconfigured("open", format.formatted(arguments));
  }
}
