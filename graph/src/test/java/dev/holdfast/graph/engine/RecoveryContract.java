// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.graph.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.graph.GraphClient;
import dev.holdfast.graph.Graphs;
import dev.holdfast.graph.RecoveryService;
import dev.holdfast.graph.RunFailedException;
import dev.holdfast.graph.RunStatusException;
import dev.holdfast.graph.plan.RecoveryPlan;
import dev.holdfast.provider.state.RunSummary;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs that nothing in the store moves any more are found and brought back, once. */
@Timeout(180)
abstract class RecoveryContract extends OnFreshStore {

  private Graphs.Builder builder() {
    return calc.register(Graphs.builder(store.provider))
        .graph(Tampering.current().graph(Calc.FORK))
        .settings(Store.quick());
  }

  private void leaveBehind(String runId) {
    LeftBehind.fork(store.provider, runId);
  }

  @Test
  void aRunThatNobodyMovesIsFoundAndGoesOnWithoutRepeatingWhatIsCompleted() throws Exception {
    leaveBehind("r");
    GraphClient client = Graphs.client(store.provider, Calc.FORK);
    RecoveryService recovery = client.recovery();
    assertThat(recovery.findStuck(Duration.ZERO, 10, null).runs())
        .extracting(RunSummary::runId)
        .containsExactly("r");
    assertThat(recovery.findStuck(Duration.ofHours(1), 10, null).runs()).isEmpty();
    assertThat(recovery.canResume("r")).isTrue();
    assertThat(recovery.plan("r").steps())
        .extracting(RecoveryPlan.StepRecovery::action)
        .containsExactly(
            RecoveryPlan.Action.NOTHING,
            RecoveryPlan.Action.RUN_AGAIN,
            RecoveryPlan.Action.SCHEDULE_AGAIN);

    recovery.resume("r");
    recovery.resume("r"); // a second recoverer changes nothing
    assertThat(recovery.findStuck(Duration.ZERO, 10, null).runs()).isEmpty();
    store.start(builder().leavesStuckRuns());
    assertThat(client.await("r", Store.LONG).required("n").intValue()).isEqualTo(3_004);
    assertThat(calc.done).containsExactlyInAnyOrder("r left 2", "r right 1", "r join 1");
    assertThat(client.run("r").orElseThrow().attempt()).isEqualTo(2);
  }

  @Test
  void workersFindStuckRunsByThemselvesAndTogetherRecoverEachOnce() throws Exception {
    for (int i = 0; i < 20; i++) {
      leaveBehind("r" + i);
    }
    GraphClient client = Graphs.client(store.provider, Calc.FORK);
    for (int i = 0; i < 3; i++) {
      store.start(builder().recoversStuckRuns(Duration.ZERO, Duration.ofMillis(50)));
    }
    for (int i = 0; i < 20; i++) {
      assertThat(client.await("r" + i, Store.LONG).required("n").intValue()).isEqualTo(3_004);
      assertThat(client.run("r" + i).orElseThrow().attempt()).isEqualTo(2);
    }
    assertThat(calc.done).hasSize(60).doesNotHaveDuplicates();
  }

  @Test
  void aRunThatIsStuckTooOftenIsGivenUpWithTheReason() {
    leaveBehind("r");
    store.start(
        builder().maxRunAttempts(1).recoversStuckRuns(Duration.ZERO, Duration.ofMillis(50)));
    GraphClient client = Graphs.client(store.provider, Calc.FORK);
    assertThatThrownBy(() -> client.await("r", Store.LONG))
        .isInstanceOf(RunFailedException.class)
        .hasMessageContaining("it had 1 attempt, and 1 is allowed");
    assertThat(calc.done).isEmpty();
  }

  @Test
  void aRunThatIsUnderWayIsNotStuckAndRecoveringItHarmsNothing() throws Exception {
    java.util.concurrent.CountDownLatch goOn = new java.util.concurrent.CountDownLatch(1);
    // Both are held: a step that moves would make what the recoverer has seen outdated.
    calc.on("left", context -> goOn.await());
    calc.on("right", context -> goOn.await());
    Graphs graphs = store.start(builder().leavesStuckRuns());
    GraphClient client = graphs.client();
    client.start(Calc.FORK, "r", Map.of("n", 1));
    Store.await(() -> calc.times("r", "left") == 1 && calc.times("r", "right") == 1);
    assertThat(client.recovery().findStuck(Duration.ZERO, 10, null).runs()).isEmpty();
    client.recovery().resume("r"); // somebody insists
    Store.await(() -> client.run("r").orElseThrow().attempt() == 2);
    goOn.countDown();
    assertThat(client.await("r", Store.LONG).required("n").intValue()).isEqualTo(3_004);
    assertThat(calc.times("r", "first")).isOne();
    assertThat(calc.times("r", "join")).isOne();
  }

  @Test
  void whatHasEndedForGoodIsNotRecovered() throws Exception {
    GraphClient client = store.start(builder()).client();
    client.start(Calc.FORK, "r", Map.of("n", 1));
    client.await("r", Store.LONG);
    assertThat(client.recovery().canResume("r")).isFalse();
    assertThatThrownBy(() -> client.recovery().resume("r"))
        .isInstanceOf(RunStatusException.class)
        .hasMessageContaining("for good");
  }
}
