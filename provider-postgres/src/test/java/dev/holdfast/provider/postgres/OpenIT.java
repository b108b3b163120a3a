// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.SchemaMode;
import dev.holdfast.provider.postgres.server.TestServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Opening: the ways in, what is refused and with which words, and with how few connections it
 * works.
 */
class OpenIT {

  private final Tenant tenant = Tenant.inSharedDatabase();

  @AfterEach
  void dropTenant() {
    tenant.drop();
  }

  private String url() {
    return tenant.location().url() + "?schema=" + tenant.name();
  }

  private PGSimpleDataSource dataSource() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL(tenant.location().jdbcUrl());
    source.setUser(tenant.location().user());
    source.setPassword(tenant.location().password());
    return source;
  }

  private ProviderConfig.Builder onDataSource() {
    return ProviderConfig.dataSource(dataSource()).option("schema", tenant.name());
  }

  private static OrchestratorMessage start(String id) {
    return OrchestratorMessage.builder(id, "Start", Payload.utf8("in"))
        .start(ExecutionStart.of("order"))
        .build();
  }

  private static OrchestrationFetch fetch(int max) {
    return OrchestrationFetch.of(max, Duration.ofMinutes(1));
  }

  @Test
  void allWaysLeadToTheSameStore() {
    try (Provider byUrl = Providers.open(url());
        Provider byJdbcUrl =
            Providers.open(
                ProviderConfig.url(tenant.location().jdbcUrl() + "?schema=" + tenant.name())
                    .option("user", tenant.location().user())
                    .option("password", tenant.location().password())
                    .build());
        Provider byDataSource = Providers.open(onDataSource().build())) {
      byUrl.enqueue(start("one"));
      assertThat(byJdbcUrl.fetchOrchestrationItems(fetch(5))).hasSize(1);
      byJdbcUrl.enqueue(start("two"));
      assertThat(byDataSource.fetchOrchestrationItems(fetch(5))).hasSize(1);
    }
  }

  @Test
  void checkOnlyMakesNothing() {
    ProviderConfig checkOnly = ProviderConfig.url(url()).schemaMode(SchemaMode.CHECK_ONLY).build();
    assertThatThrownBy(() -> Providers.open(checkOnly))
        .isInstanceOf(Misconfigured.class)
        .hasMessageContainingAll(tenant.name(), "version 0");
    assertThat(
            TestServer.get()
                .queryText("SELECT 1 FROM pg_namespace WHERE nspname = '" + tenant.name() + "'"))
        .isEmpty();
    Providers.open(url()).close();
    Providers.open(checkOnly).close();
  }

  @Test
  void connectionsThatAreNotReadCommittedAreRefused() {
    PGSimpleDataSource source = dataSource();
    source.setOptions("-c default_transaction_isolation=repeatable\\ read");
    assertThatThrownBy(() -> Providers.open(ProviderConfig.dataSource(source).build()))
        .isInstanceOf(Misconfigured.class)
        .hasMessageContainingAll("repeatable read", "READ COMMITTED");
  }

  @Test
  void connectionsThatForgetInACrashAreRefused() {
    ProviderConfig config =
        ProviderConfig.url(url()).option("options", "-c synchronous_commit=off").build();
    assertThatThrownBy(() -> Providers.open(config))
        .isInstanceOf(Misconfigured.class)
        .hasMessageContaining("synchronous_commit");
  }

  @Test
  void theCallersConnectionsKeepTheirSettings() throws Exception {
    PGSimpleDataSource source = dataSource();
    try (Connection before = source.getConnection()) {
      assertThat(before.getAutoCommit()).isTrue();
    }
    try (Provider provider = Providers.open(onDataSource().build())) {
      provider.enqueue(start("one"));
    }
    assertThat(TestServer.queryText(tenant.location(), "SELECT current_setting('plan_cache_mode')"))
        .containsExactly("auto");
  }

  @Test
  void wrongPasswordsAndDatabasesAreNamed() {
    String elsewhere = tenant.location().withDatabase("there_is_no_such_database").url();
    assertThatThrownBy(() -> Providers.open(elsewhere))
        .isInstanceOf(Misconfigured.class)
        .hasMessageContaining("there_is_no_such_database")
        .hasMessageNotContaining(tenant.location().password());
  }

  @Test
  void sixtyFourCallersGetAlongWithTwoConnections() throws Exception {
    int callers = 64;
    try (Provider provider = Providers.open(url() + "&poolSize=2");
        ExecutorService threads = Executors.newFixedThreadPool(callers)) {
      List<Future<Integer>> calls =
          IntStream.range(0, callers)
              .mapToObj(i ->
                  threads.submit(() -> {
                    provider.enqueue(start("order-" + i));
                    int found = provider.fetchOrchestrationItems(fetch(1)).size();
                    provider.latestExecutionId("order-" + i);
                    return found;
                  }))
              .toList();
      int fetched = 0;
      for (Future<Integer> call : calls) {
        fetched += call.get();
      }
      assertThat(fetched).isEqualTo(callers);
    }
  }

  @Test
  void closingEndsCallsThatWaitForAConnection() throws Exception {
    String patient = url() + "&poolSize=2&connectTimeoutMillis=120000";
    List<Future<?>> calls = new ArrayList<>();
    try (ExecutorService threads = Executors.newCachedThreadPool();
        Provider provider = Providers.open(patient);
        Connection holder = TestServer.connect(tenant.location());
        Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute("LOCK TABLE \"" + tenant.name() + "\".instance IN ACCESS EXCLUSIVE MODE");
      for (int i = 0; i < 6; i++) {
        calls.add(threads.submit(() -> provider.latestExecutionId("order-1")));
      }
      while (blocked(statement) < 2) {
        Thread.onSpinWait();
      }
      provider.close();
      // The two that have a connection are cut off.
      assertThat(calls)
          .extracting(call -> catchThrowable(() -> call.get(60, TimeUnit.SECONDS)).getCause())
          .hasOnlyElementsOfTypes(StoreUnavailable.class, InvalidRequest.class)
          .filteredOn(InvalidRequest.class::isInstance)
          .hasSize(4)
          .allMatch(problem -> problem.getMessage().contains("closed"));
    }
  }

  private int blocked(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            """
            SELECT count(*) FROM pg_locks
             WHERE NOT granted AND relation = '"%s".instance'::regclass
            """
                .formatted(tenant.name()))) {
      row.next();
      return row.getInt(1);
    }
  }

  @Test
  void aPoolThatListeningWouldUseUpIsRefused() {
    HikariConfig config = new HikariConfig();
    config.setDataSource(dataSource());
    config.setMaximumPoolSize(2);
    try (HikariDataSource pool = new HikariDataSource(config)) {
      ProviderConfig listening =
          ProviderConfig.dataSource(pool)
              .option("schema", tenant.name())
              .option("listen", "true")
              .build();
      assertThatThrownBy(() -> Providers.open(listening))
          .isInstanceOf(Misconfigured.class)
          .hasMessageContainingAll("two connections", "3 or more");
    }
  }
}
