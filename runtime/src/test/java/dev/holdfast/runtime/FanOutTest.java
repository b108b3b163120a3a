// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Fan-outs with a limit, and selections. */
class FanOutTest extends OnSqlite {

  private static final Activity<Integer, Integer> SQUARE =
      Activity.named("square", Integer.class, Integer.class);
  private static final TypeRef<Integer> NUMBER = new TypeRef<>() {};
  private static final TypeRef<List<String>> TEXTS = new TypeRef<>() {};

  private final AtomicInteger began = new AtomicInteger();
  private final CountDownLatch interrupted = new CountDownLatch(1);

  private HoldfastClient client(Orchestration<?, ?> code, int cacheSize) {
    return work(b ->
            b.orchestration(code)
                .cacheSize(cacheSize)
                .activity(
                    SQUARE,
                    (actx, n) -> {
                      began.incrementAndGet();
                      if (n < 0) {
                        throw new IllegalArgumentException("negative");
                      }
                      if (n == 1_000) {
                        try {
                          new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                          interrupted.countDown();
                          throw e;
                        }
                      }
                      return n * n;
                    }))
        .client();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void resultsAreInOrderAndNoMoreThanTheLimitIsOpen(int cacheSize) throws Exception {
    Orchestration<Integer, List<String>> fan =
        Orchestration.named(
            "fan",
            NUMBER,
            TEXTS,
            (ctx, n) ->
                ctx
                    .fanOut(IntStream.range(0, n).boxed().toList(), 3, i -> ctx.call(SQUARE, i))
                    .stream()
                    .map(String::valueOf)
                    .toList());
    HoldfastClient client = client(fan, cacheSize);
    client.start(fan, "x", 20);
    client.start(fan, "empty", 0);
    assertThat(client.await(fan, "x", LONG))
        .isEqualTo(IntStream.range(0, 20).mapToObj(i -> "" + i * i).toList());
    assertThat(client.await(fan, "empty", LONG)).isEmpty();
    int open = 0;
    for (String kind : kinds("x")) {
      open += kind.equals("ActivityScheduled") ? 1 : kind.equals("ActivityCompleted") ? -1 : 0;
      assertThat(open).isBetween(0, 3);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void theFirstFailureEndsItAndCancelsTheOthers(int cacheSize) throws Exception {
    Orchestration<Integer, String> fan =
        Orchestration.named(
            "fan",
            Integer.class,
            String.class,
            (ctx, n) -> {
              try {
                return "" + ctx.fanOut(List.of(1_000, -1, 2, 3), 2, i -> ctx.call(SQUARE, i));
              } catch (ActivityFailedException e) {
                return e.failure().toString();
              }
            });
    HoldfastClient client = client(fan, cacheSize);
    client.start(fan, "x", 0);
    assertThat(client.await(fan, "x", LONG))
        .isEqualTo("java.lang.IllegalArgumentException: negative");
    assertThat(kinds("x")).contains("ActivityCancelled");
    assertThat(kinds("x").stream().filter("ActivityScheduled"::equals)).hasSize(2);
  }

  @Test
  void failuresAreCollectedWhereTheyAreToBe() throws Exception {
    Orchestration<Integer, List<String>> fan =
        Orchestration.named(
            "fan",
            NUMBER,
            TEXTS,
            (ctx, n) -> {
              List<Settled<Integer>> all =
                  ctx.fanOutSettled(List.of(1, -2, 3), 2, i -> ctx.call(SQUARE, i));
              assertThatThrownBy(() -> all.get(1).get())
                  .isInstanceOf(ActivityFailedException.class);
              return all.stream()
                  .map(one ->
                      switch (one) {
                        case Settled.Succeeded<Integer>(Integer square) -> "" + square;
                        case Settled.Failed<Integer>(RuntimeException error) ->
                            error.getClass().getSimpleName();
                      })
                  .toList();
            });
    HoldfastClient client = client(fan, 0);
    client.start(fan, "x", 0);
    assertThat(client.await(fan, "x", LONG)).containsExactly("1", "ActivityFailedException", "9");
  }

  @Test
  void aLimitBelowOneIsRefused() throws Exception {
    Orchestration<Integer, String> fan =
        Orchestration.named(
            "fan",
            Integer.class,
            String.class,
            (ctx, n) -> {
              assertThatThrownBy(() -> ctx.fanOut(List.of(1), 0, i -> ctx.call(SQUARE, i)))
                  .isInstanceOf(IllegalArgumentException.class);
              return "refused";
            });
    HoldfastClient client = client(fan, 0);
    client.start(fan, "x", 0);
    assertThat(client.await(fan, "x", LONG)).isEqualTo("refused");
    assertThat(began).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void aSelectionMakesItsAnswerOfTheFirst(int cacheSize) throws Exception {
    Orchestration<Integer, String> race =
        Orchestration.named(
            "race",
            Integer.class,
            String.class,
            (ctx, n) ->
                ctx.select(ctx.event("paid", Integer.class), paid -> "paid " + paid)
                    .or(ctx.timer(Duration.ofDays(1)), none -> "expired")
                    .await());
    HoldfastClient client = client(race, cacheSize);
    client.start(race, "x", 0);
    client.start(race, "y", 0);
    client.raise("x", "paid", 7);
    assertThat(client.await(race, "x", LONG)).isEqualTo("paid 7");
    assertThat(kinds("x")).contains("TimerCancelled");
    awaitEvents("y", "TimerCreated", 1);
    clock.advance(Duration.ofDays(2));
    assertThat(client.await(race, "y", LONG)).isEqualTo("expired");
  }

  @Test
  void anyOfAnswersTheFutureThatWasFirst() throws Exception {
    Orchestration<Integer, String> race =
        Orchestration.named(
            "race",
            Integer.class,
            String.class,
            (ctx, n) -> {
              DurableFuture<String> a = ctx.event("a", String.class);
              DurableFuture<String> b = ctx.event("b", String.class);
              DurableFuture<String> first = ctx.anyOf(List.of(a, b)).await();
              assertThat(first).isSameAs(b);
              return first.await();
            });
    HoldfastClient client = client(race, 0);
    client.start(race, "x", 0);
    client.raise("x", "b", "B");
    assertThat(client.await(race, "x", LONG)).isEqualTo("B");
  }
}
