// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.Misconfigured;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.postgres.SmallPool.WhenEmpty;
import dev.holdfast.provider.postgres.server.TestServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * On whatever an application has for a {@code DataSource}: none at all, and pools written by hand.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CallersDataSourceIT {

  private static final Duration LOCK = Duration.ofMinutes(1);
  private static final String LISTENING =
      "query LIKE 'LISTEN%' OR query LIKE '%end_locks_of_the_dead%'";

  private final Tenant tenant = Tenant.inSharedDatabase();

  @AfterEach
  void dropTenant() {
    tenant.drop();
  }

  private ProviderConfig config(DataSource dataSource, boolean listen) {
    return ProviderConfig.dataSource(dataSource)
        .option("schema", tenant.name())
        .option("listen", String.valueOf(listen))
        .build();
  }

  private static OrchestratorMessage start(String id) {
    return OrchestratorMessage.builder(id, "Start", Payload.utf8("in"))
        .start(ExecutionStart.of("order"))
        .build();
  }

  /** Every kind of call once. */
  private static void callAll(Provider provider, String id) {
    provider.enqueue(start(id));
    OrchestrationItem turn =
        provider.fetchOrchestrationItems(OrchestrationFetch.of(1, LOCK)).get(0);
    assertThat(provider.renew(List.of(turn.lockToken()), LOCK)).hasSize(1);
    ActivityIdentity activity = new ActivityIdentity(id, 1, 1);
    assertThat(
            provider.ackOrchestrationItem(
                OrchestrationAck.builder(turn.lockToken(), 1)
                    .activities(
                        List.of(
                            ActivityTask.builder(activity, "charge", Payload.empty(), "order")
                                .build()))
                    .build()))
        .isInstanceOf(AckResult.Applied.class);
    ActivityItem item = provider.fetchActivityItems(ActivityFetch.of(1, LOCK)).get(0);
    assertThat(provider.renew(List.of(item.lockToken()), LOCK)).hasSize(1);
    assertThat(
            provider.ackActivityItem(
                ActivityAck.of(
                    item.lockToken(), OrchestratorMessage.of(id, "Done", Payload.empty()))))
        .isInstanceOf(AckResult.Applied.class);
    assertThat(provider.readHistory(id, 1, 0, 10).events()).isEmpty();
    assertThat(provider.latestExecutionId(id)).hasValue(1);
    assertThat(provider.describeInstance(id)).isPresent();
    OrchestrationItem next =
        provider.fetchOrchestrationItems(OrchestrationFetch.of(1, LOCK)).get(0);
    provider.reportProblem(next.lockToken(), "none");
    assertThat(provider.ackOrchestrationItem(OrchestrationAck.builder(next.lockToken(), 1).build()))
        .isInstanceOf(AckResult.Applied.class);
  }

  @Test
  void noPoolAtAllIsEnoughForAllCallsAndForListening() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL(tenant.location().jdbcUrl());
    source.setUser(tenant.location().user());
    source.setPassword(tenant.location().password());
    try (Provider provider = Providers.open(config(source, true));
        Provider other = Providers.open(config(source, false))) {
      callAll(provider, "one");
      assertListens(provider, other);
    }
    awaitNone("true");
  }

  @Test
  void aPoolOfThreeIsEnoughForListening() throws SQLException {
    try (SmallPool pool = new SmallPool(tenant, 3, WhenEmpty.WAITS);
        Provider other = Providers.open(config(pool, false))) {
      try (Provider provider = Providers.open(config(pool, true))) {
        callAll(provider, "one");
        assertListens(provider, other);
      }
      awaitAllBack(pool, 3);
      awaitNone(LISTENING);
    }
  }

  private void assertListens(Provider provider, Provider other) {
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      Future<List<OrchestrationItem>> waiting =
          threads.submit(() ->
              provider.fetchOrchestrationItems(
                  OrchestrationFetch.of(1, LOCK).withWaitUpTo(Duration.ofMinutes(1))));
      while (sessions(LISTENING).isEmpty()) {
        Thread.onSpinWait();
      }
      other.enqueue(start("two"));
      assertThat(waiting.get()).hasSize(1);
    } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Somebody may be looking whether the store is still there. */
  private static void awaitAllBack(SmallPool pool, int all) {
    while (pool.free() != all) {
      Thread.onSpinWait();
    }
  }

  /** The server needs a moment to notice that a session has ended. */
  private void awaitNone(String which) {
    while (!sessions(which).isEmpty()) {
      Thread.onSpinWait();
    }
  }

  private List<String> sessions(String which) {
    return TestServer.get()
        .queryText(
            "SELECT pid FROM pg_stat_activity WHERE usename = '%s' AND (%s)"
                .formatted(tenant.name(), which));
  }

  @ParameterizedTest
  @EnumSource(WhenEmpty.class)
  void twoConnectionsAreEnoughForAllCalls(WhenEmpty whenEmpty) throws SQLException {
    try (SmallPool pool = new SmallPool(tenant, 2, whenEmpty)) {
      try (Provider provider = Providers.open(config(pool, false))) {
        callAll(provider, "one");
      }
      awaitAllBack(pool, 2);
    }
  }

  @Test
  void whoLooksWhetherTheStoreIsStillThereGivesTheConnectionBack() throws SQLException {
    try (SmallPool pool = new SmallPool(tenant, 1, WhenEmpty.WAITS);
        Provider provider = Providers.open(config(pool, false))) {
      int lent = pool.lent();
      int calls = 0;
      while (pool.lent() == lent + calls) {
        provider.latestExecutionId("none");
        calls++;
      }
      provider.latestExecutionId("none");

      assertThat(pool.made()).as("connections, one after another").isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(WhenEmpty.class)
  void aPoolThatListeningWouldUseUpIsRefused(WhenEmpty whenEmpty) throws SQLException {
    try (SmallPool pool = new SmallPool(tenant, 2, whenEmpty)) {
      ProviderConfig config = config(pool, true);
      assertThatThrownBy(() -> Opening.open(config, hasty(config), source -> source))
          .isInstanceOf(Misconfigured.class)
          .hasMessageContainingAll("two connections", "3 or more", "listen");
      // Whoever was still waiting for a third gives back what it gets.
      awaitAllBack(pool, 2);
    }
  }

  /** Does not wait long for a pool that lets its callers wait. */
  private static PostgresOptions hasty(ProviderConfig config) {
    PostgresOptions parsed = PostgresOptions.parse(config);
    return new PostgresOptions(
        parsed.jdbcUrl(),
        parsed.schema(),
        parsed.poolSize(),
        Duration.ofSeconds(1),
        parsed.callTimeout(),
        parsed.listen(),
        parsed.takeover(),
        parsed.pinPlans(),
        parsed.driver());
  }

  @ParameterizedTest
  @EnumSource(value = WhenEmpty.class, names = "THROWS_.*", mode = EnumSource.Mode.MATCH_ALL)
  void aPoolThatHasNoMoreIsUnavailableAndServesAgain(WhenEmpty whenEmpty) throws SQLException {
    try (SmallPool pool = new SmallPool(tenant, 2, whenEmpty);
        Provider provider = Providers.open(config(pool, false))) {
      try (Connection one = pool.getConnection();
          Connection two = pool.getConnection()) {
        assertThat(List.of(one, two)).hasSize(2);
        assertThatThrownBy(() -> provider.enqueue(start("one")))
            .isInstanceOf(StoreUnavailable.class);
        assertThatThrownBy(() -> provider.latestExecutionId("one"))
            .isInstanceOf(StoreUnavailable.class);
      }
      callAll(provider, "one");
    }
  }

  @Test
  void manyCallersGetAlongWithTwoConnectionsThatAreWaitedFor() throws Exception {
    int callers = 32;
    try (SmallPool pool = new SmallPool(tenant, 2, WhenEmpty.WAITS);
        Provider provider = Providers.open(config(pool, false));
        ExecutorService threads = Executors.newFixedThreadPool(callers)) {
      List<Future<Boolean>> calls = new ArrayList<>();
      IntStream.range(0, callers)
          .forEach(i ->
              calls.add(
                  threads.submit(() -> {
                    boolean stored = provider.enqueue(start("order-" + i)).stored();
                    return stored && provider.describeInstance("order-" + i).isPresent();
                  })));
      for (Future<Boolean> call : calls) {
        assertThat(call.get()).isTrue();
      }
    }
  }
}
