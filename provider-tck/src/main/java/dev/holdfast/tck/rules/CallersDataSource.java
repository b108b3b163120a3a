// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A data source of an application, which like that of most pools can be closed and then gives no
 * connection any more. Thread-safe.
 */
final class CallersDataSource implements DataSource, AutoCloseable {

  private final DataSource source;
  private volatile boolean closed;

  CallersDataSource(DataSource source) {
    this.source = source;
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
  }

  private DataSource open() throws SQLException {
    if (closed) {
      throw new SQLException("the data source of the application is closed", "08003");
    }
    return source;
  }

  @Override
  public Connection getConnection() throws SQLException {
    return open().getConnection();
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return open().getConnection(user, password);
  }

  @Override
  public @Nullable PrintWriter getLogWriter() throws SQLException {
    return source.getLogWriter();
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter writer) throws SQLException {
    source.setLogWriter(writer);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    source.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return source.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return source.getParentLogger();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return source.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return source.isWrapperFor(type);
  }
}
