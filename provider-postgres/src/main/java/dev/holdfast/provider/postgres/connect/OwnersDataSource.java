// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.connect;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** Makes connections of an owner. Thread-safe. */
public final class OwnersDataSource implements DataSource {

  private final DataSource server;
  private final Owner owner;

  /**
   * Creates the source.
   *
   * @param server makes new connections
   */
  public OwnersDataSource(DataSource server, Owner owner) {
    this.server = server;
    this.owner = owner;
  }

  @Override
  public Connection getConnection() throws SQLException {
    return entered(server.getConnection());
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return entered(server.getConnection(user, password));
  }

  private Connection entered(Connection connection) throws SQLException {
    try {
      owner.enter(connection);
      return connection;
    } catch (SQLException | RuntimeException | Error e) {
      try {
        connection.close();
      } catch (SQLException alsoClosing) {
        e.addSuppressed(alsoClosing);
      }
      throw e;
    }
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return server.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    server.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    server.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return server.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getLogger(OwnersDataSource.class.getPackageName());
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return server.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return server.isWrapperFor(type);
  }
}
