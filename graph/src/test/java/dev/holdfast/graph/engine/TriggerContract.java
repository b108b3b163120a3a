// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.graph.GraphClient;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.NewTriggerInput;
import dev.holdfast.graph.RunFailedException;
import dev.holdfast.graph.StepView;
import dev.holdfast.graph.TriggerWakeUpService;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.TriggerDelivered.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What inputs from outside do, on whichever store. */
@Timeout(180)
abstract class TriggerContract extends OnFreshStore {

  private static final Duration SOON = Duration.ofMillis(50);
  private static final GraphDefinition PATIENT =
      TriggerGraphs.watch("patient", Duration.ofMinutes(5), 1);
  private static final GraphDefinition HASTY = TriggerGraphs.watch("hasty", SOON, 1);
  private static final GraphDefinition RACING =
      TriggerGraphs.watch("racing", Duration.ofMillis(1), 1);
  private static final GraphDefinition WIDE = TriggerGraphs.watch("wide", SOON, 3);
  private static final GraphDefinition THREE = TriggerGraphs.three();

  private Graphs work(GraphDefinition... graphs) {
    return work(new Calc[] {calc}, graphs);
  }

  private Graphs work(Calc[] of, GraphDefinition... graphs) {
    Graphs.Builder builder = of[0].register(Graphs.builder(store.provider)).settings(Store.quick());
    for (GraphDefinition graph : graphs) {
      builder.graph(graph);
    }
    return store.start(builder);
  }

  private static int result(GraphClient client, String runId) throws InterruptedException {
    return client.await(runId, Store.LONG).required("n").intValue();
  }

  private static StepStatus status(GraphClient client, String runId, String stepId) {
    return client.step(runId, stepId).map(StepView::status).orElse(StepStatus.IDLE);
  }

  private static void awaitSuspended(GraphClient client, String runId) {
    Store.await(
        () -> client.run(runId).map(run -> run.status() == RunStatus.SUSPENDED).orElse(false));
  }

  @Test
  void eachInputIsDoneInOrderUntilNoMoreCome() throws Exception {
    GraphClient client = work(PATIENT).client();
    client.start(PATIENT, "r", Map.of());
    for (int n = 1; n <= 5; n++) {
      assertThat(client.deliverTriggerInput("r", "watch", "input-" + n, n)).isEqualTo(Outcome.NEW);
    }
    assertThat(client.deliverTriggerInput("r", "watch", "input-3", 3)).isEqualTo(Outcome.DUPLICATE);
    assertThat(client.triggers().end("r", "watch")).isEqualTo(Outcome.NEW);
    assertThat(result(client, "r")).isEqualTo(2 * (2 + 3 + 4 + 5 + 6));
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      expected.add("r watch[" + i + "]/up 1");
      expected.add("r watch[" + i + "]/twice 1");
    }
    expected.add("r sum 1");
    assertThat(calc.done).containsExactlyElementsOf(expected);
    assertThat(client.triggers().pendingInputs("r", "watch", 0, 10)).isEmpty();
    assertThat(client.deliverTriggerInput("r", "watch", "late", 9)).isEqualTo(Outcome.ENDED);
    assertThat(client.triggers().end("r", "watch")).isEqualTo(Outcome.ENDED);
  }

  @Test
  void aStepTakesAsManyInputsAsItSays() throws Exception {
    GraphClient client = work(THREE).client();
    List<NewTriggerInput> four =
        IntStream.of(10, 20, 30, 40).mapToObj(n -> NewTriggerInput.of("input-" + n, n)).toList();
    // before the run is started: they wait for it
    assertThat(client.triggers().deliverAll("r", "watch", four)).containsOnly(Outcome.NEW);
    client.start(THREE, "r", Map.of());
    assertThat(result(client, "r")).isEqualTo(63);
    assertThat(calc.times("r", "watch[3]")).isZero();
    assertThat(client.step("r", "watch[1]").orElseThrow().outputs().required("n").intValue())
        .isEqualTo(21);
  }

  @Test
  void withoutInputTheRunIsSuspendedAndWakesWithTheNext() throws Exception {
    GraphClient client = work(HASTY).client();
    client.start(HASTY, "r", Map.of());
    awaitSuspended(client, "r");
    StepView watch = client.step("r", "watch").orElseThrow();
    assertThat(watch.status()).isEqualTo(StepStatus.SUSPENDED);
    assertThat(watch.reason()).isEqualTo("waits for input");
    assertThat(client.run("r").orElseThrow().suspendedStep()).isEqualTo("watch");

    client.deliverTriggerInput("r", "watch", "a", 1);
    Store.await(() -> status(client, "r", "watch[0]") == StepStatus.COMPLETED);
    awaitSuspended(client, "r");
    client.deliverTriggerInput("r", "watch", "b", 2);
    client.triggers().end("r", "watch");
    assertThat(result(client, "r")).isEqualTo(2 * (2 + 3));
    assertThat(client.triggers().suspendedRunsWithPendingInputs(10, null).rows()).isEmpty();
  }

  @Test
  void severalAreDoneAtOnceAndNoMore() throws Exception {
    CyclicBarrier three = new CyclicBarrier(3);
    for (int i = 0; i < 6; i++) {
      calc.on("watch[" + i + "]/up", context -> three.await());
    }
    GraphClient client = work(WIDE).client();
    client.start(WIDE, "r", Map.of());
    for (int n = 0; n < 6; n++) {
      client.deliverTriggerInput("r", "watch", "input-" + n, n);
    }
    client.triggers().end("r", "watch");
    assertThat(result(client, "r")).isEqualTo(2 * (1 + 2 + 3 + 4 + 5 + 6));
  }

  /** The run suspends itself as soon as there is nothing, again and again. */
  @Test
  void deliveriesThatRaceWithTheSuspensionAreAllTaken() throws Exception {
    GraphClient client = work(RACING).client();
    int inputs = 20;
    client.start(RACING, "r", Map.of());
    List<Thread> deliverers = new ArrayList<>();
    for (int t = 0; t < 2; t++) {
      String name = "input-" + t + "-";
      deliverers.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int n = 0; n < inputs; n++) {
                  if (n % 5 == 0) {
                    awaitSuspended(client, "r");
                  }
                  client.deliverTriggerInput("r", "watch", name + n, 1);
                }
              }));
    }
    for (Thread deliverer : deliverers) {
      deliverer.join();
    }
    String last = "watch[" + (2 * inputs - 1) + "]";
    Store.await(() -> status(client, "r", last) == StepStatus.COMPLETED);
    awaitSuspended(client, "r");
    client.triggers().end("r", "watch");
    assertThat(result(client, "r")).isEqualTo(4 * 2 * inputs);
    assertThat(calc.done).doesNotHaveDuplicates();
  }

  @Test
  void ofTheSameInputFromManyThreadsOneCounts() throws Exception {
    GraphClient client = work(PATIENT).client();
    client.start(PATIENT, "r", Map.of());
    int threads = 8;
    int inputs = 10;
    Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    List<Thread> deliverers = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      deliverers.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int n = 0; n < inputs; n++) {
                  outcomes.add(client.deliverTriggerInput("r", "watch", "input-" + n, n));
                }
              }));
    }
    for (Thread deliverer : deliverers) {
      deliverer.join();
    }
    assertThat(outcomes).hasSize(threads * inputs);
    assertThat(outcomes.stream().filter(Outcome.NEW::equals)).hasSize(inputs);
    client.triggers().end("r", "watch");
    assertThat(result(client, "r")).isEqualTo(2 * IntStream.range(0, inputs).map(n -> n + 1).sum());
    assertThat(calc.done).hasSize(2 * inputs + 1);
  }

  @Test
  void theRowsAreEnoughForProcessesThatNeverSawTheRun() throws Exception {
    try (Graphs first = work(HASTY)) {
      first.client().start(HASTY, "r", Map.of());
      first.client().deliverTriggerInput("r", "watch", "a", 1);
      Store.await(() -> status(first.client(), "r", "watch[0]") == StepStatus.COMPLETED);
      awaitSuspended(first.client(), "r");
    }
    GraphClient outside = Graphs.client(store.openHandle());
    assertThat(outside.deliverTriggerInput("r", "watch", "a", 1)).isEqualTo(Outcome.DUPLICATE);
    assertThat(outside.deliverTriggerInput("r", "watch", "b", 2)).isEqualTo(Outcome.NEW);
    assertThat(outside.triggers().suspendedRunsWithPendingInputs(10, null).rows())
        .singleElement()
        .satisfies(run -> assertThat(run.inputs()).isOne());
    Calc second = new Calc();
    GraphClient client = work(new Calc[] {second}, HASTY).client();
    Store.await(() -> status(client, "r", "watch[1]") == StepStatus.COMPLETED);
    outside.triggers().end("r", "watch");
    assertThat(result(client, "r")).isEqualTo(10);
    assertThat(second.done).containsExactly("r watch[1]/up 1", "r watch[1]/twice 1", "r sum 1");
  }

  @Test
  void aFailedInputIsDoneAgainWithWhatItWasWhenTheRunIsRestarted() throws Exception {
    AtomicBoolean broken = new AtomicBoolean(true);
    calc.on(
        "watch[1]",
        context -> {
          if (broken.get()) {
            throw new IllegalStateException("broken");
          }
        });
    GraphClient client = work(THREE).client();
    client.start(THREE, "r", Map.of());
    client.deliverTriggerInput("r", "watch", "a", 10);
    client.deliverTriggerInput("r", "watch", "b", 20);
    assertThatThrownBy(() -> result(client, "r")).isInstanceOf(RunFailedException.class);
    // a failed run takes inputs still
    assertThat(client.deliverTriggerInput("r", "watch", "c", 30)).isEqualTo(Outcome.NEW);
    broken.set(false);
    client.restart("r");
    assertThat(result(client, "r")).isEqualTo(63);
    assertThat(calc.times("r", "watch[0]")).isOne();
    assertThat(calc.times("r", "watch[1]")).isEqualTo(2);
  }

  @Test
  void inAGraphInsideTheInputSurvivesARestartToo() throws Exception {
    AtomicBoolean broken = new AtomicBoolean(true);
    calc.on(
        "watch[0]/up",
        context -> {
          if (broken.get()) {
            throw new IllegalStateException("broken");
          }
        });
    GraphClient client = work(PATIENT).client();
    client.start(PATIENT, "r", Map.of());
    client.deliverTriggerInput("r", "watch", "a", 10);
    assertThatThrownBy(() -> result(client, "r")).isInstanceOf(RunFailedException.class);
    broken.set(false);
    client.restart("r");
    client.triggers().end("r", "watch");
    assertThat(result(client, "r")).isEqualTo(22);
  }

  @Test
  void aPausedRunTakesItsInputsWhenItGoesOn() throws Exception {
    GraphClient client = work(PATIENT).client();
    client.start(PATIENT, "r", Map.of());
    Store.await(() -> status(client, "r", "watch") == StepStatus.SCHEDULED);
    client.pause("r");
    client.deliverTriggerInput("r", "watch", "a", 1);
    client.triggers().end("r", "watch");
    client.resume("r");
    assertThat(result(client, "r")).isEqualTo(4);
  }

  @Test
  void aCancelledRunTakesNothingAnyMore() {
    GraphClient client = work(HASTY).client();
    client.start(HASTY, "r", Map.of());
    awaitSuspended(client, "r");
    client.cancel("r", "not needed");
    assertThat(client.deliverTriggerInput("r", "watch", "a", 1)).isEqualTo(Outcome.ENDED);
    assertThat(client.triggers().pendingInputs("r", "watch", 0, 10)).isEmpty();
    assertThat(client.triggers().wakeUp("r")).isFalse();
  }

  @Test
  void theClockGivesInputsAtTheTimesOfItsInterval() throws Exception {
    Duration every = Duration.ofMillis(40);
    GraphDefinition clock = TriggerGraphs.clock(every, 3);
    Queue<Instant> times = new ConcurrentLinkedQueue<>();
    GraphClient client =
        store
            .start(
                calc.register(Graphs.builder(store.provider))
                    .step(
                        TriggerGraphs.TICK,
                        (context, in) -> {
                          times.add(Instant.parse(in.at()));
                          return new Calc.N(1);
                        })
                    .graph(clock)
                    .settings(Store.quick()))
            .client();
    client.start(clock, "r", Map.of());
    assertThat(result(client, "r")).isEqualTo(3);
    List<Instant> fired = List.copyOf(times);
    Instant opened = client.step("r", "tick").orElseThrow().times().createdAt();
    assertThat(fired).hasSize(3).isSorted().doesNotHaveDuplicates();
    for (Instant one : fired) {
      Duration since = Duration.between(opened, one);
      assertThat(since).isPositive().isEqualTo(every.multipliedBy(since.dividedBy(every)));
    }
  }

  @Test
  void aPolledSourceIsAskedFromItsCursorOn() throws Exception {
    Queue<Long> asked = new ConcurrentLinkedQueue<>();
    Graphs.Builder builder = calc.register(Graphs.builder(store.provider));
    builder
        .graph(PATIENT)
        .settings(Store.quick())
        .source(
            PATIENT,
            "watch",
            (runId, after) -> {
              long from = after == null ? 0 : after.order();
              asked.add(from);
              List<NewTriggerInput> page = new ArrayList<>();
              for (long n = from + 1; n <= Math.min(from + 2, 7); n++) {
                page.add(new NewTriggerInput("line-" + n, n, new Cursor(n, "line " + n)));
              }
              return page;
            },
            Duration.ofMillis(5));
    GraphClient client = store.start(builder).client();
    client.start(PATIENT, "r", Map.of());
    Store.await(() -> status(client, "r", "watch[6]") == StepStatus.COMPLETED);
    client.triggers().end("r", "watch");
    assertThat(result(client, "r")).isEqualTo(2 * (2 + 3 + 4 + 5 + 6 + 7 + 8));
    assertThat(List.copyOf(asked)).isSorted().startsWith(0L, 2L, 4L, 6L, 7L);
    assertThat(client.triggers().cursor("r", "watch")).contains(new Cursor(7, "line 7"));
    assertThat(calc.done).hasSize(15);
  }

  @Test
  void aCursorNeverGoesBackAndMovesWithNewInputsOnly() {
    TriggerWakeUpService triggers = Graphs.client(store.provider).triggers();
    triggers.deliver("r", "watch", new NewTriggerInput("b", 1, new Cursor(2, "b")));
    triggers.deliver("r", "watch", new NewTriggerInput("a", 1, new Cursor(1, "a")));
    triggers.deliver("r", "watch", new NewTriggerInput("b", 1, new Cursor(9, "again")));
    assertThat(triggers.cursor("r", "watch")).contains(new Cursor(2, "b"));
    assertThatThrownBy(() ->
            triggers.deliverAll(
                "r",
                "watch",
                List.of(
                    new NewTriggerInput("c", 1, new Cursor(5, "c")),
                    NewTriggerInput.of("a", "another"))))
        .isInstanceOf(ProviderError.IdempotencyMismatch.class);
    assertThat(triggers.cursor("r", "watch")).contains(new Cursor(2, "b"));
    assertThat(triggers.pendingInputs("r", "watch", 0, 10)).hasSize(2);
  }

  @Test
  void runsThatWereLeftBehindAreFoundAndWoken() throws Exception {
    store
        .start(calc.register(Graphs.builder(store.provider)).graph(HASTY).settings(Store.quick()))
        .client()
        .start(HASTY, "r", Map.of());
    GraphClient client = Graphs.client(store.provider, HASTY);
    awaitSuspended(client, "r");
    // an input without its wake-up, as if the queue had been lost
    InboxWrites.appendInput(store.provider, "r", "watch", "a", "1");
    assertThat(client.triggers().suspendedRunsWithPendingInputs(10, null).rows()).hasSize(1);
    store.start(
        calc.register(Graphs.builder(store.provider))
            .graph(HASTY)
            .settings(Store.quick())
            .wakesWaitingRuns(Duration.ofMillis(10)));
    Store.await(() -> status(client, "r", "watch[0]") == StepStatus.COMPLETED);
    InboxWrites.appendInput(store.provider, "r", "watch", "b", "2");
    awaitSuspended(client, "r");
    client.triggers().end("r", "watch");
    assertThat(result(client, "r")).isEqualTo(10);
  }

  @Test
  void whatIsNoTriggerAndWhatIsReservedIsRefused() {
    GraphClient client = work(PATIENT).client();
    client.start(PATIENT, "r", Map.of());
    Store.await(() -> status(client, "r", "watch") == StepStatus.SCHEDULED);
    assertThatThrownBy(() -> client.deliverTriggerInput("r", "wacht", "a", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("graph patient 1 has no trigger \"wacht\"");
    assertThatThrownBy(() -> client.deliverTriggerInput("r", "watch", "holdfast.end", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("begins with \"holdfast.\"");
  }
}
