// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.graph.GraphClient;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.Graphs;
import dev.holdfast.provider.state.DurableInbox;
import dev.holdfast.provider.state.InboxCounts;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.TriggerDelivered.Outcome;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Workers die in the middle of inputs and streams. */
@Timeout(300)
abstract class TriggerProcessesContract {

  static final GraphDefinition WATCH = TriggerGraphs.watch("watch", Duration.ofMillis(300), 2);
  static final GraphDefinition PIPE = StreamGraphs.pipe(20, 60);

  private static final int RUNS = 3;
  private static final int INPUTS = 25;
  private static final int MESSAGES = 1_200;

  private final List<TriggerProcess> launched = new ArrayList<>();
  @TempDir Path directory;
  private Store store;
  private GraphClient client;

  abstract Store open(Path directory);

  @BeforeEach
  void openStore() {
    store = open(directory);
    client = Graphs.client(store.provider, WATCH, PIPE);
  }

  @AfterEach
  void closeAll() throws Exception {
    for (TriggerProcess process : launched) {
      process.kill();
    }
    store.close();
  }

  private TriggerProcess launch() throws Exception {
    TriggerProcess process = TriggerProcess.launch(store.url(), directory.resolve("ledger.db"));
    launched.add(process);
    return process;
  }

  /** Works until a condition holds, and is killed then. */
  private void workAndDie(BooleanSupplier until) throws Exception {
    TriggerProcess victim = launch();
    Store.await(until);
    victim.kill();
  }

  /** Inputs come twice, and a stream flows beside them. */
  @Test
  void workersThatDieLoseNoInputAndNoMessageAndDoubleNone() throws Exception {
    try (Ledger ledger = new Ledger(directory.resolve("ledger.db"))) {
      client.start(PIPE, "r", Map.of("n", MESSAGES));
      for (int run = 0; run < RUNS; run++) {
        client.start(WATCH, "run-" + run, Map.of());
      }
      Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
      List<Thread> deliverers = new ArrayList<>();
      for (int t = 0; t < 2; t++) {
        deliverers.add(Thread.ofVirtual().start(() -> deliverAll(outcomes)));
      }
      workAndDie(() -> consumed() >= 100);
      workAndDie(() -> effects(ledger) >= 60);
      launch();
      for (Thread deliverer : deliverers) {
        deliverer.join();
      }
      checkInputs(outcomes);
      assertThat(ledger.effects()).isEqualTo(RUNS * (2 * INPUTS + 1));
      checkStream();
    }
  }

  private void checkInputs(Queue<Outcome> outcomes) throws InterruptedException {
    assertThat(outcomes.stream().filter(Outcome.NEW::equals)).hasSize(RUNS * INPUTS);
    assertThat(outcomes.stream().filter(Outcome.DUPLICATE::equals)).hasSize(RUNS * INPUTS);
    for (int run = 0; run < RUNS; run++) {
      client.triggers().end("run-" + run, "watch");
    }
    for (int run = 0; run < RUNS; run++) {
      String id = "run-" + run;
      int sum = INPUTS * (INPUTS - 1) + 2 * INPUTS;
      assertThat(client.await(id, Store.LONG).required("n").intValue()).isEqualTo(sum);
      // the trigger, its inputs with two steps each, and the sum
      assertThat(client.steps(id))
          .hasSize(2 + 3 * INPUTS)
          .allMatch(step -> step.status() == StepStatus.COMPLETED);
    }
  }

  private void deliverAll(Queue<Outcome> outcomes) {
    for (int n = 0; n < INPUTS; n++) {
      for (int run = 0; run < RUNS; run++) {
        outcomes.add(client.deliverTriggerInput("run-" + run, "watch", "input-" + n, n));
      }
    }
  }

  private void checkStream() throws InterruptedException {
    JsonNode total = client.await("r", Store.LONG);
    assertThat(total.required("count").longValue()).isEqualTo(MESSAGES);
    assertThat(total.required("sum").longValue()).isEqualTo(MESSAGES * (MESSAGES + 1L) / 2);
    InboxCounts counts = counts().getFirst();
    assertThat(counts.lastSequence()).isEqualTo(MESSAGES);
    assertThat(counts.consumed()).isEqualTo(MESSAGES);
    assertThat(client.step("r", "send").orElseThrow().attempt()).isGreaterThan(1);
  }

  private long consumed() {
    return counts().stream().mapToLong(InboxCounts::consumed).sum();
  }

  private List<InboxCounts> counts() {
    return store.provider.capability(DurableInbox.class).orElseThrow().counts("r");
  }

  private static int effects(Ledger ledger) {
    try {
      return ledger.effects();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
