// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.connect;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;

/**
 * A pool of the provider's own. While the server is away, calls fail at once and with the server's
 * own reason. The first call that reaches it again makes a new pool, because the old one would
 * retry at growing intervals. Thread-safe.
 */
public final class OwnPool implements Connections {

  private final DataSource server;
  private final HikariConfig config = new HikariConfig();
  private final ReentrantLock renewal = new ReentrantLock();
  private final Borrowers borrowers = new Borrowers();
  private volatile HikariDataSource pool;
  private volatile boolean away;
  private volatile boolean closed;

  /**
   * Makes a pool that opens its first connection when the first is asked for.
   *
   * @param server makes connections
   * @param pooled makes those of the pool
   * @param name appears in the names of the pool's threads
   * @param size how many connections there are at most
   * @param connectTimeout how long a call waits for a connection
   */
  public OwnPool(
      DataSource server, DataSource pooled, String name, int size, Duration connectTimeout) {
    this.server = server;
    config.setDataSource(pooled);
    config.setPoolName(name);
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(connectTimeout.toMillis());
    config.setValidationTimeout(Math.min(5_000, connectTimeout.toMillis()));
    config.setInitializationFailTimeout(-1);
    config.setAutoCommit(true);
    this.pool = new HikariDataSource(config);
  }

  @Override
  public Connection get() throws SQLException {
    if (away) {
      expectServer();
    }
    HikariDataSource current = pool;
    try {
      return borrowers.borrow(current::getConnection);
    } catch (SQLTransientConnectionException e) {
      // A pool that has connections was only too busy.
      away |= current.getHikariPoolMXBean().getTotalConnections() == 0;
      throw e;
    }
  }

  private void expectServer() throws SQLException {
    config.getDataSource().getConnection().close();
    renewal.lock();
    try {
      if (away && !closed) {
        HikariDataSource old = pool;
        pool = new HikariDataSource(config);
        away = false;
        old.close();
      }
    } finally {
      renewal.unlock();
    }
  }

  @Override
  public Connection getUnpooled() throws SQLException {
    return server.getConnection();
  }

  /** Drops all connections: the others lead to the same server. */
  @Override
  public void drop(Connection connection) {
    HikariDataSource current = pool;
    current.evictConnection(connection);
    current.getHikariPoolMXBean().softEvictConnections();
  }

  @Override
  public void discard(Connection connection) {
    pool.evictConnection(connection);
  }

  @Override
  public void close() {
    renewal.lock();
    try {
      closed = true;
      borrowers.end();
      pool.close();
    } finally {
      renewal.unlock();
    }
  }
}
