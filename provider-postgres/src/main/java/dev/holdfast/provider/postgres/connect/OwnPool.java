// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.connect;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/** A pool of the provider's own. Thread-safe. */
public final class OwnPool implements Connections {

  private final DataSource server;
  private final HikariDataSource pool;

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
    HikariConfig config = new HikariConfig();
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
    return pool.getConnection();
  }

  @Override
  public Connection getUnpooled() throws SQLException {
    return server.getConnection();
  }

  @Override
  public void close() {
    pool.close();
  }
}
