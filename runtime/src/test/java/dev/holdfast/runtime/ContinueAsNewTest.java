// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContinueAsNewTest extends OnSqlite {

  record State(int round, String collected) {}

  static final Orchestration<State, String> ROUNDS =
      Orchestration.named(
          "rounds",
          State.class,
          String.class,
          (ctx, state) -> {
            String next = state.collected() + ctx.event("e", String.class).await();
            if (state.round() < 3) {
              return ctx.continueAsNew(new State(state.round() + 1, next));
            }
            return next + " in execution " + ctx.executionId();
          });

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void eventsThatNobodyWaitedForGoAlong(int cacheSize) throws Exception {
    HoldfastClient client = work(b -> b.orchestration(ROUNDS).cacheSize(cacheSize)).client();
    for (String value : List.of("a", "b", "c", "d")) {
      client.raise("x", "e", value, RaiseOptions.defaults().waitingForStart());
    }
    client.start(ROUNDS, "x", new State(1, ""));
    assertThat(client.await(ROUNDS, "x", LONG)).isEqualTo("abc in execution 3");
    assertThat(kinds("x", 1))
        .containsExactly(
            "OrchestrationStarted",
            "EventRaised",
            "EventRaised",
            "EventRaised",
            "EventRaised",
            "ContinuedAsNew");
    assertThat(kinds("x", 2)).containsExactly("OrchestrationStarted", "ContinuedAsNew");
    assertThat(client.status("x").executionId()).isEqualTo(3);
  }

  @Test
  void eventsRaisedOneByOneReachTheExecutionOfTheDay() throws Exception {
    HoldfastClient client = work(b -> b.orchestration(ROUNDS)).client();
    client.start(ROUNDS, "x", new State(1, ""));
    for (String value : List.of("a", "b", "c")) {
      client.raise("x", "e", value, RaiseOptions.defaults().waitingForStart());
    }
    assertThat(client.await(ROUNDS, "x", LONG)).isEqualTo("abc in execution 3");
  }

  @Test
  void aRequestToCancelBehindTheEndOfAnExecutionReachesTheNext() throws Exception {
    Orchestration<Integer, String> turns =
        Orchestration.named(
            "turns",
            Integer.class,
            String.class,
            (ctx, n) -> {
              if (n == 0) {
                return ctx.continueAsNew(1);
              }
              return ctx.event("never", String.class).await();
            });
    HoldfastClient client = closing(HoldfastClient.on(provider, DataConverter.jackson()));
    client.start(turns, "x", 0);
    client.cancel("x", "stop");
    work(b -> b.orchestration(turns));
    assertThat(client.awaitStatus("x", LONG).state()).isEqualTo(InstanceState.CANCELLED);
    assertThat(client.status("x").executionId()).isEqualTo(2);
  }

  @Test
  void timersOfAnEarlierExecutionDoNotReachTheNext() throws Exception {
    Orchestration<Integer, String> timed =
        Orchestration.named(
            "timed",
            Integer.class,
            String.class,
            (ctx, n) -> {
              DurableFuture<?> timer = ctx.timer(Duration.ofHours(n == 0 ? 1 : 2));
              if (n == 0) {
                return ctx.continueAsNew(1);
              }
              return "" + ctx.select(List.of(timer, ctx.event("e", String.class)));
            });
    HoldfastClient client = work(b -> b.orchestration(timed)).client();
    client.start(timed, "x", 0);
    await(() -> kinds("x", 2).contains("TimerCreated"));
    clock.advance(Duration.ofHours(1));
    client.raise("x", "e", "");
    assertThat(client.await(timed, "x", LONG)).isEqualTo("1");
    assertThat(kinds("x", 2)).doesNotContain("TimerFired");
  }

  @Test
  void aChildThatContinuesAsNewAnswersItsParentInTheEnd() throws Exception {
    Orchestration<Integer, Integer> child =
        Orchestration.named(
            "child",
            Integer.class,
            Integer.class,
            (ctx, n) -> n < 3 ? ctx.<Integer>continueAsNew(n + 1) : n * 100);
    Orchestration<Integer, Integer> parent =
        Orchestration.named(
            "parent", Integer.class, Integer.class, (ctx, n) -> ctx.child(child, n).await());
    HoldfastClient client = work(b -> b.orchestration(parent).orchestration(child)).client();
    client.start(parent, "p", 1);
    assertThat(client.await(parent, "p", LONG)).isEqualTo(300);
  }

  @Test
  void childrenOfDifferentExecutionsHaveDifferentIds() throws Exception {
    Orchestration<Integer, Integer> child =
        Orchestration.named("child", Integer.class, Integer.class, (ctx, n) -> n);
    Orchestration<Integer, Integer> parent =
        Orchestration.named(
            "parent",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              int got = ctx.child(child, n).await();
              return got == 3 ? got : ctx.continueAsNew(got + 1);
            });
    HoldfastClient client =
        work(b -> b.orchestration(child).orchestration(parent).cacheSize(0)).client();
    client.start(parent, "x", 1);
    assertThat(client.await(parent, "x", LONG)).isEqualTo(3);
    assertThat(kinds("x/2")).hasSize(2);
    assertThat(kinds("x/3.2")).hasSize(2);
  }
}
