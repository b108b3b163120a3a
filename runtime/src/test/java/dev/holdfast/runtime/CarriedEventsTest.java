// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.History;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Raised events over continue-as-new: none is lost, the order stays, and carrying costs little. */
class CarriedEventsTest extends OnSqlite {

  record State(int left, List<String> got) {
    State and(String value) {
      List<String> more = new ArrayList<>(got);
      more.add(value);
      return new State(left - 1, more);
    }
  }

  /** One event per execution, its name by turns. */
  private static Orchestration<State, State> alternating(String... names) {
    return Orchestration.named(
        "alternating",
        State.class,
        State.class,
        (ctx, state) -> {
          String name = names[state.left() % names.length];
          State next = state.and(ctx.event(name, String.class).await());
          return next.left() == 0 ? next : ctx.continueAsNew(next);
        });
  }

  @Test
  void eventsThatTogetherAreOverThePayloadLimitGoAlong() throws Exception {
    Orchestration<Integer, Integer> sizes =
        Orchestration.named(
            "sizes",
            Integer.class,
            Integer.class,
            (ctx, left) -> {
              int size = ctx.event("e", String.class).await().length();
              return left == 1 ? size : ctx.continueAsNew(left - 1);
            });
    HoldfastClient client = closing(HoldfastClient.on(provider, DataConverter.jackson()));
    String large = "x".repeat(provider.info().limits().maxPayloadBytes() / 2);
    for (int i = 0; i < 4; i++) {
      client.raise("x", "e", large, RaiseOptions.defaults().waitingForStart());
    }
    client.start(sizes, "x", 4);
    assertThat(work(b -> b.orchestration(sizes)).client().await(sizes, "x", LONG))
        .isEqualTo(large.length());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void theHistoriesGrowWithTheEventsAndNotWithTheirSquare(int cacheSize) throws Exception {
    int events = 200;
    Intercepted store = new Intercepted(provider);
    AtomicLong read = new AtomicLong();
    store.around((name, arguments, real) -> {
      Object result = real.call();
      if (result instanceof History history) {
        read.addAndGet(history.events().size());
      }
      return result;
    });
    HoldfastClient client = closing(HoldfastClient.on(provider, DataConverter.jackson()));
    IntStream.range(0, events)
        .forEach(i -> client.raise("x", "e", "" + i, RaiseOptions.defaults().waitingForStart()));
    Orchestration<State, State> code = alternating("e");
    client.start(code, "x", new State(events, List.of()));
    Holdfast worker = work(store.provider(), b -> b.orchestration(code).cacheSize(cacheSize));
    assertThat(worker.client().await(code, "x", LONG).got())
        .containsExactlyElementsOf(IntStream.range(0, events).mapToObj(i -> "" + i).toList());
    long stored = LongStream.rangeClosed(1, events).map(n -> history("x", n).size()).sum();
    assertThat(stored).isLessThanOrEqualTo(3L * events);
    assertThat(read.get()).isLessThanOrEqualTo(20L * events);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void eachNameKeepsItsOrderOverExecutions(int cacheSize) throws Exception {
    int events = 24;
    Orchestration<State, State> code = alternating("a", "b", "c");
    Holdfast worker = work(b -> b.orchestration(code).cacheSize(cacheSize));
    HoldfastClient client = worker.client();
    // The code takes them in turns; here they come in another order, some early, some late.
    for (int i = 0; i < events / 6; i++) {
      client.raise("x", "a", "a" + i, RaiseOptions.defaults().waitingForStart());
      client.raise("x", "b", "b" + i, RaiseOptions.defaults().waitingForStart());
      client.raise("x", "c", "c" + i, RaiseOptions.defaults().waitingForStart());
    }
    client.start(code, "x", new State(events, List.of()));
    for (String name : List.of("c", "b", "a")) {
      for (int i = events / 6; i < events / 3; i++) {
        client.raise("x", name, name + i, RaiseOptions.defaults().waitingForStart());
      }
    }
    List<String> got = client.await(code, "x", LONG).got();
    for (String name : List.of("a", "b", "c")) {
      assertThat(got.stream().filter(value -> value.startsWith(name)))
          .containsExactlyElementsOf(
              IntStream.range(0, events / 3).mapToObj(i -> name + i).toList());
    }
  }

  @Test
  void severalWaitsOfOneExecutionTakeWhatWasLeftInOrder() throws Exception {
    Orchestration<Integer, String> pairs =
        Orchestration.named(
            "pairs",
            Integer.class,
            String.class,
            (ctx, round) -> {
              if (round == 0) {
                String first = ctx.event("e", String.class).await();
                assertThat(first).isEqualTo("0");
                return ctx.continueAsNew(1);
              }
              List<DurableFuture<String>> waits =
                  IntStream.range(0, 4).mapToObj(i -> ctx.event("e", String.class)).toList();
              ctx.timer(Duration.ZERO).await();
              return String.join("", ctx.allOf(waits).await());
            });
    HoldfastClient client = work(b -> b.orchestration(pairs)).client();
    for (int i = 0; i < 3; i++) {
      client.raise("x", "e", "" + i, RaiseOptions.defaults().waitingForStart());
    }
    client.start(pairs, "x", 0);
    awaitEvents("x", "ContinuedAsNew", 1);
    client.raise("x", "e", "3", RaiseOptions.defaults().waitingForStart());
    client.raise("x", "e", "4", RaiseOptions.defaults().waitingForStart());
    assertThat(client.await(pairs, "x", LONG)).isEqualTo("1234");
  }
}
