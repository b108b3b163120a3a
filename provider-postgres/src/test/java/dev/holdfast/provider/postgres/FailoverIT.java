// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import dev.holdfast.provider.Providers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Connections that stay on a server which takes no writes any more, while new ones are fine: what
 * is left of a failover for who had connections before it.
 */
class FailoverIT {

  private final Tenant tenant = Tenant.inSharedDatabase();

  @AfterEach
  void dropTenant() {
    tenant.drop();
  }

  /** Remembers the connections that it makes. */
  private static final class Remembering extends PGSimpleDataSource {
    private static final long serialVersionUID = 1L;
    private final transient List<Connection> made = new CopyOnWriteArrayList<>();

    @Override
    public Connection getConnection() throws SQLException {
      Connection connection = super.getConnection();
      made.add(connection);
      return connection;
    }

    /** From now on their server takes no writes on them; on later ones it does. */
    void demote() throws SQLException {
      for (Connection connection : made) {
        if (!connection.isClosed()) {
          try (Statement statement = connection.createStatement()) {
            statement.execute("SET default_transaction_read_only = on");
          }
        }
      }
    }
  }

  @Test
  void theNextCallReachesAServerThatTakesWrites() throws SQLException {
    Remembering server = new Remembering();
    server.setURL(tenant.location().jdbcUrl());
    server.setUser(tenant.location().user());
    server.setPassword(tenant.location().password());
    HikariConfig config = new HikariConfig();
    config.setDataSource(server);
    config.setMaximumPoolSize(3);
    config.setMinimumIdle(0);
    try (HikariDataSource pool = new HikariDataSource(config);
        Provider provider =
            Providers.open(
                ProviderConfig.dataSource(pool).option("schema", tenant.name()).build())) {
      fill(pool);
      server.demote();

      // One of them notices, and the others need not notice each for itself.
      assertThatThrownBy(() -> provider.enqueue(message("noticed")))
          .isInstanceOf(StoreUnavailable.class);
      for (int i = 0; i < 6; i++) {
        assertThat(provider.enqueue(message("after-" + i)).stored()).isTrue();
      }
    }
  }

  private static void fill(HikariDataSource pool) throws SQLException {
    try (Connection one = pool.getConnection();
        Connection two = pool.getConnection();
        Connection three = pool.getConnection()) {
      assertThat(List.of(one, two, three)).doesNotHaveDuplicates();
    }
  }

  private static OrchestratorMessage message(String id) {
    return OrchestratorMessage.of(id, "event", Payload.utf8("x"));
  }
}
