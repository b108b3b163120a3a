// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.graph.GraphBuilder;
import dev.holdfast.graph.GraphClient;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.RetryPolicy;
import dev.holdfast.graph.RunCancelledException;
import dev.holdfast.graph.RunFailedException;
import dev.holdfast.graph.RunStatusException;
import dev.holdfast.graph.RunView;
import dev.holdfast.graph.Source;
import dev.holdfast.graph.StepBuilder;
import dev.holdfast.graph.StepView;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.admin.ExecutionDetails;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What users, operators and failures do at the wrong moment, or too much of. */
@Timeout(180)
abstract class HostileContract extends OnFreshStore {

  /** More than one turn can change. */
  private static final int MANY = 1_200;

  private Graphs work(GraphDefinition... graphs) {
    Graphs.Builder builder =
        calc.register(Graphs.builder(store.provider)).settings(Store.quick()).leavesStuckRuns();
    for (GraphDefinition graph : graphs) {
      builder.graph(Tampering.current().graph(graph));
    }
    return store.start(builder);
  }

  private static int result(GraphClient client, String runId) throws InterruptedException {
    return client.await(runId, Store.LONG).required("n").intValue();
  }

  private static StepStatus status(GraphClient client, String runId, String stepId) {
    return client.step(runId, stepId).map(StepView::status).orElse(StepStatus.IDLE);
  }

  private static RunStatus status(GraphClient client, String runId) {
    return client.run(runId).map(RunView::status).orElseThrow();
  }

  private void suspendsOnce(String stepId) {
    calc.on(
        stepId,
        context -> {
          if (!context.isResumed()) {
            throw context.suspend("waits");
          }
        });
  }

  // suspended steps, and what their runs do meanwhile

  @Test
  void aStepThatIsResumedInAPausedRunComesBackWhenTheRunGoesOn() throws Exception {
    suspendsOnce("left");
    CountDownLatch goOn = new CountDownLatch(1);
    calc.on("right", context -> goOn.await());
    GraphClient client = work(Calc.FORK, Calc.LINE).client();
    client.start(Calc.FORK, "r", Map.of("n", 1));
    Store.await(() -> status(client, "r", "left") == StepStatus.SUSPENDED);
    client.pause("r");
    client.resumeStep("r", "left", Map.of("answer", 42));
    client.resumeStep("r", "left", Map.of());
    goOn.countDown();
    Store.await(() -> status(client, "r", "right") == StepStatus.COMPLETED);
    // Its messages come in order: when the last one was looked at, so was the resumption.
    lookedAt("r");
    assertThat(calc.times("r", "left")).isOne();
    assertThat(status(client, "r", "left")).isEqualTo(StepStatus.SUSPENDED);
    client.resume("r");
    assertThat(result(client, "r")).isEqualTo(3_004);
    assertThat(calc.times("r", "left")).isEqualTo(2);
  }

  /** Waits until no message of a run is left to be looked at. */
  private void lookedAt(String runId) {
    Store.await(() -> admin().stats(runId).queuedMessages() == 0);
  }

  private InstanceAdmin admin() {
    return store.provider.capability(InstanceAdmin.class).orElseThrow();
  }

  @Test
  void aStepThatIsResumedByTwoComesBackOnce() throws Exception {
    suspendsOnce("left");
    GraphClient client = work(Calc.FORK).client();
    client.start(Calc.FORK, "r", Map.of("n", 1));
    Store.await(() -> status(client, "r") == RunStatus.SUSPENDED);
    Thread[] callers = new Thread[8];
    for (int i = 0; i < callers.length; i++) {
      callers[i] =
          Thread.ofVirtual()
              .start(() -> {
                try {
                  client.resumeStep("r", "left", Map.of());
                } catch (RuntimeException e) {
                  assertThat(e).hasMessageContaining("left"); // somebody was quicker
                }
              });
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(result(client, "r")).isEqualTo(3_004);
    assertThat(calc.times("r", "left")).isEqualTo(2);
    assertThat(calc.times("r", "join")).isOne();
  }

  @Test
  void aResumptionIsOfOneSuspensionAndNotOfTheNext() throws Exception {
    calc.on(
        "left",
        context -> {
          int rounds = context.state().path("rounds").asInt(0);
          if (rounds < 2) {
            throw context.suspend("round " + rounds).state(Map.of("rounds", rounds + 1));
          }
        });
    GraphClient client = work(Calc.FORK).client();
    client.start(Calc.FORK, "r", Map.of("n", 1));
    Store.await(() -> status(client, "r") == RunStatus.SUSPENDED);
    Instant first = client.step("r", "left").orElseThrow().times().suspendedAt();
    client.resumeStep("r", "left", Map.of());
    Store.await(() -> calc.times("r", "left") == 2 && status(client, "r") == RunStatus.SUSPENDED);
    // One that was on its way for long: it names the suspension that its sender has seen.
    store.provider.enqueue(RunMessage.resumeStep("r", "left", first));
    lookedAt("r");
    assertThat(calc.times("r", "left")).isEqualTo(2);
    assertThat(status(client, "r", "left")).isEqualTo(StepStatus.SUSPENDED);
    client.resumeStep("r", "left", Map.of());
    assertThat(result(client, "r")).isEqualTo(3_004);
  }

  @Test
  void aSuspendedStepOfAFailedRunIsNotResumedSilently() throws Exception {
    suspendsOnce("left");
    AtomicBoolean broken = new AtomicBoolean(true);
    calc.on(
        "right",
        context -> {
          if (broken.get()) {
            throw new IllegalStateException("broken");
          }
        });
    GraphClient client = work(Calc.FORK).client();
    client.start(Calc.FORK, "r", Map.of("n", 1));
    assertThatThrownBy(() -> result(client, "r")).isInstanceOf(RunFailedException.class);
    Store.await(() -> status(client, "r", "left") == StepStatus.SUSPENDED);
    assertThatThrownBy(() -> client.resumeStep("r", "left", Map.of()))
        .isInstanceOf(RunStatusException.class)
        .hasMessageContaining("restart");
    broken.set(false);
    client.restart("r");
    Store.await(() -> status(client, "r") == RunStatus.SUSPENDED);
    client.resumeStep("r", "left", Map.of());
    assertThat(result(client, "r")).isEqualTo(3_004);
  }

  @Test
  void aStepIsResumedThoughItsRunIsRecoveredInTheSameTurn() throws Exception {
    LeftBehind.run(store.provider, "r", "fork", 1)
        .step("first", StepStatus.COMPLETED, "{\"n\":2}")
        .step("left", StepStatus.SUSPENDED, null)
        .step("right", StepStatus.SCHEDULED, null);
    GraphClient client = Graphs.client(store.provider, Calc.FORK);
    client.recovery().resume("r");
    client.resumeStep("r", "left", Map.of());
    work(Calc.FORK);
    assertThat(result(client, "r")).isEqualTo(3_004);
    assertThat(calc.times("r", "left")).isOne();
    assertThat(calc.times("r", "right")).isOne();
  }

  @Test
  void theTimeOfAResumedStepIsItsOwn() throws Exception {
    GraphDefinition fork = Calc.fork(RetryPolicy.none(), Duration.ofSeconds(1));
    suspendsOnce("left");
    GraphClient client = work(fork).client();
    client.start(fork, "r", Map.of("n", 1));
    Store.await(() -> status(client, "r") == RunStatus.SUSPENDED);
    StepView left = client.step("r", "left").orElseThrow();
    // The message at the end of its first time is the last one that waits.
    lookedAt("r");
    assertThat(left.status()).isEqualTo(StepStatus.SUSPENDED);
    client.resumeStep("r", "left", Map.of());
    assertThat(result(client, "r")).isEqualTo(3_004);
  }

  // limits of one turn

  @Test
  void aRunThatIsGivenUpLeavesNoStepBehindHoweverManyThereAre() {
    LeftBehind.run(store.provider, "r", "wide", MANY)
        .step("range", StepStatus.COMPLETED, "{\"ns\":" + range(MANY) + "}")
        .step("each", StepStatus.SCHEDULED, "{\"items\":" + MANY + "}")
        .scheduled("each", MANY);
    store.start(
        calc.register(Graphs.builder(store.provider))
            .graph(Calc.WIDE)
            .settings(Store.quick())
            .maxRunAttempts(1)
            .recoversStuckRuns(Duration.ZERO, Duration.ofMillis(50)));
    GraphClient client = Graphs.client(store.provider, Calc.WIDE);
    assertThatThrownBy(() -> client.await("r", Store.LONG)).isInstanceOf(RunFailedException.class);
    Store.await(() -> !statuses(client, "r").contains(StepStatus.SCHEDULED));
    assertThat(statuses(client, "r"))
        .containsExactlyInAnyOrder(StepStatus.COMPLETED, StepStatus.CANCELLED);
  }

  private static String range(int n) {
    return IntStream.range(0, n).boxed().toList().toString();
  }

  private static Set<StepStatus> statuses(GraphClient client, String runId) {
    return client.steps(runId).stream().map(StepSummary::status).collect(Collectors.toSet());
  }

  @Test
  void aRunIsRecoveredHoweverManyOfItsStepsWereLost() throws Exception {
    LeftBehind.run(store.provider, "r", "wide", MANY)
        .step("range", StepStatus.COMPLETED, "{\"ns\":" + range(MANY) + "}")
        .step("each", StepStatus.SCHEDULED, "{\"items\":" + MANY + "}")
        .scheduled("each", MANY);
    GraphClient client = Graphs.client(store.provider, Calc.WIDE);
    client.recovery().resume("r");
    work(Calc.WIDE);
    assertThat(result(client, "r")).isEqualTo(MANY * (MANY + 1) / 2);
    assertThat(client.run("r").orElseThrow().attempt()).isEqualTo(2);
    assertThat(calc.done).hasSize(MANY + 1);
  }

  @Test
  void aRunIsCancelledHoweverManyStepsAreUnderWay() {
    GraphClient client =
        store
            .start(
                Graphs.builder(store.provider)
                    .graph(Calc.WIDE)
                    .step(Calc.RANGE, (context, in) -> new Calc.ListOut(numbers(in.n())))
                    .settings(Store.quick()))
            .client();
    client.start(Calc.WIDE, "r", Map.of("n", MANY));
    Store.await(() -> client.steps("r").size() == MANY + 2);
    client.cancel("r", "too many");
    assertThatThrownBy(() -> client.await("r", Store.LONG))
        .isInstanceOf(RunCancelledException.class);
    Store.await(() -> !statuses(client, "r").contains(StepStatus.SCHEDULED));
    Store.await(() -> admin().stats("r").pendingActivities() == 0);
    work(); // has the code of the elements, and finds none to do
    assertThat(statuses(client, "r"))
        .containsExactlyInAnyOrder(StepStatus.COMPLETED, StepStatus.CANCELLED);
    assertThat(calc.done).isEmpty();
  }

  private static List<Integer> numbers(int n) {
    return IntStream.range(0, n).boxed().toList();
  }

  @Test
  void allSiblingsAreCancelledHoweverManyThereAre() throws Exception {
    GraphDefinition siblings = siblings("nobody");
    CountDownLatch begun = new CountDownLatch(1);
    calc.on(
        "alone",
        context -> {
          if (!context.isResumed()) {
            begun.await();
            throw context.suspend("alone").cancelSiblings();
          }
        });
    GraphClient client = work(siblings).client();
    client.start(siblings, "r", Map.of("n", MANY));
    Store.await(() -> client.steps("r").size() == MANY + 3);
    begun.countDown();
    Store.await(() -> status(client, "r") == RunStatus.SUSPENDED);
    client.resumeStep("r", "alone", Map.of());
    assertThat(result(client, "r")).isEqualTo(MANY + 1);
    assertThat(statuses(client, "r"))
        .containsExactlyInAnyOrder(StepStatus.COMPLETED, StepStatus.CANCELLED);
  }

  private static GraphDefinition siblings(@Nullable String tag) {
    GraphBuilder graph = GraphDefinition.builder("siblings", "1");
    Source n = graph.input("n", Integer.class);
    StepBuilder range = graph.step("range", Calc.RANGE).input("n", n);
    StepBuilder each = graph.step("each", Calc.ADD).forEach("n", range.out("ns"), 10_000);
    if (tag != null) {
      each.tag(tag);
    }
    StepBuilder alone = graph.step("alone", Calc.ADD).input("n", n);
    graph.output("n", alone.out("n"));
    return graph.build();
  }

  @Test
  void aRunIsSuspendedWhenTheLastThatHappensBesideASuspendedStepIsTheEndOfAGroup()
      throws Exception {
    GraphDefinition siblings = siblings(null);
    suspendsOnce("alone");
    CountDownLatch goOn = new CountDownLatch(1);
    calc.on("each[1]", context -> goOn.await());
    GraphClient client = work(siblings).client();
    client.start(siblings, "r", Map.of("n", 2));
    Store.await(() -> status(client, "r", "alone") == StepStatus.SUSPENDED);
    goOn.countDown();
    Store.await(() -> status(client, "r") == RunStatus.SUSPENDED);
    assertThat(status(client, "r", "each")).isEqualTo(StepStatus.COMPLETED);
    client.resumeStep("r", "alone", Map.of());
    assertThat(result(client, "r")).isEqualTo(3);
  }

  // times of runs

  @Test
  void aRunThatIsRestartedHasItsWholeTimeAgain() throws Exception {
    GraphBuilder graph = GraphDefinition.builder("late", "1").timeout(Duration.ofSeconds(1));
    Source n = graph.input("n", Integer.class);
    graph.output("n", graph.step("slow", Calc.ADD).input("n", n).out("n"));
    GraphDefinition late = graph.build();
    AtomicBoolean slow = new AtomicBoolean(true);
    calc.on(
        "slow",
        context -> {
          if (slow.get()) {
            new CountDownLatch(1).await();
          }
        });
    GraphClient client = work(late).client();
    client.start(late, "r", Map.of("n", 1));
    assertThatThrownBy(() -> result(client, "r")).hasMessageContaining("longer than PT1S");
    slow.set(false);
    client.restart("r");
    assertThat(result(client, "r")).isEqualTo(2);
  }

  // workers that leave, and workers that differ

  @Test
  void aStepOfAWorkerThatClosesIsNoFailureAndNoAttempt() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    AtomicBoolean first = new AtomicBoolean(true);
    calc.on(
        "s0",
        context -> {
          if (first.getAndSet(false)) {
            begun.countDown();
            new CountDownLatch(1).await();
          }
        });
    Graphs closing = work(Calc.LINE);
    GraphClient client = Graphs.client(store.provider);
    client.start(Calc.LINE, "r", Map.of("n", 5));
    begun.await();
    closing.close(Duration.ZERO);
    work(Calc.LINE);
    assertThat(result(client, "r")).isEqualTo(13);
    assertThat(client.step("r", "s0").orElseThrow().error()).isNull();
    assertThat(client.step("r", "s0").orElseThrow().attempt()).isOne();
  }

  @Test
  void aRunIsNotGoneOnWithByAnotherGraphOfTheSameNameAndVersion() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    calc.on("s0", context -> goOn.await());
    Graphs own = work(Calc.line("line", 3));
    GraphClient client = Graphs.client(store.provider);
    client.start(Calc.LINE, "r", Map.of("n", 5));
    Store.await(() -> calc.times("r", "s0") == 1);
    own.close(Duration.ZERO);
    Graphs other = work(Calc.line("line", 2));
    goOn.countDown();
    Store.await(() -> status(client, "r", "s0") == StepStatus.COMPLETED);
    client.start(Calc.line("line", 2), "other", Map.of("n", 5));
    assertThat(result(client, "other")).isEqualTo(12);
    assertThat(status(client, "r")).isEqualTo(RunStatus.RUNNING);
    other.close(Duration.ZERO);
    work(Calc.line("line", 3));
    assertThat(result(client, "r")).isEqualTo(13);
  }

  // much, and strange

  @Test
  void outputsThatAreTooLargeFailTheirStepWithTheReason() throws Exception {
    int most = store.provider.info().limits().maxPayloadBytes();
    GraphClient client = large(most + 1).client();
    client.start(LargeGraph.GRAPH, "r", Map.of("n", 1));
    assertThatThrownBy(() -> client.await("r", Store.LONG))
        .isInstanceOf(RunFailedException.class)
        .hasMessageContaining("step \"make\" has failed")
        .hasMessageContaining("the store refused the result");
  }

  @Test
  void outputsOfARunThatAreTooLargeTogetherFailItWithTheReason() throws Exception {
    int most = store.provider.info().limits().maxPayloadBytes();
    GraphClient client = large(most / 4 * 3).client();
    client.start(LargeGraph.GRAPH, "r", Map.of("n", 1));
    assertThatThrownBy(() -> client.await("r", Store.LONG))
        .isInstanceOf(RunFailedException.class)
        .hasMessageContaining("the run cannot go on");
    assertThat(status(client, "r", "make")).isEqualTo(StepStatus.COMPLETED);
  }

  private Graphs large(int length) {
    return store.start(
        Graphs.builder(store.provider)
            .graph(LargeGraph.GRAPH)
            .step(LargeGraph.MAKE, (context, in) -> new LargeGraph.Text("x".repeat(length)))
            .settings(Store.quick()));
  }

  @Test
  void aStateThatIsTooLargeIsRefusedAndTheStepStaysSuspended() throws Exception {
    suspendsOnce("left");
    GraphClient client = work(Calc.FORK).client();
    client.start(Calc.FORK, "r", Map.of("n", 1));
    Store.await(() -> status(client, "r") == RunStatus.SUSPENDED);
    String large = "x".repeat(store.provider.info().limits().maxPayloadBytes());
    assertThatThrownBy(() -> client.resumeStep("r", "left", Map.of("text", large)))
        .isInstanceOf(ProviderError.InvalidRequest.class);
    assertThat(status(client, "r", "left")).isEqualTo(StepStatus.SUSPENDED);
    client.resumeStep("r", "left", Map.of());
    assertThat(result(client, "r")).isEqualTo(3_004);
  }

  @Test
  void anErrorThatIsThrownWithAnythingInItFailsTheStepOnly() throws Exception {
    calc.on(
        "left",
        context -> {
          throw new StackOverflowError("\u0000 \ud800 " + "x".repeat(10_000));
        });
    GraphClient client = work(Calc.FORK).client();
    client.start(Calc.FORK, "r", Map.of("n", 1));
    assertThatThrownBy(() -> result(client, "r"))
        .isInstanceOf(RunFailedException.class)
        .hasMessageContaining("StackOverflowError");
  }

  // races

  @Test
  void whatIsAskedForTogetherLeavesEachRunEndedAndNoStepDoneTwice() throws Exception {
    GraphClient client = work(Calc.FAN).client();
    GraphClient second = work(Calc.FAN).client();
    int runs = 24;
    for (int i = 0; i < runs; i++) {
      client.start(Calc.FAN, "r" + i, Map.of("n", 5));
    }
    Map<String, String> refused = new ConcurrentHashMap<>();
    Thread[] operators = new Thread[runs];
    for (int i = 0; i < runs; i++) {
      String id = "r" + i;
      boolean cancels = i % 3 == 0;
      operators[i] =
          Thread.ofVirtual()
              .start(() -> {
                for (int round = 0; round < 10; round++) {
                  asked(() -> client.pause(id), refused);
                  asked(() -> second.resume(id), refused);
                  asked(() -> client.recovery().resume(id), refused);
                  if (cancels && round == 5) {
                    asked(() -> second.cancel(id, "enough"), refused);
                  }
                }
                asked(() -> second.resume(id), refused);
              });
    }
    for (Thread operator : operators) {
      operator.join();
    }
    for (int i = 0; i < runs; i++) {
      String id = "r" + i;
      try {
        assertThat(result(client, id)).isEqualTo(5 * 4 + 2 * 5);
        assertThat(client.steps(id)).allMatch(step -> step.status() == StepStatus.COMPLETED);
      } catch (RunCancelledException e) {
        assertThat(i % 3).isZero();
        Store.await(() -> client.steps(id).stream().noneMatch(HostileContract::isUnderWay));
      } catch (RunFailedException e) {
        assertThat(e).hasMessageContaining("attempts"); // recovered more often than is allowed
      }
    }
  }

  private static boolean isUnderWay(StepSummary step) {
    return step.status() == StepStatus.SCHEDULED || step.status() == StepStatus.RUNNING;
  }

  private static void asked(Runnable request, Map<String, String> refused) {
    try {
      request.run();
    } catch (RunStatusException e) {
      refused.put(String.valueOf(e.getMessage()), "");
    }
  }

  @Test
  void aFailedRunIsRestartedOnceHoweverManyAsk() throws Exception {
    AtomicBoolean broken = new AtomicBoolean(true);
    calc.on(
        "left",
        context -> {
          if (broken.get()) {
            throw new IllegalStateException("broken");
          }
        });
    GraphClient client = work(Calc.FORK).client();
    client.start(Calc.FORK, "r", Map.of("n", 1));
    assertThatThrownBy(() -> result(client, "r")).isInstanceOf(RunFailedException.class);
    broken.set(false);
    Map<String, String> refused = new ConcurrentHashMap<>();
    Thread[] callers = new Thread[8];
    for (int i = 0; i < callers.length; i++) {
      callers[i] = Thread.ofVirtual().start(() -> asked(() -> client.restart("r"), refused));
    }
    for (Thread caller : callers) {
      caller.join();
    }
    assertThat(result(client, "r")).isEqualTo(3_004);
    assertThat(client.run("r").orElseThrow().attempt()).isEqualTo(2);
    assertThat(calc.times("r", "left")).isEqualTo(2);
    assertThat(calc.times("r", "join")).isOne();
  }

  // what administration sees

  @Test
  void theExecutionThatARecoveryLeavesIsNotShownAsRunning() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    calc.on("left", context -> goOn.await());
    calc.on("right", context -> goOn.await());
    GraphClient client = work(Calc.FORK).client();
    client.start(Calc.FORK, "r", Map.of("n", 1));
    Store.await(() -> calc.times("r", "left") == 1 && calc.times("r", "right") == 1);
    client.recovery().resume("r");
    Store.await(() -> client.run("r").orElseThrow().attempt() == 2);
    goOn.countDown();
    assertThat(result(client, "r")).isEqualTo(3_004);
    assertThat(admin().executions("r"))
        .extracting(ExecutionDetails::status)
        .containsExactlyInAnyOrder(ExecutionStatus.CONTINUED_AS_NEW, ExecutionStatus.COMPLETED);
  }
}
