// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.graph.GraphClient;
import dev.holdfast.graph.Graphs;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StepStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes share a store, and die. */
@Timeout(540)
abstract class ProcessesContract {

  private static final int RUNS = 60;
  private static final int ELEMENTS = 6;

  /** range, sum, and two steps for each element. */
  private static final int STEPS = 2 + 2 * ELEMENTS;

  private static final Duration LONGER = Duration.ofMinutes(5);

  /** Longer than a machine stalls, so that a step that is done twice is a mistake. */
  private static final Duration NEVER_LOST = Duration.ofMinutes(10);

  /** What a killed process held is soon free. */
  private static final Duration SOON_FREE = Duration.ofSeconds(2);

  private final List<WorkerProcess> launched = new ArrayList<>();
  @TempDir Path directory;
  private Store store;
  private GraphClient client;

  abstract Store open(Path directory);

  @BeforeEach
  void openStore() {
    store = open(directory);
    client = Graphs.client(store.provider, Calc.FAN, Calc.FORK);
  }

  @AfterEach
  void closeAll() throws Exception {
    for (WorkerProcess process : launched) {
      process.kill();
    }
    store.close();
  }

  private WorkerProcess launch(String name, Duration lockFor) throws Exception {
    WorkerProcess process = WorkerProcess.launch(store.url(), ledgerFile(), name, lockFor);
    launched.add(process);
    return process;
  }

  private Path ledgerFile() {
    return directory.resolve("ledger.db");
  }

  private void startAll() {
    for (int i = 0; i < RUNS; i++) {
      client.start(Calc.FAN, "run-" + i, Map.of("n", ELEMENTS));
    }
  }

  /** The outputs are those of an undisturbed run, and every step is completed. */
  private void checkAll() throws Exception {
    int undisturbed = ELEMENTS * (ELEMENTS - 1) + 2 * ELEMENTS;
    for (int i = 0; i < RUNS; i++) {
      String id = "run-" + i;
      assertThat(client.await(id, LONGER).required("n").intValue()).isEqualTo(undisturbed);
      assertThat(client.run(id).orElseThrow().status()).isEqualTo(RunStatus.COMPLETED);
      assertThat(client.steps(id))
          .hasSize(STEPS + 1 + ELEMENTS)
          .allMatch(step -> step.status() == StepStatus.COMPLETED);
    }
    assertThat(client.recovery().findStuck(Duration.ZERO, 10, null).runs()).isEmpty();
  }

  @Test
  void twoProcessesShareRunsAndDoEachStepOnce() throws Exception {
    try (Ledger ledger = new Ledger(ledgerFile())) {
      startAll();
      WorkerProcess one = launch("one", NEVER_LOST);
      WorkerProcess two = launch("two", NEVER_LOST);
      checkAll();
      assertThat(ledger.effects()).isEqualTo(RUNS * STEPS);
      assertThat(ledger.executions()).isEqualTo(RUNS * STEPS);
      assertThat(ledger.processes()).isEqualTo(2);
      assertThat(one.end()).isZero();
      assertThat(two.end()).isZero();
    }
  }

  @Test
  void processesThatAreKilledLoseNothingAndDoEachEffectOnce() throws Exception {
    Random random = new Random(11);
    try (Ledger ledger = new Ledger(ledgerFile())) {
      startAll();
      WorkerProcess steady = launch("steady", SOON_FREE);
      int kills = 0;
      for (int after = 60; after < RUNS * STEPS; after += 120 + random.nextInt(60)) {
        WorkerProcess victim = launch("victim-" + kills++, SOON_FREE);
        int effects = after;
        Store.await(() -> effects(ledger) >= effects);
        victim.kill();
      }
      steady.kill();
      WorkerProcess last = launch("last", SOON_FREE);
      checkAll();
      // A step whose worker died before the store knew of it is done again, under the same key.
      assertThat(ledger.effects()).isEqualTo(RUNS * STEPS);
      assertThat(last.end()).isZero();
    }
  }

  @Test
  void aStepWhoseWorkerDiedIsDoneAsItsNextAttempt() throws Exception {
    client.start(Calc.FORK, "hangs", Map.of("n", 1));
    WorkerProcess process = launch("killed", SOON_FREE);
    Store.await(() -> Files.exists(directory.resolve("hanging")));
    process.kill();
    Calc calc = new Calc();
    store.start(
        calc.register(Graphs.builder(store.provider)).graph(Calc.FORK).settings(Store.quick()));
    assertThat(client.await("hangs", LONGER).required("n").intValue()).isEqualTo(3_004);
    assertThat(calc.done)
        .containsExactlyInAnyOrder(
            "hangs first 2", "hangs left 1", "hangs right 1", "hangs join 1");
    assertThat(client.step("hangs", "first").orElseThrow().attempt()).isEqualTo(2);
    assertThat(client.run("hangs").orElseThrow().attempt()).isOne();
  }

  private static int effects(Ledger ledger) {
    try {
      return ledger.effects();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
