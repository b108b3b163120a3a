// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.connect;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections of the application, which stay as they are: no session setting is changed on them.
 */
public record CallersDataSource(DataSource dataSource) implements Connections {

  private static final Logger LOG = LoggerFactory.getLogger(CallersDataSource.class);

  @Override
  public Connection get() throws SQLException {
    Connection connection = dataSource.getConnection();
    try {
      if (connection.getAutoCommit()) {
        return connection;
      }
      // A pool whose connections are not in this mode resets them when they come back.
      connection.setAutoCommit(true);
      return connection;
    } catch (SQLException | RuntimeException | Error e) {
      connection.close();
      throw e;
    }
  }

  @Override
  public Connection getUnpooled() throws SQLException {
    return get();
  }

  /** Discards the connection, and all others where the application's pool is a HikariCP one. */
  @Override
  public void drop(Connection connection) {
    discard(connection);
    try {
      if (dataSource.isWrapperFor(HikariDataSource.class)) {
        dataSource.unwrap(HikariDataSource.class).getHikariPoolMXBean().softEvictConnections();
      }
    } catch (SQLException e) {
      LOG.debug("connections to a server that cannot serve could not be dropped", e);
    }
  }

  @Override
  public void discard(Connection connection) {
    try {
      if (dataSource.isWrapperFor(HikariDataSource.class)) {
        dataSource.unwrap(HikariDataSource.class).evictConnection(connection);
      } else {
        connection.abort(Runnable::run);
      }
    } catch (SQLException e) {
      LOG.debug("a connection that is of no use could not be dropped", e);
    }
  }

  /** Does nothing: the source is the caller's to close. */
  @Override
  public void close() {}
}
