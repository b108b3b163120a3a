// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.connect;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Which database of which cluster a connection leads to. The same on all servers of one cluster, so
 * that a failover changes nothing; copies of a data directory cannot be told apart.
 *
 * @param cluster the number that the cluster got when it was made
 * @param database the number of the database
 */
public record Place(long cluster, long database) {

  /** Reads the catalog only, so that it fails nowhere and spoils no transaction. */
  public static final String SQL =
      """
      SELECT s.system_identifier, d.oid
        FROM pg_catalog.pg_control_system() s, pg_catalog.pg_database d
       WHERE d.datname = pg_catalog.current_database()
      """;

  /** Asks on a connection. */
  public static Place of(Connection connection) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(SQL)) {
      return read(statement);
    }
  }

  /** Executes the statement. */
  public static Place read(PreparedStatement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery()) {
      row.next();
      return new Place(row.getLong(1), row.getLong(2));
    }
  }
}
