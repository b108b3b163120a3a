// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.postgres.server.TestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Connections that stay on a server which takes no writes any more, while new ones are fine: what
 * is left of a failover for who had connections before it.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FailoverIT {

  private static final String LISTENING =
      "query LIKE 'LISTEN%' OR query LIKE '%end_locks_of_the_dead%'";

  /** Whoever tells looks first whether anybody listens. */
  private static final String TELLING = "query LIKE '%pg_notify%' OR query LIKE '%pg_locks%'";

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

    private static String pid(Connection connection) throws SQLException {
      return String.valueOf(connection.unwrap(PGConnection.class).getBackendPID());
    }

    /** From now on their server takes no writes on them; on later ones it does. */
    void demote() throws SQLException {
      demoteAllBut(List.of());
    }

    /**
     * The same without those of some sessions.
     *
     * @param pids the server's processes
     */
    void demoteAllBut(List<String> pids) throws SQLException {
      for (Connection connection : made) {
        if (!connection.isClosed() && !pids.contains(pid(connection))) {
          try (Statement statement = connection.createStatement()) {
            statement.execute("SET default_transaction_read_only = on");
          }
        }
      }
    }
  }

  private Remembering server() {
    Remembering server = new Remembering();
    server.setURL(tenant.location().jdbcUrl());
    server.setUser(tenant.location().user());
    server.setPassword(tenant.location().password());
    return server;
  }

  private static HikariDataSource pool(PGSimpleDataSource server, int size) {
    HikariConfig config = new HikariConfig();
    config.setDataSource(server);
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(0);
    return new HikariDataSource(config);
  }

  @Test
  void theNextCallReachesAServerThatTakesWrites() throws SQLException {
    Remembering server = server();
    try (HikariDataSource pool = pool(server, 3);
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

  /** The old server goes on delivering what nobody tells it any more. */
  @Test
  void whoListensAndWhoTellsGoWhereTheCallsGo() throws Exception {
    Remembering server = server();
    try (HikariDataSource pool = pool(server, 5);
        Provider provider =
            Providers.open(listening(pool).option("takeoverMillis", "off").build())) {
      List<String> listening = afterWaiting(provider);
      provider.enqueue(message("before"));
      List<String> telling = awaitOthers(TELLING, List.of());
      fill(pool); // with those two, it has all that it may have

      server.demoteAllBut(listening);
      assertThatThrownBy(() -> provider.enqueue(message("noticed")))
          .isInstanceOf(StoreUnavailable.class);

      awaitOthers(LISTENING, listening);
      provider.enqueue(message("after"));
      awaitOthers(TELLING, telling);
    }
  }

  private ProviderConfig.Builder listening(HikariDataSource pool) {
    return ProviderConfig.dataSource(pool).option("schema", tenant.name()).option("listen", "true");
  }

  /** The sessions that listen once somebody has waited. */
  private List<String> afterWaiting(Provider provider) {
    while (sessions(LISTENING).isEmpty()) {
      provider.fetchOrchestrationItems(
          OrchestrationFetch.of(1, Duration.ofMinutes(1)).withWaitUpTo(Duration.ofMillis(100)));
    }
    return sessions(LISTENING);
  }

  /** Waits until there are such sessions, and none of those before. */
  private List<String> awaitOthers(String which, List<String> before) {
    List<String> now = sessions(which);
    while (now.isEmpty() || before.stream().anyMatch(now::contains)) {
      now = sessions(which);
    }
    return now;
  }

  private List<String> sessions(String which) {
    return TestServer.get()
        .queryText(
            "SELECT pid FROM pg_stat_activity WHERE usename = '%s' AND (%s)"
                .formatted(tenant.name(), which));
  }

  /** What the server says of a session that it has ended, or left in somebody's transaction. */
  @ParameterizedTest
  @ValueSource(strings = {"25P02", "25P03", "25P04", "57P05"})
  void aSessionThatIsOfNoUseIsNotUsedAgain(String state) throws SQLException {
    assumeTrue(!state.equals("25P04") || hasTransactionTimeout(), "since PostgreSQL 17");
    try (SmallPool pool = new SmallPool(tenant, 1, SmallPool.WhenEmpty.WAITS);
        Provider provider =
            Providers.open(
                ProviderConfig.dataSource(pool).option("schema", tenant.name()).build())) {
      leave(pool, state);

      assertThatThrownBy(() -> provider.enqueue(message("noticed")))
          .isInstanceOf(StoreUnavailable.class)
          .hasCauseInstanceOf(SQLException.class)
          .satisfies(e -> assertThat(((SQLException) e.getCause()).getSQLState()).isEqualTo(state));

      assertThat(provider.enqueue(message("after")).stored()).isTrue();
    }
  }

  private static boolean hasTransactionTimeout() {
    return !TestServer.get()
        .queryText("SELECT name FROM pg_settings WHERE name = 'transaction_timeout'")
        .isEmpty();
  }

  /** Gives the pool's only connection back as somebody does who has forgotten something. */
  private void leave(SmallPool pool, String state) throws SQLException {
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      int pid = connection.unwrap(PGConnection.class).getBackendPID();
      switch (state) {
        case "25P02" -> {
          statement.execute("BEGIN");
          assertThatThrownBy(() -> statement.execute("SELECT 1 / 0"))
              .isInstanceOf(SQLException.class);
          return;
        }
        case "25P03" -> {
          statement.execute("SET idle_in_transaction_session_timeout = 1");
          statement.execute("BEGIN");
        }
        case "25P04" -> {
          statement.execute("SET transaction_timeout = 1");
          statement.execute("BEGIN");
        }
        default -> statement.execute("SET idle_session_timeout = 1");
      }
      while (!TestServer.get()
          .queryText("SELECT pid FROM pg_stat_activity WHERE pid = " + pid)
          .isEmpty()) {
        Thread.onSpinWait();
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
