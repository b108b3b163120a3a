// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.graph.AwaitRunTimeoutException;
import dev.holdfast.graph.GraphClient;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.RetryPolicy;
import dev.holdfast.graph.RunCancelledException;
import dev.holdfast.graph.RunExistsException;
import dev.holdfast.graph.RunFailedException;
import dev.holdfast.graph.RunNotFoundException;
import dev.holdfast.graph.RunStatusException;
import dev.holdfast.graph.RunView;
import dev.holdfast.graph.StepNotSuspendedException;
import dev.holdfast.graph.StepView;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a run does, from its start to its end, on whichever store. */
@Timeout(180)
abstract class RunContract extends OnFreshStore {

  /** A worker with the code of all steps. */
  final Graphs work(GraphDefinition... graphs) {
    Graphs.Builder builder = calc.register(Graphs.builder(store.provider)).settings(Store.quick());
    for (GraphDefinition graph : graphs) {
      builder.graph(Tampering.current().graph(graph));
    }
    return store.start(builder);
  }

  final int result(GraphClient client, String runId) throws InterruptedException {
    return client.await(runId, Store.LONG).required("n").intValue();
  }

  final StepStatus status(GraphClient client, String runId, String stepId) {
    return client.step(runId, stepId).map(StepView::status).orElse(StepStatus.IDLE);
  }

  final RunStatus status(GraphClient client, String runId) {
    return client.run(runId).map(RunView::status).orElseThrow();
  }

  @Test
  void stepsAreDoneOneAfterTheOtherAndEachOnce() throws Exception {
    GraphClient client = work(Calc.LINE).client();
    assertThat(client.start(Calc.LINE, "r", Map.of("n", 5))).isTrue();
    assertThat(result(client, "r")).isEqualTo(13);
    assertThat(calc.done).containsExactly("r s0 1", "r s1 1", "r s2 1");
    RunView run = client.run("r").orElseThrow();
    assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
    assertThat(run.graph()).isEqualTo("line");
    assertThat(run.inputs().required("n").intValue()).isEqualTo(5);
    assertThat(client.steps("r"))
        .extracting(StepSummary::stepId)
        .containsExactlyInAnyOrder("s0", "s1", "s2");
    assertThat(client.step("r", "s1").orElseThrow().outputs().required("n").intValue())
        .isEqualTo(12);
  }

  @Test
  void aStartIsStoredOnceAndAnotherOneIsRefused() throws Exception {
    GraphClient client = work(Calc.LINE, Calc.FORK).client();
    assertThat(client.start(Calc.LINE, "r", new Calc.N(5))).isTrue();
    assertThat(client.start(Calc.LINE, "r", Map.of("n", 5))).isFalse();
    assertThatThrownBy(() -> client.start(Calc.LINE, "r", Map.of("n", 6)))
        .isInstanceOf(RunExistsException.class);
    assertThatThrownBy(() -> client.start(Calc.FORK, "r", Map.of("n", 5)))
        .isInstanceOf(RunExistsException.class);
    assertThat(result(client, "r")).isEqualTo(13);
    assertThat(client.start(Calc.LINE, "r", Map.of("n", 5))).isFalse();
    assertThat(calc.done).hasSize(3);
  }

  @Test
  void inputsThatDoNotFitAreRefusedBeforeAnythingIsStored() {
    GraphClient client = Graphs.client(store.provider);
    assertThatThrownBy(() -> client.start(Calc.LINE, "r", Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("input \"n\" is missing");
    assertThatThrownBy(() -> client.start(Calc.LINE, "r", Map.of("n", "five")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("input \"n\" is STRING, and has to be integer");
    assertThatThrownBy(() -> client.start(Calc.LINE, "r", Map.of("n", 5, "m", 6)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no input \"m\"");
    assertThat(client.run("r")).isEmpty();
  }

  @Test
  void branchesAreSkippedAndComeTogetherAgain() throws Exception {
    GraphClient client = work(Calc.BRANCH).client();
    client.start(Calc.BRANCH, "small", Map.of("n", 4));
    client.start(Calc.BRANCH, "great", Map.of("n", 40));
    assertThat(result(client, "small")).isEqualTo(9);
    assertThat(result(client, "great")).isEqualTo(43);
    assertThat(status(client, "small", "great")).isEqualTo(StepStatus.SKIPPED);
    assertThat(status(client, "small", "after-great")).isEqualTo(StepStatus.SKIPPED);
    assertThat(status(client, "great", "small")).isEqualTo(StepStatus.SKIPPED);
    assertThat(calc.times("small", "great")).isZero();
  }

  @Test
  void aSubGraphIsDoneForEachElement() throws Exception {
    GraphClient client = work(Calc.FAN).client();
    client.start(Calc.FAN, "r", Map.of("n", 20));
    client.start(Calc.FAN, "none", Map.of("n", 0));
    assertThat(result(client, "r")).isEqualTo(20 * 19 + 2 * 20);
    assertThat(result(client, "none")).isZero();
    assertThat(calc.times("r", "each[7]/up")).isOne();
    assertThat(calc.done.stream().filter(one -> one.startsWith("r "))).hasSize(42);
    assertThat(status(client, "r", "each[19]")).isEqualTo(StepStatus.COMPLETED);
  }

  @Test
  void aFailedStepIsTriedAgainAsItsPolicySays() throws Exception {
    RetryPolicy three = RetryPolicy.attempts(3).withFirstDelay(Duration.ofMillis(20));
    GraphDefinition fork = Calc.fork(three, null);
    AtomicInteger failures = new AtomicInteger(2);
    Queue<String> keys = new ConcurrentLinkedQueue<>();
    calc.on(
        "left",
        context -> {
          keys.add(context.idempotencyKey());
          if (failures.getAndDecrement() > 0) {
            throw new IllegalStateException("not now");
          }
        });
    GraphClient client = work(fork).client();
    client.start(fork, "r", Map.of("n", 1));
    assertThat(result(client, "r")).isEqualTo(3_004);
    assertThat(calc.done).contains("r left 1", "r left 2", "r left 3");
    assertThat(calc.times("r", "right")).isOne();
    assertThat(keys).hasSize(3).containsOnly(keys.element());
    StepView left = client.step("r", "left").orElseThrow();
    assertThat(left.attempt()).isEqualTo(3);
    assertThat(left.error()).contains("IllegalStateException: not now");
  }

  @Test
  void aStepThatFailsEachTimeIsTriedAsOftenAsItsPolicySays() {
    GraphDefinition fork = Calc.fork(RetryPolicy.attempts(2).withFirstDelay(Duration.ZERO), null);
    calc.on(
        "left",
        context -> {
          throw new IllegalStateException("never");
        });
    GraphClient client = work(fork).client();
    client.start(fork, "r", Map.of("n", 1));
    assertThatThrownBy(() -> result(client, "r")).isInstanceOf(RunFailedException.class);
    assertThat(calc.times("r", "left")).isEqualTo(2);
  }

  @Test
  void noMoreElementsAreDoneAtOnceThanTheListAllows() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    calc.all =
        context -> {
          if (context.stepId().endsWith("/up")) {
            goOn.await();
          }
        };
    GraphClient client = work(Calc.FAN).client();
    client.start(Calc.FAN, "r", Map.of("n", 12));
    Store.await(() -> calc.done.size() >= 5);
    assertThat(client.steps("r").stream().filter(step -> step.stepId().endsWith("/up"))).hasSize(4);
    goOn.countDown();
    assertThat(result(client, "r")).isEqualTo(12 * 11 + 2 * 12);
  }

  @Test
  void noMoreStepsAreDoneAtOnceThanTheGraphAllows() throws Exception {
    var builder = GraphDefinition.builder("narrow", "1").maxParallel(2);
    var n = builder.input("n", Integer.class);
    for (int i = 0; i < 5; i++) {
      builder.step("s" + i, Calc.ADD).input("n", n);
    }
    builder.output("n", builder.step("last", Calc.ADD).input("n", n).out("n"));
    GraphDefinition narrow = builder.build();
    CountDownLatch goOn = new CountDownLatch(1);
    calc.all = context -> goOn.await();
    GraphClient client = work(narrow).client();
    client.start(narrow, "r", Map.of("n", 1));
    Store.await(() -> calc.done.size() >= 2);
    assertThat(client.steps("r")).hasSize(2);
    goOn.countDown();
    assertThat(result(client, "r")).isEqualTo(2);
    assertThat(calc.done).hasSize(6);
  }

  @Test
  void aStepThatFailsForGoodFailsItsRunWhenTheOthersHaveFinished() throws Exception {
    RetryPolicy policy =
        RetryPolicy.attempts(5)
            .withFirstDelay(Duration.ZERO)
            .withNonRetryable(IllegalArgumentException.class);
    GraphDefinition fork = Calc.fork(policy, null);
    CountDownLatch failed = new CountDownLatch(1);
    calc.on(
        "left",
        context -> {
          throw new IllegalArgumentException("never");
        });
    calc.on("right", context -> failed.await());
    GraphClient client = work(fork).client();
    client.start(fork, "r", Map.of("n", 1));
    Store.await(() -> status(client, "r", "left") == StepStatus.FAILED);
    assertThat(status(client, "r")).isEqualTo(RunStatus.RUNNING);
    failed.countDown();
    assertThatThrownBy(() -> result(client, "r"))
        .isInstanceOf(RunFailedException.class)
        .hasMessageContaining("step \"left\" has failed")
        .hasMessageContaining("never");
    assertThat(calc.times("r", "left")).isOne();
    assertThat(status(client, "r", "right")).isEqualTo(StepStatus.COMPLETED);
    assertThat(calc.times("r", "join")).isZero();
  }

  @Test
  void aFailedRunIsRestartedFromItsFailedStepsAndKeepsTheOthers() throws Exception {
    AtomicBoolean broken = new AtomicBoolean(true);
    calc.on(
        "left",
        context -> {
          if (broken.get()) {
            throw new IllegalArgumentException("broken");
          }
        });
    GraphClient client = work(Calc.FORK).client();
    client.start(Calc.FORK, "r", Map.of("n", 1));
    assertThatThrownBy(() -> result(client, "r")).isInstanceOf(RunFailedException.class);
    broken.set(false);
    client.restart("r");
    assertThat(result(client, "r")).isEqualTo(3_004);
    assertThat(calc.done)
        .containsExactlyInAnyOrder("r first 1", "r right 1", "r left 1", "r left 2", "r join 1");
    assertThat(client.run("r").orElseThrow().attempt()).isEqualTo(2);
    assertThatThrownBy(() -> client.restart("r")).isInstanceOf(RunStatusException.class);
  }

  @Test
  void anAttemptThatTakesTooLongIsEndedAndTriedAgain() throws Exception {
    RetryPolicy two = RetryPolicy.attempts(2).withFirstDelay(Duration.ZERO);
    GraphDefinition fork = Calc.fork(two, Duration.ofMillis(400));
    CountDownLatch interrupted = new CountDownLatch(1);
    calc.on(
        "left",
        context -> {
          if (context.attempt() == 1) {
            try {
              new CountDownLatch(1).await();
            } finally {
              interrupted.countDown();
            }
          }
        });
    GraphClient client = work(fork).client();
    client.start(fork, "r", Map.of("n", 1));
    assertThat(result(client, "r")).isEqualTo(3_004);
    interrupted.await();
    assertThat(client.step("r", "left").orElseThrow().error()).contains("took longer than PT0.4S");
  }

  @Test
  void aRunThatTakesTooLongFails() throws Exception {
    var builder = GraphDefinition.builder("late", "1").timeout(Duration.ofMillis(400));
    var n = builder.input("n", Integer.class);
    builder.output("n", builder.step("slow", Calc.ADD).input("n", n).out("n"));
    GraphDefinition late = builder.build();
    calc.on("slow", context -> new CountDownLatch(1).await());
    GraphClient client = work(late).client();
    client.start(late, "r", Map.of("n", 1));
    assertThatThrownBy(() -> result(client, "r"))
        .isInstanceOf(RunFailedException.class)
        .hasMessageContaining("longer than PT0.4S");
    assertThat(status(client, "r", "slow")).isEqualTo(StepStatus.CANCELLED);
  }

  @Test
  void aCancelledRunEndsAndItsStepsAreInterrupted() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    calc.on(
        "left",
        context -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } finally {
            interrupted.countDown();
          }
        });
    GraphClient client = work(Calc.FORK).client();
    client.start(Calc.FORK, "r", Map.of("n", 1));
    begun.await();
    client.cancel("r", "not wanted");
    client.cancel("r", "not wanted");
    assertThatThrownBy(() -> result(client, "r"))
        .isInstanceOf(RunCancelledException.class)
        .hasMessageContaining("not wanted");
    interrupted.await();
    assertThat(status(client, "r", "left")).isEqualTo(StepStatus.CANCELLED);
    assertThat(calc.times("r", "join")).isZero();
    assertThatThrownBy(() -> client.pause("r")).isInstanceOf(RunStatusException.class);
    assertThatThrownBy(() -> client.restart("r")).isInstanceOf(RunStatusException.class);
  }

  @Test
  void aRunIsCancelledThatNoWorkerHasBegun() throws Exception {
    GraphClient alone = Graphs.client(store.provider);
    alone.start(Calc.LINE, "r", Map.of("n", 1));
    assertThat(status(alone, "r")).isEqualTo(RunStatus.SCHEDULED);
    alone.cancel("r", "changed my mind");
    work(Calc.LINE);
    assertThatThrownBy(() -> result(alone, "r")).isInstanceOf(RunCancelledException.class);
    assertThat(calc.done).isEmpty();
  }

  @Test
  void nothingBeginsInAPausedRun() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    calc.on(
        "s0",
        context -> {
          if (context.runId().equals("r")) {
            begun.countDown();
            goOn.await();
          }
        });
    Graphs.Builder builder = calc.register(Graphs.builder(store.provider)).graph(Calc.LINE);
    GraphClient client =
        store.start(builder.settings(Store.quick().withConcurrency(1, 4))).client();
    client.start(Calc.LINE, "r", Map.of("n", 5));
    begun.await();
    client.pause("r");
    client.pause("r");
    goOn.countDown();
    Store.await(() -> status(client, "r", "s0") == StepStatus.COMPLETED);
    // One turn at a time, in order: when the other run has ended, the paused one had its turn.
    client.start(Calc.LINE, "other", Map.of("n", 5));
    assertThat(result(client, "other")).isEqualTo(13);
    assertThat(client.step("r", "s1")).isEmpty();
    assertThat(status(client, "r")).isEqualTo(RunStatus.PAUSED);
    assertThatThrownBy(() -> client.await("r", Duration.ZERO))
        .isInstanceOf(AwaitRunTimeoutException.class)
        .hasMessageContaining("run \"r\" of graph line 1 has not ended within PT0S; it is paused")
        .hasMessageContaining("holdfast run r");
    client.resume("r");
    client.resume("r");
    assertThat(result(client, "r")).isEqualTo(13);
    assertThat(calc.times("r", "s0")).isOne();
  }

  @Test
  void aSuspendedStepComesBackWithItsStateAndWhatWasMerged() throws Exception {
    Queue<String> states = new ConcurrentLinkedQueue<>();
    calc.on(
        "left",
        context -> {
          states.add(context.isResumed() + " " + context.state());
          if (!context.state().path("approved").asBoolean(false)) {
            throw context
                .suspend("waits for approval")
                .state(Map.of("draft", "abc"))
                .metadata(Map.of("who", "anna"));
          }
        });
    GraphClient client = work(Calc.FORK).client();
    client.start(Calc.FORK, "r", Map.of("n", 1));
    Store.await(() -> status(client, "r") == RunStatus.SUSPENDED);
    assertThat(client.run("r").orElseThrow().suspendedStep()).isEqualTo("left");
    assertThatThrownBy(() -> client.await("r", Duration.ZERO))
        .isInstanceOfSatisfying(
            AwaitRunTimeoutException.class,
            late -> assertThat(late.status()).isEqualTo(RunStatus.SUSPENDED))
        .hasMessageContaining("it is suspended: step \"left\" waits");
    assertThat(status(client, "r", "right")).isEqualTo(StepStatus.COMPLETED);
    StepView left = client.step("r", "left").orElseThrow();
    assertThat(left.reason()).isEqualTo("waits for approval");
    assertThat(left.state()).hasToString("{\"draft\":\"abc\"}");
    assertThat(left.metadata()).hasToString("{\"who\":\"anna\"}");
    assertThatThrownBy(() -> client.pause("r")).isInstanceOf(RunStatusException.class);
    assertThatThrownBy(() -> client.resume("r")).isInstanceOf(RunStatusException.class);

    assertThat(client.mergeState("r", "left", Map.of("note", "looks good")))
        .hasToString("{\"draft\":\"abc\",\"note\":\"looks good\"}");
    assertThat(status(client, "r")).isEqualTo(RunStatus.SUSPENDED);
    client.resumeStep("r", "left", Map.of("approved", true));
    assertThat(result(client, "r")).isEqualTo(3_004);
    assertThat(states)
        .containsExactly(
            "false {}", "true {\"draft\":\"abc\",\"note\":\"looks good\",\"approved\":true}");
    assertThat(client.step("r", "left").orElseThrow().attempt()).isOne();
    assertThatThrownBy(() -> client.mergeState("r", "left", Map.of("late", 1)))
        .isInstanceOf(StepNotSuspendedException.class);
    assertThatThrownBy(() -> client.resumeStep("r", "none", Map.of()))
        .isInstanceOf(StepNotSuspendedException.class);
  }

  @Test
  void aStepMaySuspendAgainAndIsResumedAgain() throws Exception {
    calc.on(
        "s1",
        context -> {
          int rounds = context.state().path("rounds").asInt(0);
          if (rounds < 3) {
            throw context.suspend("round " + rounds).state(Map.of("rounds", rounds));
          }
        });
    GraphClient client = work(Calc.LINE).client();
    client.start(Calc.LINE, "r", Map.of("n", 5));
    for (int round = 0; round < 3; round++) {
      String reason = "round " + round;
      Store.await(() ->
          client
              .step("r", "s1")
              .filter(step -> step.status() == StepStatus.SUSPENDED)
              .filter(step -> reason.equals(step.reason()))
              .isPresent());
      client.resumeStep("r", "s1", Map.of("rounds", round + 1));
    }
    assertThat(result(client, "r")).isEqualTo(13);
    assertThat(calc.times("r", "s1")).isEqualTo(4);
  }

  @Test
  void aSuspensionMayCancelTheSiblings() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    calc.on(
        "right",
        context -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } finally {
            interrupted.countDown();
          }
        });
    calc.on(
        "left",
        context -> {
          if (!context.isResumed()) {
            begun.await();
            throw context.suspend("alone").cancelSiblings();
          }
        });
    GraphClient client = work(Calc.FORK).client();
    client.start(Calc.FORK, "r", Map.of("n", 1));
    Store.await(() -> status(client, "r") == RunStatus.SUSPENDED);
    interrupted.await();
    assertThat(status(client, "r", "right")).isEqualTo(StepStatus.CANCELLED);
    client.resumeStep("r", "left", Map.of());
    assertThat(result(client, "r")).isEqualTo(3_000);
  }

  @Test
  void mergesOfManyAreAllThereWhenTheStepComesBack() throws Exception {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    calc.on(
        "s1",
        context -> {
          if (!context.isResumed()) {
            throw context.suspend("collects");
          }
          seen.add(context.state().toString());
        });
    GraphClient client = work(Calc.LINE).client();
    client.start(Calc.LINE, "r", Map.of("n", 5));
    Store.await(() -> status(client, "r") == RunStatus.SUSPENDED);
    Thread[] mergers = new Thread[8];
    for (int i = 0; i < mergers.length; i++) {
      String field = "f" + i;
      mergers[i] =
          Thread.ofVirtual().start(() -> client.mergeState("r", "s1", Map.of(field, true)));
    }
    for (Thread merger : mergers) {
      merger.join();
    }
    client.resumeStep("r", "s1", Map.of());
    assertThat(result(client, "r")).isEqualTo(13);
    assertThat(seen).hasSize(1);
    assertThat(seen.element()).contains("f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7");
  }

  @Test
  void aRunOfAnUnknownGraphWaitsForAWorkerThatHasIt() throws Exception {
    GraphClient client = work(Calc.FORK).client();
    client.start(Calc.LINE, "r", Map.of("n", 5));
    client.start(Calc.FORK, "f", Map.of("n", 1));
    assertThat(result(client, "f")).isEqualTo(3_004);
    assertThat(status(client, "r")).isEqualTo(RunStatus.SCHEDULED);
    work(Calc.LINE);
    assertThat(result(client, "r")).isEqualTo(13);
  }

  @Test
  void aStepWithoutCodeWaitsForAWorkerThatHasIt() throws Exception {
    GraphClient client =
        store
            .start(Graphs.builder(store.provider).graph(Calc.LINE).settings(Store.quick()))
            .client();
    client.start(Calc.LINE, "r", Map.of("n", 5));
    Store.await(() -> status(client, "r", "s0") == StepStatus.SCHEDULED);
    work(); // has the code of the steps, and no graph
    assertThat(result(client, "r")).isEqualTo(13);
  }

  @Test
  void whatIsSaidToARunThatDoesNotExistIsRefused() {
    GraphClient client = Graphs.client(store.provider);
    assertThat(client.run("none")).isEmpty();
    assertThat(client.steps("none")).isEmpty();
    assertThatThrownBy(() -> client.cancel("none", "why")).isInstanceOf(RunNotFoundException.class);
    assertThatThrownBy(() -> client.pause("none")).isInstanceOf(RunNotFoundException.class);
    assertThatThrownBy(() -> client.resume("none")).isInstanceOf(RunNotFoundException.class);
    assertThatThrownBy(() -> client.restart("none")).isInstanceOf(RunNotFoundException.class);
    assertThatThrownBy(() -> client.mergeState("none", "s", Map.of("a", 1)))
        .isInstanceOf(RunNotFoundException.class);
    assertThatThrownBy(() -> client.await("none", Duration.ZERO))
        .isInstanceOf(RunNotFoundException.class);
    assertThatThrownBy(() -> client.recovery().resume("none"))
        .isInstanceOf(RunNotFoundException.class);
  }
}
