// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.runtime.Activity;
import dev.holdfast.runtime.Event;
import dev.holdfast.runtime.Holdfast;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.InstanceState;
import dev.holdfast.runtime.Orchestration;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What pages of the guide say and no other test shows. */
class GuideClaimsTest {

  private static final Duration LONG = Duration.ofMinutes(2);
  private static final Activity<String, String> ECHO =
      Activity.named("echo", String.class, String.class);
  private static final Event<String> GO = Event.named("go", String.class);

  private final AtomicInteger finished = new AtomicInteger();
  private final Queue<String> inputs = new ConcurrentLinkedQueue<>();

  @TempDir Path directory;

  /** determinism.md: "and also when an instance that waits is removed from memory". */
  @Test
  void finallyRunsAlsoWhenCodeIsTakenOffItsThread() throws Exception {
    Orchestration<String, String> waits =
        Orchestration.named(
            "waits",
            String.class,
            String.class,
            (ctx, in) -> {
              try {
                return ctx.event(GO).await();
              } finally {
                finished.incrementAndGet();
              }
            });
    try (Holdfast holdfast = work(waits)) {
      HoldfastClient client = holdfast.client();
      client.start(waits, "x", "");
      client.raise("x", GO, "gone");
      assertThat(client.await(waits, "x", LONG)).isEqualTo("gone");
    }
    assertThat(finished).hasValueGreaterThanOrEqualTo(2);
  }

  /** determinism.md: an id in the input of an activity goes unnoticed. */
  @Test
  void anIdOfTheProcessIsNotNoticed() throws Exception {
    Orchestration<String, String> random =
        Orchestration.named(
            "random",
            String.class,
            String.class,
            (ctx, in) -> {
              String id = UUID.randomUUID().toString();
              ctx.call(ECHO, id).await();
              ctx.timer(Duration.ofMillis(1)).await();
              return id;
            });
    try (Holdfast holdfast = work(random)) {
      holdfast.client().start(random, "x", "");
      String answer = holdfast.client().await(random, "x", LONG);
      assertThat(inputs).hasSize(1).doesNotContain(answer);
    }
  }

  /** versions.md: code that waited for an event alone has passed the place before it. */
  @Test
  void anExecutionThatHasRecordedNoCallYetFollowsTheOldCode() throws Exception {
    Orchestration<String, String> before =
        Orchestration.named(
            "patched", String.class, String.class, (ctx, in) -> ctx.event(GO).await());
    try (Holdfast holdfast = work(before)) {
      holdfast.client().start(before, "x", "");
      holdfast.client().start(before, "y", "");
      holdfast.client().raise("y", GO, "y");
      assertThat(holdfast.client().await(before, "y", LONG)).isEqualTo("y");
    }
    Orchestration<String, String> after =
        Orchestration.named(
            "patched",
            String.class,
            String.class,
            (ctx, in) -> {
              boolean patched = ctx.patched("change");
              String got = ctx.event(GO).await();
              ctx.timer(Duration.ofMillis(1)).await();
              return got + " " + patched + " " + ctx.patched("change");
            });
    try (Holdfast holdfast = work(after)) {
      holdfast.client().raise("x", GO, "x");
      assertThat(holdfast.client().await(after, "x", LONG)).isEqualTo("x false false");
      assertThat(holdfast.client().status("x").state()).isEqualTo(InstanceState.COMPLETED);
    }
  }

  /** transactions.md: what the SQLite driver does at a commit. */
  @Test
  void aConnectionThatBeginsAsAWriterHasTheLockAgainAtOnce() throws Exception {
    String url = "jdbc:sqlite:" + directory.resolve("plain.db");
    try (Connection writer = DriverManager.getConnection(url + "?transaction_mode=IMMEDIATE");
        Connection other = DriverManager.getConnection(url + "?busy_timeout=1")) {
      execute(writer, "CREATE TABLE t (id TEXT)");
      writer.setAutoCommit(false);
      execute(writer, "INSERT INTO t VALUES ('a')");
      writer.commit();
      assertThatThrownBy(() -> execute(other, "INSERT INTO t VALUES ('b')"))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("SQLITE_BUSY");
      writer.setAutoCommit(true);
      execute(other, "INSERT INTO t VALUES ('b')");
    }
  }

  private Holdfast work(Orchestration<?, ?>... code) {
    Holdfast.Builder builder =
        Holdfast.builder("sqlite:" + directory.resolve("store.db"))
            .closeOnShutdown(false)
            .cacheSize(0)
            .activity(
                ECHO,
                (context, in) -> {
                  inputs.add(in);
                  return in;
                });
    List.of(code).forEach(builder::orchestration);
    return builder.start();
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
