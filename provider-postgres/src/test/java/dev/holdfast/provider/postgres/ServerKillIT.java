// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.EmbeddedServer;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.Providers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/**
 * The server dies under load, again and again, while those who hold locks live on: nothing that was
 * acknowledged is lost, nothing is done twice, no token is ever given out twice, and the handles
 * work on without help.
 */
class ServerKillIT {

  private static final int INSTANCES = 400;
  private static final int HANDLES = 4;
  private static final int WORKERS_PER_HANDLE = 4;
  private static final int KILLS = 3;
  private static final Duration LOCK = Duration.ofSeconds(4);
  private static final Duration WAIT = Duration.ofMillis(100);

  private final AtomicInteger ended = new AtomicInteger();
  private final Semaphore progress = new Semaphore(0);
  private final Set<Long> epochs = ConcurrentHashMap.newKeySet();
  private final Acks<ActivityIdentity> activities = new Acks<>();
  private final Acks<String> turns = new Acks<>();
  private final List<String> contradictions = new ArrayList<>();

  @Test
  void nothingIsLostOrDoneTwice() throws Exception {
    try (EmbeddedServer server = EmbeddedServer.start(Path.of("target", "postgres"))) {
      List<Provider> handles = new ArrayList<>();
      for (int i = 0; i < HANDLES; i++) {
        handles.add(Providers.open(server.url("postgres") + "?connectTimeoutMillis=2000"));
      }
      ExecutorService threads = Executors.newCachedThreadPool();
      List<Future<?>> work = new ArrayList<>();
      work.add(threads.submit(() -> startAll(handles.get(0))));
      for (Provider handle : handles) {
        for (int i = 0; i < WORKERS_PER_HANDLE; i++) {
          work.add(threads.submit(() -> workUntilAllHaveEnded(handle)));
        }
      }

      for (int kill = 0; kill < KILLS; kill++) {
        progress.acquire(INSTANCES / (KILLS + 1));
        server.kill();
        server.restart();
      }

      for (Future<?> one : work) {
        one.get();
      }
      threads.shutdown();
      audit(handles.get(0));
      handles.forEach(Provider::close);
      assertThat(server.log()).doesNotContain("deadlock detected");
      assertThat(server.log()).contains("was not properly shut down");
    }
  }

  /**
   * Fetches do not wait for the disk, so a crash may forget them, but not that they drew tokens.
   */
  @Test
  void tokensOfForgottenFetchesAreNotGivenOutAgain() throws Exception {
    try (EmbeddedServer server = EmbeddedServer.start(Path.of("target", "postgres"));
        Provider holder = Providers.open(server.url("postgres"))) {
      writeNothingByItself(server);
      startAll(holder);
      List<LockToken> drawn = fetchAll(holder);

      server.kill();
      server.restart();

      try (Provider next = Providers.open(server.url("postgres"))) {
        List<LockToken> tokens = fetchAll(next);
        assertThat(tokens).as("what was fetched again").isNotEmpty();
        assertThat(tokens)
            .extracting(LockToken::epoch)
            .doesNotContainAnyElementsOf(drawn.stream().map(LockToken::epoch).toList());
        assertThat(holder.renew(drawn, LOCK))
            .as("what the first holder still has")
            .hasSize(INSTANCES - tokens.size());
      }
    }
  }

  /** What is not committed synchronously stays in the server's memory. */
  private static void writeNothingByItself(EmbeddedServer server) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                "jdbc:" + server.url("postgres").replace("postgres://postgres@", "postgresql://"),
                "postgres",
                "");
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER SYSTEM SET wal_writer_delay = '10s'");
      statement.execute("ALTER SYSTEM SET wal_writer_flush_after = '1GB'");
      statement.execute("SELECT pg_reload_conf()");
    }
  }

  private static List<LockToken> fetchAll(Provider provider) {
    OrchestrationFetch one = OrchestrationFetch.of(1, Duration.ofHours(1));
    List<LockToken> tokens = new ArrayList<>();
    List<OrchestrationItem> items;
    do {
      items = untilAnswered(() -> provider.fetchOrchestrationItems(one));
      items.forEach(item -> tokens.add(item.lockToken()));
    } while (!items.isEmpty());
    return tokens;
  }

  private void startAll(Provider provider) {
    for (int i = 0; i < INSTANCES; i++) {
      OrchestratorMessage start =
          OrchestratorMessage.builder("order-" + i, "Start", Payload.utf8("start"))
              .start(ExecutionStart.of("order"))
              .messageId("start")
              .build();
      untilAnswered(() -> {
        provider.enqueue(start);
        return true;
      });
    }
  }

  private void workUntilAllHaveEnded(Provider provider) {
    OrchestrationFetch orchestrations = OrchestrationFetch.of(2, LOCK).withWaitUpTo(WAIT);
    ActivityFetch activities = ActivityFetch.of(2, LOCK).withWaitUpTo(WAIT);
    while (ended.get() < INSTANCES) {
      for (OrchestrationItem item :
          untilAnswered(() -> provider.fetchOrchestrationItems(orchestrations))) {
        note(item.lockToken());
        turn(provider, item);
      }
      for (ActivityItem item : untilAnswered(() -> provider.fetchActivityItems(activities))) {
        note(item.lockToken());
        complete(provider, item);
      }
    }
  }

  /** Repeats a call as long as it says that repeating it is right. */
  private static <T> T untilAnswered(Supplier<T> call) {
    while (true) {
      try {
        return call.get();
      } catch (ProviderError.Retryable e) {
        Thread.onSpinWait();
      }
    }
  }

  private void note(LockToken token) {
    if (!epochs.add(token.epoch())) {
      contradict("token " + token + " was given out twice");
    }
  }

  private synchronized void contradict(String what) {
    contradictions.add(what);
  }

  private void turn(Provider provider, OrchestrationItem item) {
    long last = item.history().lastEventId();
    boolean first = last == 0;
    OrchestrationAck.Builder ack =
        OrchestrationAck.builder(item.lockToken(), item.executionId())
            .historyDelta(List.of(event(last + 1), event(last + 2)))
            .metadata(
                ExecutionMetadata.builder()
                    .name("order")
                    .status(first ? ExecutionStatus.RUNNING : ExecutionStatus.COMPLETED)
                    .build());
    if (first) {
      ActivityIdentity identity = new ActivityIdentity(item.instanceId(), 1, 1);
      ack.activities(
          List.of(
              ActivityTask.builder(identity, "charge", Payload.utf8("input"), "order").build()));
    }
    boolean applied =
        acked(turns, item.instanceId(), () -> provider.ackOrchestrationItem(ack.build()));
    if (applied && !first) {
      ended.incrementAndGet();
      progress.release();
    }
  }

  private static HistoryEvent event(long id) {
    return new HistoryEvent(id, "Event", Payload.utf8("event " + id), Instant.now());
  }

  private void complete(Provider provider, ActivityItem item) {
    OrchestratorMessage completion =
        OrchestratorMessage.of(item.task().instanceId(), "Completed", Payload.utf8("result"));
    acked(
        activities,
        item.task().identity(),
        () -> provider.ackActivityItem(ActivityAck.of(item.lockToken(), completion)));
  }

  /** Acks until there is a result, and counts it; returns whether it was applied for certain. */
  private static <K> boolean acked(Acks<K> acks, K work, Supplier<AckResult> call) {
    AtomicInteger calls = new AtomicInteger();
    AckResult result =
        untilAnswered(() -> {
          calls.incrementAndGet();
          return call.get();
        });
    if (!(result instanceof AckResult.Rejected)) {
      acks.applied.computeIfAbsent(work, key -> new AtomicInteger()).incrementAndGet();
      return true;
    }
    if (calls.get() > 1) {
      // The call before may have been applied, and more may have happened since (ATOM-09, ATOM-15).
      acks.open.computeIfAbsent(work, key -> new AtomicInteger()).incrementAndGet();
    }
    return false;
  }

  /**
   * How often the acks of each piece of work were applied.
   *
   * @param applied for certain
   * @param open applied or not: the answer was lost, and the repeat came too late
   */
  private record Acks<K>(Map<K, AtomicInteger> applied, Map<K, AtomicInteger> open) {
    Acks() {
      this(new ConcurrentHashMap<>(), new ConcurrentHashMap<>());
    }

    /** Each piece was acked so often, as far as the results tell. */
    void each(int times) {
      Set<K> work = new HashSet<>(applied.keySet());
      work.addAll(open.keySet());
      assertThat(work).hasSize(INSTANCES);
      for (K one : work) {
        int certain = count(applied, one);
        assertThat(certain).as("acks of %s", one).isLessThanOrEqualTo(times);
        assertThat(certain + count(open, one)).as("acks of %s", one).isGreaterThanOrEqualTo(times);
      }
    }

    private static <K> int count(Map<K, AtomicInteger> counts, K key) {
      AtomicInteger count = counts.get(key);
      return count == null ? 0 : count.get();
    }
  }

  private void audit(Provider provider) {
    assertThat(contradictions).isEmpty();
    assertThat(ended).hasValue(INSTANCES);
    turns.each(2);
    activities.each(1);
    for (int i = 0; i < INSTANCES; i++) {
      assertThat(provider.readHistory("order-" + i, 1, 0, 100).events())
          .extracting(HistoryEvent::eventId)
          .containsExactly(1L, 2L, 3L, 4L);
    }
    assertThat(provider.fetchOrchestrationItems(OrchestrationFetch.of(10, LOCK))).isEmpty();
    assertThat(provider.fetchActivityItems(ActivityFetch.of(10, LOCK))).isEmpty();
  }
}
