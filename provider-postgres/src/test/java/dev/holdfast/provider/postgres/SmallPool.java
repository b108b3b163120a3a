// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A pool as an application writes one by hand: it keeps connections, lends them again unless they
 * are closed, and has no more than so many.
 */
class SmallPool extends PGSimpleDataSource implements AutoCloseable {
  private static final long serialVersionUID = 1L;

  /** What becomes of callers when all are lent. */
  enum WhenEmpty {
    THROWS_CHECKED,
    THROWS_UNCHECKED,
    WAITS
  }

  private final transient Semaphore free;
  private final WhenEmpty whenEmpty;
  private final transient Deque<Connection> idle = new ArrayDeque<>();
  private final AtomicInteger lent = new AtomicInteger();
  private final AtomicInteger made = new AtomicInteger();

  SmallPool(Tenant tenant, int size, WhenEmpty whenEmpty) {
    setURL(tenant.location().jdbcUrl());
    setUser(tenant.location().user());
    setPassword(tenant.location().password());
    this.free = new Semaphore(size);
    this.whenEmpty = whenEmpty;
  }

  /** Whether all are back. */
  int free() {
    return free.availablePermits();
  }

  /** How often one was lent. */
  int lent() {
    return lent.get();
  }

  /** How many were made. */
  int made() {
    return made.get();
  }

  @Override
  public Connection getConnection() throws SQLException {
    switch (whenEmpty) {
      case THROWS_CHECKED -> {
        if (!free.tryAcquire()) {
          throw new SQLException("all are lent");
        }
      }
      case THROWS_UNCHECKED -> {
        if (!free.tryAcquire()) {
          throw new IllegalStateException("all are lent");
        }
      }
      case WAITS -> free.acquireUninterruptibly();
    }
    try {
      return lent(kept());
    } catch (SQLException | RuntimeException | Error e) {
      free.release();
      throw e;
    }
  }

  private Connection kept() throws SQLException {
    synchronized (idle) {
      Connection connection = idle.poll();
      while (connection != null && connection.isClosed()) {
        connection = idle.poll();
      }
      if (connection != null) {
        return connection;
      }
    }
    made.incrementAndGet();
    return super.getConnection();
  }

  private Connection lent(Connection connection) {
    lent.incrementAndGet();
    AtomicBoolean back = new AtomicBoolean();
    return (Connection)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {Connection.class},
            (self, method, arguments) -> {
              if (method.getName().equals("close")) {
                if (back.compareAndSet(false, true)) {
                  synchronized (idle) {
                    idle.add(connection);
                  }
                  free.release();
                }
                return null;
              }
              return call(connection, method, arguments);
            });
  }

  private static @Nullable Object call(
      Object target, java.lang.reflect.Method method, @Nullable Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getTargetException();
    }
  }

  @Override
  public void close() throws SQLException {
    synchronized (idle) {
      for (Connection connection : idle) {
        connection.close();
      }
    }
  }
}
