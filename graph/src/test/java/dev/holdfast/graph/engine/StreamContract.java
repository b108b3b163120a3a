// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.graph.GraphClient;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.RunFailedException;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxCounts;
import dev.holdfast.provider.state.StepStatus;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What a step sends to another one while both are being done, on whichever store. */
@Timeout(180)
abstract class StreamContract {

  private static final StreamGraphs.Hook NOTHING = (context, number) -> {};

  @TempDir Path directory;
  private Store store;

  abstract Store open(Path directory);

  @BeforeEach
  void openStore() {
    store = open(directory);
  }

  @AfterEach
  void closeStore() throws Exception {
    store.close();
  }

  private GraphClient work(
      GraphDefinition graph, StreamGraphs.Hook sent, StreamGraphs.Hook received) {
    return store
        .start(
            StreamGraphs.register(Graphs.builder(store.provider), sent, received)
                .graph(graph)
                .settings(Store.quick()))
        .client();
  }

  private static void checkTotal(GraphClient client, String runId, long n) throws Exception {
    JsonNode total = client.await(runId, Store.LONG);
    assertThat(total.required("count").longValue()).isEqualTo(n);
    assertThat(total.required("sum").longValue()).isEqualTo(n * (n + 1) / 2);
  }

  private InboxCounts counts(String runId) {
    return store.provider.capability(DurableInbox.class).orElseThrow().counts(runId).getFirst();
  }

  @Test
  void whatIsSentIsReceivedInOrderInBatches() throws Exception {
    AtomicLong largest = new AtomicLong();
    GraphDefinition pipe = StreamGraphs.pipe(20, 1_000);
    GraphClient client =
        work(pipe, NOTHING, (context, size) -> largest.accumulateAndGet(size, Math::max));
    client.start(pipe, "r", Map.of("n", 250));
    checkTotal(client, "r", 250);
    assertThat(largest).hasValue(20);
    assertThat(counts("r").consumed()).isEqualTo(250);
    assertThat(counts("r").pending()).isZero();
  }

  @Test
  void theReceiverWorksWhileTheSenderDoes() throws Exception {
    CountDownLatch received = new CountDownLatch(1);
    GraphDefinition pipe = StreamGraphs.pipe(10, 10);
    GraphClient client =
        work(
            pipe,
            (context, number) -> {
              if (number == 10) {
                received.await();
              }
            },
            (context, size) -> {
              if (size > 0) {
                received.countDown();
              }
            });
    client.start(pipe, "r", Map.of("n", 15));
    checkTotal(client, "r", 15);
  }

  @Test
  void aFastSenderWaitsForTheReceiver() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    AtomicLong sent = new AtomicLong();
    GraphDefinition pipe = StreamGraphs.pipe(5, 10);
    GraphClient client =
        work(pipe, (context, number) -> sent.set(number), (context, size) -> open.await());
    client.start(pipe, "r", Map.of("n", 200));
    Store.await(() -> sent.get() >= 19); // ten are stored, nine are kept, and the next one waits
    assertThat(counts("r").pending()).isEqualTo(10);
    assertThat(sent).hasValueLessThan(30);
    open.countDown();
    checkTotal(client, "r", 200);
  }

  @Test
  void aSenderThatIsDoneAgainDoublesNothing() throws Exception {
    AtomicBoolean broken = new AtomicBoolean(true);
    AtomicInteger again = new AtomicInteger();
    GraphDefinition pipe = StreamGraphs.pipe(7, 10);
    GraphClient client =
        work(
            pipe,
            (context, number) -> {
              if (number == 33 && broken.getAndSet(false)) {
                throw new IllegalStateException("broken");
              }
              if (context.attempt() == 2) {
                again.incrementAndGet();
              }
            },
            NOTHING);
    client.start(pipe, "r", Map.of("n", 50));
    checkTotal(client, "r", 50);
    assertThat(again).hasValue(50);
    assertThat(counts("r").lastSequence()).isEqualTo(50);
  }

  @Test
  void aReceiverThatFailsGetsItsBatchAgain() throws Exception {
    AtomicInteger batches = new AtomicInteger();
    GraphDefinition pipe = StreamGraphs.pipe(10, 1_000);
    GraphClient client =
        work(
            pipe,
            NOTHING,
            (context, size) -> {
              if (batches.incrementAndGet() == 3) {
                throw new IllegalStateException("broken");
              }
            });
    client.start(pipe, "r", Map.of("n", 60));
    checkTotal(client, "r", 60);
  }

  @Test
  void aSenderThatEndsItsStreamSendsNothingBehind() throws Exception {
    CountDownLatch totalled = new CountDownLatch(1);
    GraphDefinition pipe = StreamGraphs.pipe(10, 1_000);
    GraphClient client =
        work(
            pipe,
            (context, number) -> {
              if (number == 12) {
                context.stream("all").end();
                totalled.await(); // the receiver is completed while the sender is still there
                assertThat(context.stream("all").isWanted()).isFalse();
                assertThatThrownBy(() -> context.stream("all").send(13))
                    .isInstanceOf(IllegalStateException.class);
              }
            },
            NOTHING);
    client.start(pipe, "r", Map.of("n", 12));
    Store.await(() ->
        client.step("r", "total").map(step -> step.status() == StepStatus.COMPLETED).orElse(false));
    totalled.countDown();
    checkTotal(client, "r", 12);
  }

  @Test
  void aStreamWhoseSenderWasSkippedIsEmpty() throws Exception {
    GraphDefinition maybe = StreamGraphs.maybe();
    GraphClient client = work(maybe, NOTHING, NOTHING);
    client.start(maybe, "none", Map.of("n", 0));
    client.start(maybe, "some", Map.of("n", 3));
    assertThat(client.await("none", Store.LONG).required("count").longValue()).isZero();
    assertThat(client.await("some", Store.LONG).required("count").longValue()).isEqualTo(3);
  }

  @Test
  void aSenderThatSendsSomethingElseTheSecondTimeFails() throws Exception {
    GraphDefinition pipe = StreamGraphs.pipe(10, 10);
    Graphs.Builder builder =
        Graphs.builder(store.provider)
            .step(
                StreamGraphs.SEND,
                (context, in) -> {
                  for (int i = 1; i <= 15; i++) {
                    context.stream("all").send(i * context.attempt());
                  }
                  if (context.attempt() == 1) {
                    throw new IllegalStateException("broken");
                  }
                  return in;
                })
            .step(StreamGraphs.TOTAL, StreamGraphs.summing(NOTHING))
            .graph(pipe)
            .settings(Store.quick());
    GraphClient client = store.start(builder).client();
    client.start(pipe, "r", Map.of("n", 15));
    assertThatThrownBy(() -> client.await("r", Store.LONG))
        .isInstanceOf(RunFailedException.class)
        .hasMessageContaining("IdempotencyMismatch");
  }

  @Test
  void namesThatAreNotConnectedAreRefused() throws Exception {
    GraphDefinition pipe = StreamGraphs.pipe(10, 10);
    Graphs.Builder builder =
        Graphs.builder(store.provider)
            .step(
                StreamGraphs.SEND,
                (context, in) -> {
                  assertThatThrownBy(() -> context.stream("al"))
                      .hasMessageContaining("the streams that are received are [all]");
                  assertThatThrownBy(() -> context.receive("numbers", Integer.class))
                      .hasMessageContaining("receives no stream \"numbers\"");
                  return in;
                })
            .step(StreamGraphs.TOTAL, StreamGraphs.summing(NOTHING))
            .graph(pipe)
            .settings(Store.quick());
    GraphClient client = store.start(builder).client();
    client.start(pipe, "r", Map.of("n", 15));
    checkTotal(client, "r", 0);
  }

  @Test
  void aReceiverThatSuspendsItselfForSomethingElseFails() {
    GraphDefinition pipe = StreamGraphs.pipe(10, 10);
    Graphs.Builder builder =
        Graphs.builder(store.provider)
            .step(StreamGraphs.SEND, StreamGraphs.sending(NOTHING))
            .step(
                StreamGraphs.TOTAL,
                (context, in) -> {
                  throw context.suspend("approval");
                })
            .graph(pipe)
            .settings(Store.quick());
    GraphClient client = store.start(builder).client();
    client.start(pipe, "r", Map.of("n", 3));
    assertThatThrownBy(() -> client.await("r", Store.LONG))
        .isInstanceOf(RunFailedException.class)
        .hasMessageContaining("suspends itself for something else; throw next");
  }
}
