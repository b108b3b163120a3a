// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.graph.GraphClient;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.RetryPolicy;
import dev.holdfast.graph.RunExistsException;
import dev.holdfast.graph.RunFailedException;
import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.worker.Work;
import dev.holdfast.worker.tracing.Traced;
import dev.holdfast.worker.tracing.Tracing;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;

/** Which spans runs have, what they belong to, and what is stored for them. */
@Timeout(180)
abstract class TraceContract extends OnFreshStore {

  private static final Map<String, Integer> FIVE = Map.of("n", 5);

  private final SpanRecords spans = new SpanRecords();

  private Graphs.Builder builder(Provider provider, GraphDefinition... graphs) {
    Graphs.Builder builder =
        calc.register(Graphs.builder(provider)).settings(Store.quick()).leavesStuckRuns();
    for (GraphDefinition graph : graphs) {
      builder.graph(graph);
    }
    return builder;
  }

  private Graphs traced(GraphDefinition... graphs) {
    return store.start(builder(store.provider, graphs).tracing(spans));
  }

  /** Closes a worker: a turn is known to others before its worker has ended the span. */
  private static void done(Graphs worker) {
    worker.close(Store.LONG);
  }

  private String onlyStart(String graph) {
    assertThat(spans.all("START " + graph)).hasSize(1);
    return spans.all("START " + graph).getFirst().context();
  }

  @Test
  void turnsAreInTheTraceOfTheStartAndStepsInTheTurnsThatScheduledThem() throws Exception {
    Graphs worker = traced(Calc.LINE);
    worker.client().start(Calc.LINE, "r", FIVE);
    worker.client().await("r", Store.LONG);
    done(worker);

    assertThat(spans.names())
        .containsExactlyInAnyOrder(
            "START line",
            "TURN line",
            "STEP add",
            "TURN line",
            "STEP double",
            "TURN line",
            "STEP add",
            "TURN line");
    assertThat(spans.ended()).allMatch(one -> one.error() == null);
    List<SpanRecords.Ended> turns = spans.all("TURN line");
    assertThat(turns).extracting(SpanRecords.Ended::parent).containsOnly(onlyStart("line"));
    assertThat(turns)
        .extracting(SpanRecords.Ended::what)
        .containsOnly(new Traced.Turn("line", "r", 1));
    for (int i = 0; i < 3; i++) {
      SpanRecords.Ended step = spans.attempts("s" + i).getFirst();
      assertThat(step.parent()).isEqualTo(turns.get(i).context());
      assertThat(step.what())
          .isEqualTo(new Traced.Step(i == 1 ? "double" : "add", "r", 1, "s" + i, 1));
    }
  }

  @Test
  void theCodeOfAStepIsInItsSpanAndSoIsWhatItStarts() throws Exception {
    Queue<String> seen = new ConcurrentLinkedQueue<>();
    GraphClient client = Graphs.client(store.provider, spans);
    calc.on(
        "left",
        context -> {
          seen.add(spans.current() + " " + MDC.get(Work.MDC_TRACE));
          client.start(Calc.LINE, "inner", FIVE);
        });
    Graphs worker = traced(Calc.FORK, Calc.LINE);
    client.start(Calc.FORK, "r", FIVE);
    client.await("r", Store.LONG);
    client.await("inner", Store.LONG);
    done(worker);

    String left = spans.attempts("left").getFirst().context();
    assertThat(seen).containsExactly(left + " a");
    assertThat(spans.all("START line").getFirst().parent()).isEqualTo(left);
    assertThat(spans.ended()).allMatch(one -> one.context().startsWith("a/"));
    assertThat(spans.current()).as("the caller is where it was").isNull();
    assertThat(MDC.get(Work.MDC_TRACE)).isNull();
  }

  @Test
  void eachAttemptHasASpanInTheTurnThatScheduledItAndSaysWhatWentWrong() throws Exception {
    AtomicBoolean broken = new AtomicBoolean(true);
    calc.on(
        "left",
        context -> {
          if (broken.getAndSet(false)) {
            throw new IllegalStateException("out of paper");
          }
        });
    GraphDefinition graph =
        Calc.fork(RetryPolicy.attempts(2).withFirstDelay(Duration.ofMillis(1)), null);
    Graphs worker = traced(graph);
    worker.client().start(graph, "r", FIVE);
    worker.client().await("r", Store.LONG);
    done(worker);

    List<SpanRecords.Ended> left = spans.attempts("left");
    assertThat(left).hasSize(2);
    assertThat(left.getFirst().error()).contains("out of paper");
    assertThat(left.getLast().error()).isNull();
    assertThat(left.getLast().what()).isEqualTo(new Traced.Step("add", "r", 1, "left", 2));
    assertThat(left.getLast().parent()).isNotEqualTo(left.getFirst().parent());
    assertThat(spans.all("TURN fork"))
        .extracting(SpanRecords.Ended::context)
        .contains(left.getFirst().parent(), left.getLast().parent());
  }

  @Test
  void aRunThatIsRestartedGoesOnInItsTraceAndItsFailureIsThatOfATurn() throws Exception {
    AtomicBoolean broken = new AtomicBoolean(true);
    calc.on(
        "left",
        context -> {
          if (broken.get()) {
            throw new IllegalStateException("out of paper");
          }
        });
    Graphs worker = traced(Calc.FORK);
    GraphClient client = worker.client();
    client.start(Calc.FORK, "r", FIVE);
    assertThatThrownBy(() -> client.await("r", Store.LONG)).isInstanceOf(RunFailedException.class);
    broken.set(false);
    spans.caller = "operator";
    client.restart("r");
    client.await("r", Store.LONG);
    done(worker);

    assertThat(spans.ended()).allMatch(one -> one.context().startsWith("a/"));
    assertThat(spans.all("TURN fork"))
        .filteredOn(one -> one.error() != null)
        .singleElement()
        .extracting(SpanRecords.Ended::error)
        .asString()
        .contains("out of paper");
    assertThat(spans.attempts("left")).hasSize(2);
  }

  @Test
  void whatIsResumedAndDeliveredGoesOnInTheTraceOfItsRun() throws Exception {
    calc.on(
        "left",
        context -> {
          if (!context.isResumed()) {
            throw context.suspend("waits for approval");
          }
        });
    GraphDefinition watching = TriggerGraphs.three();
    Graphs worker = traced(Calc.FORK, watching);
    GraphClient client = worker.client();
    client.start(Calc.FORK, "r", FIVE);
    client.start(watching, "w", Map.of());
    Store.await(() -> client.run("r").orElseThrow().status() == RunStatus.SUSPENDED);
    spans.caller = "b";
    client.resumeStep("r", "left", Map.of());
    for (int n = 1; n <= 3; n++) {
      client.deliverTriggerInput("w", "watch", "input-" + n, n);
    }
    client.await("r", Store.LONG);
    client.await("w", Store.LONG);
    done(worker);

    assertThat(spans.ended()).allMatch(one -> one.context().startsWith("a/"));
    assertThat(spans.attempts("left"))
        .hasSize(2)
        .as("a suspension is no failure")
        .allMatch(one -> one.error() == null);
    assertThat(spans.ended())
        .filteredOn(
            one -> one.what() instanceof Traced.Step step && step.stepId().startsWith("watch"))
        .hasSize(3);
  }

  @Test
  void aTurnThatIsRefusedMakesNone() throws Exception {
    AtomicInteger turns = new AtomicInteger();
    spans.atBegin =
        what -> {
          if (what instanceof Traced.Turn && turns.incrementAndGet() == 2) {
            StateTables tables = store.provider.capability(StateTables.class).orElseThrow();
            long version = tables.run("r").orElseThrow().summary().version();
            store
                .provider
                .capability(Changes.class)
                .orElseThrow()
                .apply(List.of(new RunChange("r", version, null, null, null, null)));
          }
        };
    Graphs worker = traced(Calc.LINE);
    worker.client().start(Calc.LINE, "r", FIVE);
    worker.client().await("r", Store.LONG);
    done(worker);

    assertThat(spans.discarded()).containsExactly(new Traced.Turn("line", "r", 1));
    assertThat(spans.all("TURN line")).hasSize(4);
    assertThat(calc.done).hasSize(3);
  }

  @Test
  void aRunThatWasStoredWithoutATraceIsReadAndRecovered() throws Exception {
    LeftBehind.fork(store.provider, "r");
    Graphs worker = traced(Calc.FORK);
    spans.caller = "operator";
    worker.client().recovery().resume("r");
    worker.client().await("r", Store.LONG);
    done(worker);

    assertThat(spans.all("TURN fork"))
        .isNotEmpty()
        .allMatch(one -> one.parent() == null && one.error() == null);
    assertThat(spans.attempts("left").getFirst().what())
        .isEqualTo(new Traced.Step("add", "r", 2, "left", 2));
    assertThat(spans.names()).noneMatch(name -> name.startsWith("START"));
  }

  @Test
  void aWorkerThatDoesNotTraceLeavesTheTraceToThoseThatDo() throws Exception {
    calc.on(
        "left",
        context -> {
          if (!context.isResumed()) {
            throw context.suspend("waits for approval");
          }
        });
    GraphClient client = Graphs.client(store.provider, spans);
    client.start(Calc.FORK, "r", FIVE);
    Graphs silent = store.start(builder(store.provider, Calc.FORK));
    Store.await(
        () -> client.run("r").map(run -> run.status() == RunStatus.SUSPENDED).orElse(false));
    done(silent);
    assertThat(spans.names()).containsExactly("START fork");

    Graphs worker = traced(Calc.FORK);
    client.resumeStep("r", "left", Map.of());
    client.await("r", Store.LONG);
    done(worker);
    assertThat(spans.all("TURN fork"))
        .isNotEmpty()
        .extracting(SpanRecords.Ended::parent)
        .containsOnly(onlyStart("fork"));
    assertThat(spans.attempts("left")).hasSize(1).allMatch(one -> one.context().startsWith("a/"));
  }

  @Test
  void aStartThatIsRepeatedInAnotherTraceIsTheSame() throws Exception {
    GraphClient client = Graphs.client(store.provider, spans);
    GraphClient silent = Graphs.client(store.provider);
    assertThat(client.start(Calc.LINE, "r", FIVE)).isTrue();
    spans.caller = "b";
    assertThat(client.start(Calc.LINE, "r", FIVE)).as("not begun yet").isFalse();
    assertThatThrownBy(() -> client.start(Calc.FORK, "r", FIVE))
        .isInstanceOf(RunExistsException.class);

    store.start(builder(store.provider, Calc.LINE));
    client.await("r", Store.LONG);
    for (GraphClient one : List.of(client, silent)) {
      assertThat(one.start(Calc.LINE, "r", FIVE)).isFalse();
      assertThatThrownBy(() -> one.start(Calc.LINE, "r", Map.of("n", 6)))
          .isInstanceOf(RunExistsException.class);
      assertThatThrownBy(() -> one.start(Calc.FORK, "r", FIVE))
          .isInstanceOf(RunExistsException.class);
    }
    assertThat(spans.all("START line"))
        .extracting(SpanRecords.Ended::error)
        .containsExactly(null, null, null, "it was not started");
    assertThat(calc.done).hasSize(3);
  }

  private List<String> written(String runId, @Nullable Tracing tracing) throws Exception {
    WrittenPayloads payloads = new WrittenPayloads();
    Graphs.Builder builder = builder(TamperedProvider.of(store.provider, payloads), Calc.LINE);
    Graphs worker = store.start(tracing == null ? builder : builder.tracing(tracing));
    worker.client().start(Calc.LINE, runId, FIVE);
    worker.client().await(runId, Store.LONG);
    done(worker);
    return payloads.texts();
  }

  @Test
  void nothingIsStoredWhereNothingIsTraced() throws Exception {
    String shape = GraphShape.of(Calc.LINE);
    List<String> plain = written("plain", null);
    assertThat(plain)
        .containsExactly(
            "graph.start {\"inputs\":{\"n\":5}}",
            "run {\"graph\":\"line\",\"inputs\":{\"n\":5},\"shape\":\""
                + shape
                + "\",\"version\":\"1\"}",
            "graph:add {\"attempt\":1,\"inputs\":{\"n\":[\"run\",\"n\"]},\"step\":\"s0\"}",
            "outputs {\"n\":6}",
            "graph.step {\"step\":\"s0\"}",
            "graph:double"
                + " {\"attempt\":1,\"inputs\":{\"n\":[\"step\",\"s0\",\"n\"]},\"step\":\"s1\"}",
            "outputs {\"n\":12}",
            "graph.step {\"step\":\"s1\"}",
            "graph:add {\"attempt\":1,\"inputs\":{\"n\":[\"step\",\"s1\",\"n\"]},\"step\":\"s2\"}",
            "outputs {\"n\":13}",
            "graph.step {\"step\":\"s2\"}",
            "run {\"graph\":\"line\",\"inputs\":{\"n\":5},\"outputs\":{\"n\":13},\"shape\":\""
                + shape
                + "\",\"version\":\"1\"}");

    List<String> traced = written("traced", spans);
    assertThat(traced).filteredOn(text -> text.contains(",\"trace\":\"a/")).hasSize(6);
    assertThat(traced.stream().map(text -> text.replaceAll(",\"trace\":\"a/\\d+\"", "")))
        .as("and else all is the same")
        .containsExactlyElementsOf(plain);
  }
}
