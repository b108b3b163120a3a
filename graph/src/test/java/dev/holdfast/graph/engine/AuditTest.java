// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.graph.GraphClient;
import dev.holdfast.graph.GraphDefinition;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.RetryPolicy;
import dev.holdfast.graph.RunFailedException;
import dev.holdfast.provider.state.AuditFilter;
import dev.holdfast.provider.state.AuditLog;
import dev.holdfast.provider.state.AuditQuery;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Transitions are in the audit log, and a broken one changes nothing. */
@Timeout(120)
class AuditTest {

  private final Calc calc = new Calc();
  @TempDir Path directory;
  private Store store;

  @BeforeEach
  void openStore() {
    store = Store.sqlite(directory);
  }

  @AfterEach
  void closeStore() throws Exception {
    store.close();
  }

  private GraphClient work() {
    return store
        .start(
            calc.register(Graphs.builder(store.provider))
                .graph(Calc.BRANCH)
                .settings(Store.quick()))
        .client();
  }

  private AuditLog audit() {
    return store.provider.capability(AuditLog.class).orElseThrow();
  }

  @Test
  void eachTransitionHasAnEntry() throws Exception {
    GraphClient client = work();
    client.start(Calc.BRANCH, "r", Map.of("n", 4));
    client.await("r", Store.LONG);
    String[] expected = {
      "run.running null",
      "step.scheduled small",
      "step.completed small",
      "step.skipped great",
      "step.skipped after-great",
      "step.scheduled end",
      "step.completed end",
      "run.completed null"
    };
    assertThat(typesUntilThere("r", expected)).containsOnlyOnce(expected);
  }

  @Test
  void whatPeopleDoToARunHasAnEntryToo() throws Exception {
    GraphDefinition fork = Calc.fork(RetryPolicy.none(), Duration.ofMinutes(1));
    AtomicBoolean broken = new AtomicBoolean(true);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    calc.on(
        "left",
        context -> {
          begun.countDown();
          goOn.await();
          if (broken.getAndSet(false)) {
            throw new IllegalStateException("broken");
          }
        });
    GraphClient client =
        store
            .start(
                calc.register(Graphs.builder(store.provider)).graph(fork).settings(Store.quick()))
            .client();
    client.start(fork, "r", Map.of("n", 4));
    begun.await();
    client.pause("r");
    client.resume("r");
    goOn.countDown();
    assertThatThrownBy(() -> client.await("r", Store.LONG)).isInstanceOf(RunFailedException.class);
    client.restart("r");
    client.await("r", Store.LONG);
    // Not that the step has failed: the turn of the resumption may see it before its message is
    // read.
    String[] expected = {
      "step.running left",
      "run.paused null",
      "run.failed null",
      "run.recovering null",
      "run.completed null"
    };
    assertThat(typesUntilThere("r", expected)).contains(expected);
  }

  /**
   * Each worker tells what it has done afterwards, so that the last is not the last to be there.
   */
  private List<String> typesUntilThere(String runId, String... expected) {
    AuditFilter ofRun = AuditFilter.builder().runId(runId).build();
    List<String> types = new ArrayList<>();
    Store.await(() -> {
      audit().flush(Store.LONG);
      types.clear();
      audit().query(AuditQuery.oldest(ofRun, 100)).rows().stream()
          .map(row -> row.entry().type() + " " + row.entry().stepId())
          .forEach(types::add);
      return types.containsAll(List.of(expected));
    });
    return types;
  }

  @Test
  void aStepThatHasFailedHasAnEntry() throws Exception {
    GraphDefinition fork = Calc.fork(RetryPolicy.none(), Duration.ofMinutes(1));
    CountDownLatch goOn = new CountDownLatch(1);
    calc.on(
        "left",
        context -> {
          goOn.await();
          throw new IllegalStateException("broken");
        });
    GraphClient client =
        store
            .start(
                calc.register(Graphs.builder(store.provider)).graph(fork).settings(Store.quick()))
            .client();
    client.start(fork, "r", Map.of("n", 4));
    // No other turn is left that could see the failed step before its message is read.
    typesUntilThere("r", "step.completed right");
    goOn.countDown();
    assertThatThrownBy(() -> client.await("r", Store.LONG)).isInstanceOf(RunFailedException.class);
    String[] expected = {"step.running left", "step.failed left", "run.failed null"};
    assertThat(typesUntilThere("r", expected)).contains(expected);
  }

  @Test
  void aBrokenAuditTableChangesNothing() throws Exception {
    GraphClient client = work();
    store.dropAuditTable();
    for (int i = 0; i < 20; i++) {
      client.start(Calc.BRANCH, "r" + i, Map.of("n", i));
    }
    for (int i = 0; i < 20; i++) {
      int expected = i < 10 ? i * 2 + 1 : i + 3;
      assertThat(client.await("r" + i, Store.LONG).required("n").intValue()).isEqualTo(expected);
    }
    assertThat(audit().counts().offered()).isPositive();
    assertThat(audit().counts().stored()).isZero();
  }
}
