// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.connect;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Connections of the application, which stay as they are: no session setting is changed on them.
 */
public record CallersDataSource(DataSource dataSource) implements Connections {

  @Override
  public Connection get() throws SQLException {
    Connection connection = dataSource.getConnection();
    try {
      if (connection.getAutoCommit()) {
        return connection;
      }
      // A pool that hands out connections like this resets them when they come back.
      connection.setAutoCommit(true);
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  @Override
  public Connection getUnpooled() throws SQLException {
    return get();
  }

  /** The caller's, not ours. */
  @Override
  public void close() {}
}
