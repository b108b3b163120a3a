// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.schema;

import dev.holdfast.provider.ProviderError.Misconfigured;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * What the user of a connection may do in a schema, and what to say when that is too little
 * (SCHEMA-10). For one opening.
 */
final class Rights {

  static final String INSUFFICIENT_PRIVILEGE = "42501";

  /** Finds the first object of the store that the user may not use as calls do. */
  private static final String MISSING =
      """
      SELECT c.relname
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE n.nspname = ?
         AND c.relname = ANY (?)
         AND c.relkind IN ('r', 'S')
         AND NOT (has_schema_privilege(n.oid, 'USAGE')
                  AND CASE
                        WHEN c.relkind = 'S' THEN has_sequence_privilege(c.oid, 'USAGE') AND has_sequence_privilege(c.oid, 'UPDATE')
                        WHEN c.relname IN ('schema_version', 'function_set') THEN has_table_privilege(c.oid, 'SELECT')
                        ELSE has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
                             AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE')
                      END)
       ORDER BY c.relkind DESC, c.relname
       LIMIT 1
      """;

  private final Connection connection;
  private final SchemaName schema;

  Rights(Connection connection, SchemaName schema) {
    this.connection = connection;
    this.schema = schema;
  }

  /** Refuses a user who may not use the data of a store that exists. */
  void checkData(List<String> objects) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(MISSING)) {
      statement.setString(1, schema.name());
      statement.setArray(2, connection.createArrayOf("text", objects.toArray()));
      try (ResultSet missing = statement.executeQuery()) {
        if (missing.next()) {
          throw data(missing.getString(1));
        }
      }
    }
  }

  private Misconfigured data(String object) throws SQLException {
    String user = user();
    return new Misconfigured(
        "open",
        "the user %1$s lacks rights to the data of the schema %2$s, such as to %3$s; let its owner say: GRANT USAGE ON SCHEMA %2$s TO %1$s; GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %2$s TO %1$s; GRANT USAGE, UPDATE ON ALL SEQUENCES IN SCHEMA %2$s TO %1$s"
            .formatted(user, schema, object));
  }

  /** {@return the error of a user who may not make the schema} */
  Misconfigured toMakeTheSchema(SQLException cause) throws SQLException {
    connection.rollback(); // the server executes nothing more in this transaction
    return new Misconfigured(
        "open",
        "the user %1$s lacks the right CREATE in the database %2$s, in which to make the schema %3$s; let the owner of the database say: GRANT CREATE ON DATABASE %2$s TO %1$s; or make the schema and say: GRANT USAGE, CREATE ON SCHEMA %3$s TO %1$s"
            .formatted(user(), database(), schema),
        cause);
  }

  /** {@return the error of a user who may not make or change what is in the schema} */
  Misconfigured toChangeTheSchema(SQLException cause) throws SQLException {
    connection.rollback();
    return new Misconfigured(
        "open",
        "the user %1$s lacks the rights to make or change tables and functions in the schema %2$s (%3$s); open once as the owner of what is in it, or let the owner of an empty schema say: GRANT USAGE, CREATE ON SCHEMA %2$s TO %1$s"
            .formatted(user(), schema, cause.getMessage()),
        cause);
  }

  private String user() throws SQLException {
    return name("SELECT current_user");
  }

  private String database() throws SQLException {
    return name("SELECT current_database()");
  }

  private String name(String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return '"' + row.getString(1).replace("\"", "\"\"") + '"';
    }
  }
}
