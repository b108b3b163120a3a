// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.streams.AccountEvent;
import dev.holdfast.streams.EventSourcing;
import dev.holdfast.streams.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Runners share the shards of a projection. */
abstract class RunnerContract extends BankContract {

  private static final Duration WAIT = Duration.ofSeconds(60);
  private static final RunnerSettings QUICK =
      RunnerSettings.defaults().withPageSize(3).withPause(Duration.ofMillis(5));

  private EventSourcing otherProcess() {
    return closing(EventSourcing.builder(store.openHandle()).snapshotEvery(0).build());
  }

  @Test
  @Promise({"ES-21", "ES-26"})
  void anyNumberOfRunnersFoldEachEventOnce() throws Exception {
    Projector<AccountEvent, Balance> here = Projector.on(events, Balance.of(name), 3);
    Projector<AccountEvent, Balance> there = Projector.on(otherProcess(), Balance.of(name), 3);
    fill(6, 20);
    try (ProjectionRunner one = here.start(QUICK);
        ProjectionRunner two = there.start(QUICK)) {
      for (int i = 0; i < 20; i++) {
        deposit("a-" + i % 6, i);
      }
      here.await(deposit("a-1", 7).appended().lastPosition(), WAIT);
      // What was awaited is in the row, whoever has folded it.
      assertThat(there.row("a-1")).contains(expected(6).get("a-1"));
      assertThat(one.isWell() && two.isWell()).isTrue();
    }
    assertThat(here.rows()).isEqualTo(expected(6));
    assertThat(here.verify().differences()).isEmpty();
  }

  @Test
  @Promise("ES-21")
  void whatIsClosedGivesItsShardsToOthersAtOnce() throws Exception {
    Projector<AccountEvent, Balance> here = Projector.on(events, Balance.of(name));
    Projector<AccountEvent, Balance> there = Projector.on(otherProcess(), Balance.of(name));
    RunnerSettings patient = QUICK.withLease(Duration.ofHours(1));
    try (ProjectionRunner one = here.start(patient)) {
      here.await(deposit("a-0", 1).appended().lastPosition(), WAIT);
      assertThat(one.shards())
          .extracting(ShardHealth::state)
          .doesNotContain(ShardHealth.State.STANDBY);
    }
    try (ProjectionRunner two = there.start(patient)) {
      there.await(deposit("a-0", 2).appended().lastPosition(), WAIT);
    }
    assertThat(here.row("a-0")).contains(new Balance(3, 2));
  }

  /** It is left behind, even if it does not hear an interrupt, and another one goes on. */
  @Test
  @Promise("ES-21")
  void aHandlerThatHangsDoesNotKeepARunnerFromClosing() throws Exception {
    Semaphore goOn = new Semaphore(0);
    Projection<AccountEvent, Balance> hanging =
        Balance.builder(name)
            .handler((event, rows) -> {
              goOn.acquireUninterruptibly();
              return Balance.changes(event, rows);
            });
    fill(1, 1);
    ProjectionRunner runner =
        Projector.on(events, hanging).start(QUICK.withCloseWithin(Duration.ofMillis(1)));
    while (!goOn.hasQueuedThreads()) {
      Thread.onSpinWait();
    }
    runner.close();
    assertThat(goOn.hasQueuedThreads()).isTrue();
    goOn.release(1_000);

    Projector<AccountEvent, Balance> there = Projector.on(otherProcess(), Balance.of(name));
    try (ProjectionRunner other = there.start(QUICK)) {
      there.await(deposit("a-0", 2).appended().lastPosition(), WAIT);
    }
    assertThat(there.rows()).isEqualTo(expected(1));
  }

  /** The page of a runner that sleeps over the end of its lease is refused. */
  @Test
  @Promise("ES-21")
  void aRunnerThatWakesUpLateWritesNothing() throws Exception {
    AtomicReference<Runnable> asleep = new AtomicReference<>(() -> {});
    Projection<AccountEvent, Balance> sleepy =
        Balance.builder(name)
            .handler((event, rows) -> {
              asleep.getAndSet(() -> {}).run();
              return Balance.changes(event, rows);
            });
    fill(2, 8);
    Projector<AccountEvent, Balance> theirs = Projector.on(otherProcess(), Balance.of(name));
    RunnerSettings brief = QUICK.withLease(Duration.ofMillis(200));
    ShardRunner<AccountEvent, Balance> first =
        Projector.on(events, sleepy).shardRunner(0, brief, "first");
    ShardRunner<AccountEvent, Balance> second =
        theirs.shardRunner(0, QUICK.withLease(Duration.ofHours(1)), "second");
    List<ShardHealth.State> states = new ArrayList<>();
    asleep.set(() -> {
      // The lease ends by the store's clock, and the other one takes over.
      while (theirs.rows().isEmpty()) {
        second.turn();
        states.add(second.health().state());
      }
    });
    while (theirs.rows().isEmpty()) {
      first.turn();
    }
    assertThat(states).endsWith(ShardHealth.State.RUNNING);
    assertThat(theirs.verify().differences()).isEmpty();
    first.turn();
    assertThat(first.health().state()).isEqualTo(ShardHealth.State.STANDBY);
    while (!theirs.rows().equals(expected(2))) {
      second.turn();
    }
    second.release();
    first.release();
  }

  @Test
  @Promise("ES-21")
  void rowsOfAnotherBuildAreLeftAlone() {
    Projector<AccountEvent, Balance> old = Projector.on(events, Balance.of(name));
    fill(1, 2);
    old.catchUp();
    ShardRunner<AccountEvent, Balance> runner =
        Projector.on(events, Balance.builder(name).build(2).handler(Balance::changes))
            .shardRunner(0, QUICK, "new");
    deposit("a-0", 5);
    runner.turn();
    assertThat(runner.health().state()).isEqualTo(ShardHealth.State.OTHER_BUILD);
    assertThat(old.row("a-0")).contains(new Balance(3, 3));
  }
}
