// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.schema;

import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.jdbc.schema.Migration;
import dev.holdfast.provider.jdbc.schema.Migration.Applied;
import dev.holdfast.provider.jdbc.schema.SchemaState;
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
 * @param tables how its tables compare with the steps that this code has
 * @param functions the sets of functions
 */
record Stored(
    SchemaName schema, Set<String> objects, SchemaState tables, List<Functions> functions) {

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

  /** A set of functions; see {@link FunctionSet}. */
  record Functions(int number, int revision, String checksum) {}

  static Stored read(Connection connection, SchemaName schema, Rights rights) throws SQLException {
    List<Applied> migrations = new ArrayList<>();
    List<Functions> functions = new ArrayList<>();
    if (names(connection, TABLE_EXISTS, schema.name(), MIGRATIONS).isEmpty()) {
      return of(schema, Set.of(), migrations, functions);
    }
    rights.checkData(
        Stream.concat(
                Stream.of(MIGRATIONS, FUNCTIONS), SchemaFiles.TABLES.createdObjects().stream())
            .toList());
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
    // After the records: what another process makes meanwhile must not seem to be missing.
    return of(
        schema, names(connection, OBJECTS, schema.name(), schema.name()), migrations, functions);
  }

  private static Stored of(
      SchemaName schema, Set<String> objects, List<Applied> migrations, List<Functions> functions) {
    return new Stored(schema, objects, SchemaFiles.TABLES.compare(migrations, objects), functions);
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
    return tables instanceof SchemaState.Outdated outdated && outdated.version() == 0;
  }

  /** The steps that it lacks. */
  List<Migration> missing() {
    return tables instanceof SchemaState.Outdated outdated ? outdated.missing() : List.of();
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
    if (tables instanceof SchemaState.Unfit unfit) {
      throw unfit.error("the schema " + schema, "Holdfast");
    }
    check(functions(needed.number()), needed);
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
