// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.graph.GraphClient;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.RecoveryService;
import dev.holdfast.graph.RunFailedException;
import dev.holdfast.graph.RunView;
import dev.holdfast.graph.StepView;
import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxAppended;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.LeaseAnswer;
import dev.holdfast.provider.state.Leases;
import dev.holdfast.provider.state.NewInboxMessage;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.state.TriggerDelivered;
import dev.holdfast.provider.state.Triggers;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What graphs on state tables promise, each promise by itself and from end to end. */
@Timeout(180)
abstract class PromisesContract extends OnFreshStore {

  private <C extends Capability> C capability(Class<C> type) {
    return store.provider.capability(type).orElseThrow();
  }

  private Graphs.Builder builder(GraphDefinition... graphs) {
    Graphs.Builder builder =
        calc.register(Graphs.builder(store.provider)).settings(Store.quick()).leavesStuckRuns();
    for (GraphDefinition graph : graphs) {
      builder.graph(graph);
    }
    return builder;
  }

  private static int result(GraphClient client, String runId) throws InterruptedException {
    return client.await(runId, Store.LONG).required("n").intValue();
  }

  private static RunStatus status(GraphClient client, String runId) {
    return client.run(runId).map(RunView::status).orElseThrow();
  }

  /** Runs the graph line in a process of its own, up to its last step, and kills it there. */
  private void killInTheLastStep(GraphClient client, String runId) throws Exception {
    client.start(Calc.LINE, runId, Map.of("n", 5));
    WorkerProcess process =
        WorkerProcess.launch(
            store.url(), directory.resolve("ledger.db"), "killed", Duration.ofSeconds(1));
    try {
      Store.await(() -> Files.exists(directory.resolve("hanging")));
    } finally {
      process.kill();
    }
  }

  @Test
  @DisplayName("The rows are the truth: what they say goes on, and nothing else is remembered")
  void rowsAreTheTruth() throws Exception {
    // Rows that no engine wrote, of a run that no engine knows: the outputs in them are taken.
    LeftBehind.run(store.provider, "r", "fork", 1)
        .step("first", StepStatus.COMPLETED, "{\"n\":100}")
        .step("left", StepStatus.COMPLETED, "{\"n\":7}")
        .step("right", StepStatus.SCHEDULED, null);
    GraphClient client = store.start(builder(Calc.FORK)).client();
    client.recovery().resume("r");
    assertThat(result(client, "r")).isEqualTo(7_200);
    assertThat(calc.done).containsExactly("r right 1", "r join 1");
    // What the client shows is what the rows say, field for field.
    StateTables tables = capability(StateTables.class);
    assertThat(tables.run("r").orElseThrow().summary().status()).isEqualTo(status(client, "r"));
    for (StepSummary step : client.steps("r")) {
      Step row = tables.steps("r", Set.of(step.stepId())).getFirst();
      StepView view = client.step("r", step.stepId()).orElseThrow();
      assertThat(row.summary()).isEqualTo(step);
      assertThat(Payload.utf8(String.valueOf(view.outputs()))).isEqualTo(row.outputs());
    }
  }

  @Test
  @DisplayName("Recovery without replay: no step of a killed process is done again but its last")
  void recoveryWithoutReplay() throws Exception {
    GraphClient client = Graphs.client(store.provider, Calc.LINE);
    killInTheLastStep(client, "r");
    store.start(builder(Calc.LINE));
    assertThat(result(client, "r")).isEqualTo(13);
    assertThat(calc.done).containsExactly("r s2 2");
    // The history has the graph that the run is done by, and nothing of what was done.
    assertThat(store.provider.readHistory("r", 1, 0, 10).events())
        .extracting(HistoryEvent::kind)
        .containsOnly(StoredDefinition.KIND);
  }

  @Test
  @DisplayName("A completed step is never done again, whatever is cancelled, restarted, recovered")
  void completedNeverAgain() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    calc.on(
        "join",
        context -> {
          if (context.attempt() == 1) {
            throw new IllegalStateException("the first attempt fails");
          }
        });
    calc.on(
        "left",
        context -> {
          if (context.runId().equals("held")) {
            first.await();
          }
        });
    GraphClient client = store.start(builder(Calc.FORK)).client();
    client.start(Calc.FORK, "restarted", Map.of("n", 1));
    assertThatThrownBy(() -> result(client, "restarted")).isInstanceOf(RunFailedException.class);
    client.restart("restarted");
    assertThat(result(client, "restarted")).isEqualTo(3_004);
    client.start(Calc.FORK, "held", Map.of("n", 1));
    Store.await(() -> calc.times("held", "left") == 1 && calc.times("held", "right") == 1);
    Store.await(() -> client.step("held", "right").orElseThrow().status() == StepStatus.COMPLETED);
    Store.await(() -> {
      client.recovery().resume("held"); // without effect if the run has moved meanwhile
      return client.run("held").orElseThrow().attempt() >= 2;
    });
    first.countDown();
    assertThatThrownBy(() -> result(client, "held")).isInstanceOf(RunFailedException.class);
    client.restart("held");
    assertThat(result(client, "held")).isEqualTo(3_004);
    for (String step : List.of("first", "right")) {
      assertThat(calc.times("restarted", step)).isOne();
      assertThat(calc.times("held", step)).isOne();
    }
    Changes changes = capability(Changes.class);
    StepSummary done =
        client.steps("restarted").stream()
            .filter(step -> step.stepId().equals("first"))
            .findFirst()
            .orElseThrow();
    for (StepStatus to : StepStatus.values()) {
      assertThatThrownBy(() -> changes.apply(List.of(StepChange.to(done, to))))
          .isInstanceOf(ProviderError.IllegalTransition.class);
    }
  }

  @Test
  @DisplayName("A durable inbox: a message is there once, in its place, whoever sends it how often")
  void durableInbox() {
    InboxKey key = new InboxKey("r", "collect", "in");
    DurableInbox inbox = capability(DurableInbox.class);
    Provider other = store.openHandle();
    DurableInbox elsewhere = other.capability(DurableInbox.class).orElseThrow();
    for (int i = 1; i <= 3; i++) {
      AppendInbox append =
          new AppendInbox(
              key, new NewInboxMessage("made by step " + i, Payload.utf8("" + i), null));
      InboxAppended here = inbox.append(append);
      InboxAppended again = elsewhere.append(append);
      assertThat(here.sequence()).isEqualTo(i);
      assertThat(here.repeated()).isFalse();
      assertThat(again.sequence()).isEqualTo(i);
      assertThat(again.repeated()).isTrue();
    }
    other.close();
    assertThat(inbox.pending(key, 0, 10))
        .extracting(message -> message.content().messageId())
        .containsExactly("made by step 1", "made by step 2", "made by step 3");
  }

  @Test
  @DisplayName("Durable triggers: an input for a suspended run, its cursor and its wake-up are one")
  void durableTriggers() throws Exception {
    calc.on(
        "left",
        context -> {
          if (!context.isResumed()) {
            throw context.suspend("waits for an input");
          }
        });
    Graphs first = store.start(builder(Calc.FORK));
    GraphClient client = Graphs.client(store.provider, Calc.FORK);
    client.start(Calc.FORK, "r", Map.of("n", 1));
    Store.await(() -> status(client, "r") == RunStatus.SUSPENDED);
    first.close();
    Triggers triggers = capability(Triggers.class);
    DeliverTrigger input =
        new DeliverTrigger(
            "r",
            "left",
            new NewInboxMessage("order 17", Payload.utf8("{}"), null),
            new Cursor(17, "page 2"),
            OrchestratorMessage.builder("r", "graph.look", Payload.utf8("{}")).build());
    assertThat(triggers.deliver(input).outcome()).isEqualTo(TriggerDelivered.Outcome.NEW);
    assertThat(triggers.deliver(input).outcome()).isEqualTo(TriggerDelivered.Outcome.DUPLICATE);
    assertThat(triggers.suspendedRunsWithPendingInputs(10, null).rows()).hasSize(1);
    assertThat(triggers.cursor("r", "left")).contains(new Cursor(17, "page 2"));
    // The next worker is woken, and the input is there until somebody consumes it.
    store.start(builder(Calc.FORK));
    client.resumeStep("r", "left", Map.of());
    assertThat(result(client, "r")).isEqualTo(3_004);
    assertThat(triggers.pendingInputs("r", "left", 0, 10)).hasSize(1);
    assertThat(triggers.deliver(input).outcome()).isEqualTo(TriggerDelivered.Outcome.DUPLICATE);
  }

  @Test
  @DisplayName("Leases: one holder at a time, and a run whose lease lives is not taken for stuck")
  void leases() {
    LeftBehind.fork(store.provider, "r");
    Leases leases = capability(Leases.class);
    RecoveryService recovery = Graphs.client(store.provider, Calc.FORK).recovery();
    LeaseAnswer.Acquired acquired =
        (LeaseAnswer.Acquired) leases.acquire("r", "one", Duration.ofMinutes(10));
    assertThat(leases.acquire("r", "two", Duration.ofMinutes(10)))
        .isInstanceOf(LeaseAnswer.Held.class);
    assertThat(recovery.findStuck(Duration.ZERO, 10, null).runs()).isEmpty();
    assertThat(leases.release(acquired.token())).isTrue();
    assertThat(recovery.findStuck(Duration.ZERO, 10, null).runs())
        .extracting(RunSummary::runId)
        .containsExactly("r");
    assertThat(leases.acquire("r", "two", Duration.ofMinutes(10)))
        .isInstanceOf(LeaseAnswer.Acquired.class);
    assertThatThrownBy(() -> leases.renew(acquired.token(), Duration.ofMinutes(10)))
        .isInstanceOf(ProviderError.LockLost.class);
  }

  @Test
  @DisplayName("The audit is never fatal: without its table everything goes on, and losses count")
  void auditIsNeverFatal() throws Exception {
    GraphClient client = store.start(builder(Calc.FAN)).client();
    store.dropAuditTable();
    client.start(Calc.FAN, "r", Map.of("n", 5));
    assertThat(result(client, "r")).isEqualTo(5 * 4 + 2 * 5);
    assertThat(client.steps("r")).allMatch(step -> step.status() == StepStatus.COMPLETED);
    AuditLog audit = capability(AuditLog.class);
    assertThat(audit.counts().offered()).isPositive();
    assertThat(audit.counts().stored()).isZero();
  }

  @Test
  @DisplayName("A stuck run is found by itself and goes on")
  void stuckRunsGoOn() throws Exception {
    LeftBehind.fork(store.provider, "r");
    GraphClient client =
        store
            .start(builder(Calc.FORK).recoversStuckRuns(Duration.ZERO, Duration.ofMillis(20)))
            .client();
    assertThat(result(client, "r")).isEqualTo(3_004);
    assertThat(client.recovery().findStuck(Duration.ZERO, 10, null).runs()).isEmpty();
  }

  @Test
  @DisplayName("A run that is stuck again and again is given up, and says why")
  void stuckRunsAreGivenUp() {
    LeftBehind.fork(store.provider, "r");
    store.start(
        builder(Calc.FORK)
            .maxRunAttempts(1)
            .recoversStuckRuns(Duration.ZERO, Duration.ofMillis(20)));
    GraphClient client = Graphs.client(store.provider, Calc.FORK);
    assertThatThrownBy(() -> client.await("r", Store.LONG))
        .isInstanceOf(RunFailedException.class)
        .hasMessageContaining("it was given up: it had 1 attempt, and 1 is allowed");
    assertThat(calc.done).isEmpty();
  }

  @Test
  @DisplayName("A start, a resumption and a recovery are done once, said however often")
  void messagesAreNeverDoubled() throws Exception {
    calc.on(
        "left",
        context -> {
          if (!context.isResumed()) {
            throw context.suspend("waits");
          }
        });
    GraphClient client = Graphs.client(store.provider, Calc.FORK);
    assertThat(client.start(Calc.FORK, "r", Map.of("n", 1))).isTrue();
    assertThat(client.start(Calc.FORK, "r", Map.of("n", 1))).isFalse();
    LeftBehind.fork(store.provider, "stuck");
    client.recovery().resume("stuck");
    client.recovery().resume("stuck");
    Graphs first = store.start(builder(Calc.FORK));
    Store.await(() -> status(client, "r") == RunStatus.SUSPENDED);
    Store.await(() -> client.step("stuck", "left").orElseThrow().status() == StepStatus.SUSPENDED);
    first.close();
    client.resumeStep("r", "left", Map.of());
    client.resumeStep("r", "left", Map.of());
    client.resumeStep("stuck", "left", Map.of());
    store.start(builder(Calc.FORK));
    assertThat(result(client, "r")).isEqualTo(3_004);
    assertThat(result(client, "stuck")).isEqualTo(3_004);
    assertThat(client.run("stuck").orElseThrow().attempt()).isEqualTo(2);
    assertThat(calc.done)
        .containsExactlyInAnyOrder(
            "r first 1",
            "r left 1",
            "r left 1",
            "r right 1",
            "r join 1",
            "stuck left 2",
            "stuck left 2",
            "stuck right 1",
            "stuck join 1");
  }

  @Test
  @DisplayName("A run can be recovered while it is being recovered, and after its recoverer died")
  void recoverableWhileBeingRecovered() throws Exception {
    LeftBehind.fork(store.provider, "r");
    // A recoverer that wrote that it recovers, and died before it had anything done.
    StateTables tables = capability(StateTables.class);
    RunSummary run = tables.run("r").orElseThrow().summary();
    capability(Changes.class).apply(List.of(RunChange.to(run, RunStatus.RECOVERING)));
    GraphClient client = Graphs.client(store.provider, Calc.FORK);
    assertThat(client.recovery().canResume("r")).isTrue();
    for (int i = 0; i < 3; i++) {
      store.start(builder(Calc.FORK).recoversStuckRuns(Duration.ZERO, Duration.ofMillis(20)));
    }
    Thread[] others = new Thread[4];
    for (int i = 0; i < others.length; i++) {
      others[i] = Thread.ofVirtual().start(() -> client.recovery().resume("r"));
    }
    for (Thread other : others) {
      other.join();
    }
    assertThat(result(client, "r")).isEqualTo(3_004);
    assertThat(calc.times("r", "first")).isZero();
    assertThat(calc.times("r", "join")).isOne();
  }
}
