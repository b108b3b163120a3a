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
import dev.holdfast.provider.postgres.server.TestServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Connections that stay on a server which takes no writes any more, while new ones are fine: what
 * is left of a failover for who had connections before it.
 */
class FailoverIT {

  private static final String READ_ONLY = "ALTER ROLE %s SET default_transaction_read_only = %s";

  private final Tenant tenant = Tenant.inSharedDatabase();
  private final String role = tenant.name() + "_role";

  @AfterEach
  void dropTenant() {
    TestServer.execute(
        tenant.location(), "DROP OWNED BY " + role + " CASCADE", "DROP ROLE " + role);
    tenant.drop();
  }

  @Test
  void theNextCallReachesAServerThatTakesWrites() {
    PGSimpleDataSource server = asRole();
    HikariConfig config = new HikariConfig();
    config.setDataSource(server);
    config.setMaximumPoolSize(3);
    config.setMinimumIdle(3);
    try (HikariDataSource pool = new HikariDataSource(config);
        Provider provider =
            Providers.open(
                ProviderConfig.dataSource(pool)
                    .option("schema", tenant.name())
                    .option("listen", "false")
                    .build())) {
      provider.enqueue(message("before"));
      // A role's settings are those of new sessions: these three are read only for their lives.
      readOnly("on");
      pool.getHikariPoolMXBean().softEvictConnections();
      assertThatThrownBy(() -> provider.enqueue(message("meanwhile")))
          .isInstanceOf(StoreUnavailable.class);
      readOnly("off");

      // One of them notices, and the others need not notice each for itself.
      assertThatThrownBy(() -> provider.enqueue(message("noticed")))
          .isInstanceOf(StoreUnavailable.class);
      for (int i = 0; i < 6; i++) {
        assertThat(provider.enqueue(message("after-" + i)).stored()).isTrue();
      }
    }
  }

  private void readOnly(String value) {
    TestServer.execute(tenant.location(), READ_ONLY.formatted(role, value));
  }

  /** A user of this test alone, whose settings disturb nobody. */
  private PGSimpleDataSource asRole() {
    TestServer.execute(
        tenant.location(), "CREATE ROLE %s LOGIN SUPERUSER PASSWORD 'failover'".formatted(role));
    PGSimpleDataSource server = new PGSimpleDataSource();
    server.setURL(tenant.location().jdbcUrl());
    server.setUser(role);
    server.setPassword("failover");
    return server;
  }

  private static OrchestratorMessage message(String id) {
    return OrchestratorMessage.of(id, "event", Payload.utf8("x"));
  }
}
