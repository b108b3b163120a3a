// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A data source of an application: a pool that lends its connections again as they come back, looks
 * at what comes back, and can be closed. Thread-safe.
 */
final class CallersDataSource implements DataSource, AutoCloseable {

  private final DataSource source;
  private final Deque<Connection> idle = new ArrayDeque<>();
  private final List<String> complaints = new ArrayList<>();
  private int lent;
  private boolean closed;

  CallersDataSource(DataSource source) {
    this.source = source;
  }

  /** Whether somebody has closed it. */
  synchronized boolean isClosed() {
    return closed;
  }

  /** What was wrong with connections that came back, in order. */
  synchronized List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** How many connections have not come back yet. */
  synchronized int lent() {
    return lent;
  }

  @Override
  public synchronized void close() {
    closed = true;
    idle.forEach(CallersDataSource::discard);
    idle.clear();
  }

  private synchronized DataSource open() throws SQLException {
    if (closed) {
      throw new SQLException("the data source of the application is closed", "08003");
    }
    return source;
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection connection = fromThePool();
    return lend(connection == null ? open().getConnection() : connection);
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return lend(open().getConnection(user, password));
  }

  private synchronized @Nullable Connection fromThePool() throws SQLException {
    open();
    return idle.poll();
  }

  private Connection lend(Connection connection) throws SQLException {
    Lending lending = new Lending(connection, State.of(connection));
    synchronized (this) {
      lent++;
    }
    return (Connection)
        Proxy.newProxyInstance(
            CallersDataSource.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> lending.call(proxy, method, arguments));
  }

  /** What a session remembers from one borrower to the next. */
  private record State(
      boolean autoCommit,
      int isolation,
      boolean readOnly,
      @Nullable String catalog,
      @Nullable String schema) {

    static State of(Connection connection) throws SQLException {
      return new State(
          connection.getAutoCommit(),
          connection.getTransactionIsolation(),
          connection.isReadOnly(),
          connection.getCatalog(),
          connection.getSchema());
    }
  }

  /** One connection in the hands of a borrower. */
  private final class Lending {
    private final Connection connection;
    private final State before;
    private boolean over;

    Lending(Connection connection, State before) {
      this.connection = connection;
      this.before = before;
    }

    @Nullable Object call(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
        throws Throwable {
      return switch (method.getName()) {
        case "close", "abort" -> {
          giveBack();
          yield null;
        }
        case "isClosed" -> isOver() || connection.isClosed();
        case "equals" -> arguments != null && isSame(proxy, arguments[0]);
        case "hashCode" -> System.identityHashCode(proxy);
        case "toString" -> "a connection of the application";
        case "isValid" -> !isOver() && connection.isValid((Integer) required(arguments));
        default -> passOn(method, arguments);
      };
    }

    private @Nullable Object passOn(Method method, @Nullable Object @Nullable [] arguments)
        throws Throwable {
      if (isOver()) {
        throw new SQLException("a connection is used that was given back", "08003");
      }
      try {
        return method.invoke(connection, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause() == null ? e : e.getCause();
      }
    }

    private boolean isOver() {
      synchronized (CallersDataSource.this) {
        return over;
      }
    }

    private void giveBack() {
      synchronized (CallersDataSource.this) {
        if (over) {
          return;
        }
        over = true;
        lent--;
        if (!isReusable() || closed) {
          discard(connection);
        } else {
          idle.push(connection);
        }
      }
    }

    /** A connection that is broken may come back as it is: no pool lends it again. */
    private boolean isReusable() {
      try {
        if (connection.isClosed()) {
          return false;
        }
        State after = State.of(connection);
        if (!after.equals(before)) {
          complaints.add("lent as %s, given back as %s".formatted(before, after));
          return false;
        }
        return true;
      } catch (SQLException broken) {
        return false;
      }
    }
  }

  private static Object required(@Nullable Object @Nullable [] arguments) {
    if (arguments == null || arguments[0] == null) {
      throw new IllegalArgumentException("an argument is missing");
    }
    return arguments[0];
  }

  @SuppressWarnings("ReferenceEquality")
  private static boolean isSame(Object one, @Nullable Object other) {
    return one == other;
  }

  private static void discard(Connection connection) {
    try {
      connection.close();
    } catch (SQLException broken) {
      // It is gone all the same.
      return;
    }
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
