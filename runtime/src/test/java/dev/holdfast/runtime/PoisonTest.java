// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PoisonTest extends OnSqlite {

  static final Activity<String, String> STEP = Activity.named("step", String.class, String.class);
  static final Orchestration<String, String> CALLS =
      Orchestration.named(
          "calls", String.class, String.class, (ctx, in) -> ctx.call(STEP, in).await());
  static final Orchestration<String, String> WAITS =
      Orchestration.named(
          "waits", String.class, String.class, (ctx, in) -> ctx.event("e", String.class).await());
  static final Orchestration<String, String> PARENT =
      Orchestration.named(
          "parent",
          String.class,
          String.class,
          (ctx, in) -> {
            try {
              return ctx.child(WAITS, "child", in).await();
            } catch (ChildFailedException e) {
              return e.failure().toString();
            }
          });

  private final HoldfastClient client() {
    return closing(HoldfastClient.on(provider, DataConverter.jackson()));
  }

  @Test
  void anOrchestrationNobodyEverKnowsFails() throws Exception {
    HoldfastClient client = client();
    client.start(CALLS.version("7"), "x", "in");
    work(b -> b.orchestration(CALLS).failUnrunnable(true).maxDeliveries(3));
    Failure failure = client.awaitStatus("x", LONG).failure();
    assertThat(failure)
        .isEqualTo(
            new Failure(
                Failure.UNREGISTERED,
                "no orchestration \"calls\" of version \"7\" is registered here"));
    assertThat(kinds("x")).containsExactly("OrchestrationStarted", "OrchestrationFailed");
    assertThat(client.status("x").name()).isEqualTo("calls");
  }

  @Test
  void aChildNobodyKnowsTellsItsParent() throws Exception {
    HoldfastClient client =
        work(b -> b.orchestration(PARENT).failUnrunnable(true).maxDeliveries(2)).client();
    client.start(PARENT, "p", "in");
    assertThat(client.await(PARENT, "p", LONG))
        .isEqualTo("holdfast.unregistered: no orchestration \"waits\" is registered here");
  }

  @Test
  void anActivityNobodyKnowsFailsItsCall() throws Exception {
    Activity<String, String> other = Activity.named("other", String.class, String.class);
    HoldfastClient client =
        work(b ->
                b.orchestration(CALLS)
                    .activity(other, (actx, in) -> in)
                    .failUnrunnable(true)
                    .maxDeliveries(3))
            .client();
    client.start(CALLS, "x", "in");
    Failure failure = client.awaitStatus("x", LONG).failure();
    assertThat(failure).isNotNull();
    assertThat(failure.message())
        .isEqualTo(
            "activity \"step\" failed: holdfast.unregistered: no activity \"step\" is registered");
  }

  @Test
  void anInstanceThatKillsItsWorkersIsFailed() throws Exception {
    HoldfastClient client = client();
    client.start(CALLS, "x", "in");
    for (int i = 0; i < 3; i++) {
      assertThat(provider.fetchOrchestrationItems(OrchestrationFetch.of(1, Duration.ofMinutes(1))))
          .hasSize(1);
      clock.advance(Duration.ofMinutes(1)); // the worker died
    }
    work(b -> b.orchestration(CALLS).maxDeliveries(3));
    assertThat(client.awaitStatus("x", LONG).failure())
        .isEqualTo(new Failure(Failure.POISON, "delivered 3 times without a result"));
  }

  @Test
  void aChildThatKillsItsWorkersTellsItsParent() throws Exception {
    HoldfastClient client = work(b -> b.orchestration(PARENT)).client();
    client.start(PARENT, "p", "in");
    awaitEvents("p", "ChildScheduled", 1);
    OrchestrationFetch child =
        OrchestrationFetch.of(1, Duration.ofMinutes(1))
            .withServed(Set.of(new OrchestrationCode("waits", null)));
    for (int i = 0; i < 3; i++) {
      await(() -> provider.fetchOrchestrationItems(child).size() == 1);
      clock.advance(Duration.ofMinutes(1)); // the worker died
    }
    work(b -> b.orchestration(WAITS).maxDeliveries(3));
    assertThat(client.await(PARENT, "p", LONG))
        .isEqualTo(Failure.POISON + ": delivered 3 times without a result");
  }

  @Test
  void anActivityThatKillsItsWorkersFailsItsCall() throws Exception {
    HoldfastClient client = client();
    client.start(CALLS, "x", "in");
    Holdfast withoutSlots =
        work(b ->
            b.orchestration(CALLS)
                .maxDeliveries(100)
                .redeliveryBackoff(Duration.ofMinutes(1), Duration.ofMinutes(1)));
    awaitEvents("x", "ActivityScheduled", 1);
    withoutSlots.close();
    for (int i = 0; i < 4; i++) {
      clock.advance(Duration.ofMinutes(2));
      provider.fetchActivityItems(ActivityFetch.of(1, Duration.ofMinutes(1)));
    }
    clock.advance(Duration.ofMinutes(2));
    work(b -> b.orchestration(CALLS).maxDeliveries(3).activity(STEP, (actx, in) -> in));
    Failure failure = client.awaitStatus("x", LONG).failure();
    assertThat(failure).isNotNull();
    assertThat(failure.message())
        .contains("holdfast.poison: delivered ")
        .endsWith(" times without an answer");
  }

  @Test
  void aMessageThatCannotBeReadEndsItsInstance() throws Exception {
    provider.enqueue(
        OrchestratorMessage.builder("x", "start", Payload.utf8("{ broken"))
            .start(ExecutionStart.of("calls"))
            .build());
    HoldfastClient client =
        work(b -> b.orchestration(CALLS).failUnrunnable(true).maxDeliveries(3)).client();
    Failure failure = client.awaitStatus("x", LONG).failure();
    assertThat(failure).isNotNull();
    assertThat(failure.message()).startsWith("a message of kind start cannot be read");
    assertThat(kinds("x")).containsExactly("OrchestrationFailed");
  }

  @Test
  void unknownMessagesAreIgnored() throws Exception {
    HoldfastClient client = work(b -> b.orchestration(WAITS)).client();
    client.start(WAITS, "x", "in");
    provider.enqueue(OrchestratorMessage.of("x", "from-the-future", Payload.utf8("?")));
    client.raise("x", "e", "value");
    assertThat(client.await(WAITS, "x", LONG)).isEqualTo("value");
  }

  @Test
  void aHistoryThatCannotBeReadEndsItsInstanceAndTellsTheParent() throws Exception {
    Holdfast first = work(b -> b.orchestration(PARENT).orchestration(WAITS));
    HoldfastClient client = client();
    client.start(PARENT, "p", "in");
    awaitEvents("child", "OrchestrationStarted", 1);
    client.raise("child", "other", "x");
    awaitEvents("child", "EventRaised", 1);
    first.close();
    try (Connection db =
            DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("store.db"));
        Statement sql = db.createStatement()) {
      String table = historyTable(db);
      assertThat(
              sql.executeUpdate("UPDATE " + table + " SET data = x'7b' WHERE kind = 'EventRaised'"))
          .isEqualTo(1);
    }
    client.raise("child", "e", "value");
    work(b -> b.orchestration(PARENT).orchestration(WAITS).failUnrunnable(true).maxDeliveries(3));
    assertThat(client.await(PARENT, "p", LONG))
        .startsWith("holdfast.unreadable: event 2 (EventRaised)");
    assertThat(client.status("child").state()).isEqualTo(InstanceState.FAILED);
  }

  private static String historyTable(Connection db) throws Exception {
    List<String> tables = tablesWith(db, "event_id");
    tables.retainAll(tablesWith(db, "execution_id"));
    assertThat(tables).as("tables with events of executions").hasSize(1);
    return tables.get(0);
  }

  private static List<String> tablesWith(Connection db, String column) throws Exception {
    List<String> tables = new ArrayList<>();
    try (var columns = db.getMetaData().getColumns(null, null, "%", column)) {
      while (columns.next()) {
        tables.add(columns.getString("TABLE_NAME"));
      }
    }
    return tables;
  }

  @Test
  void aResultThatTheStoreRefusesFailsLoudly() throws Exception {
    int tooLarge = provider.info().limits().maxPayloadBytes();
    Orchestration<String, Integer> wide =
        Orchestration.named(
            "wide",
            String.class,
            Integer.class,
            (ctx, in) -> {
              ctx.timer(Duration.ofDays(1));
              ctx.event("go", String.class).await();
              return ctx.call(STEP, "x".repeat(tooLarge)).await().length();
            });
    Orchestration<String, String> calls =
        Orchestration.named(
            "grows",
            String.class,
            String.class,
            (ctx, in) -> {
              try {
                return ctx.call(STEP, in).await();
              } catch (ActivityFailedException e) {
                return e.failure().type();
              }
            });
    HoldfastClient client =
        work(b ->
                b.orchestration(wide)
                    .orchestration(calls)
                    .activity(STEP, (actx, in) -> "x".repeat(tooLarge)))
            .client();
    client.start(wide, "x", "in");
    awaitEvents("x", "TimerCreated", 1);
    client.raise("x", "go", "");
    Failure failure = client.awaitStatus("x", LONG).failure();
    assertThat(failure).isNotNull();
    assertThat(failure.type()).isEqualTo(PayloadTooLargeException.class.getName());
    client.start(calls, "y", "in");
    assertThat(client.await(calls, "y", LONG)).isEqualTo(Failure.REFUSED);
  }
}
