// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CombinedTest extends OnSqlite {

  static final Activity<Integer, Integer> SQUARE =
      Activity.named("square", Integer.class, Integer.class);
  static final Activity<Integer, Integer> HANG =
      Activity.named("hang", Integer.class, Integer.class);

  private final CountDownLatch hanging = new CountDownLatch(1);
  private final CountDownLatch interrupted = new CountDownLatch(1);

  private HoldfastClient client(Orchestration<?, ?> orchestration, int cacheSize) {
    return work(b ->
            b.orchestration(orchestration)
                .cacheSize(cacheSize)
                .activity(
                    SQUARE,
                    (actx, n) -> {
                      if (n < 0) {
                        throw new IllegalArgumentException("negative");
                      }
                      return n * n;
                    })
                .activity(
                    HANG,
                    (actx, n) -> {
                      try {
                        hanging.countDown();
                        new CountDownLatch(1).await();
                      } catch (InterruptedException e) {
                        assertThat(actx.isCancelled()).isTrue();
                        interrupted.countDown();
                        throw e;
                      }
                      return n;
                    }))
        .client();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void allOfAnswersInTheOrderOfTheList(int cacheSize) throws Exception {
    Orchestration<Integer, List<Integer>> fan =
        Orchestration.named(
            "fan",
            new TypeRef<Integer>() {},
            new TypeRef<List<Integer>>() {},
            (ctx, n) -> {
              List<DurableFuture<Integer>> squares = new ArrayList<>();
              for (int i = 0; i < n; i++) {
                squares.add(ctx.call(SQUARE, i));
              }
              return ctx.allOf(squares).await();
            });
    HoldfastClient client = client(fan, cacheSize);
    client.start(fan, "x", 100);
    client.start(fan, "empty", 0);
    assertThat(client.await(fan, "x", LONG))
        .isEqualTo(IntStream.range(0, 100).mapToObj(i -> i * i).toList());
    assertThat(client.await(fan, "empty", LONG)).isEmpty();
  }

  @Test
  void allOfFailsAsSoonAsOneFails() throws Exception {
    Orchestration<Integer, String> fan =
        Orchestration.named(
            "fan",
            Integer.class,
            String.class,
            (ctx, n) -> {
              DurableFuture<List<Integer>> hangs = ctx.allOf(List.of(ctx.call(HANG, 1)));
              ctx.event("hangs", String.class).await();
              DurableFuture<List<Integer>> nested =
                  ctx.allOf(List.of(ctx.call(SQUARE, 2), ctx.call(SQUARE, -1)));
              try {
                return "" + ctx.allOf(List.of(nested, hangs)).await();
              } catch (ActivityFailedException e) {
                return e.activity() + " " + e.failure();
              }
            });
    HoldfastClient client = client(fan, 100);
    client.start(fan, "x", 0);
    hanging.await();
    client.raise("x", "hangs", "");
    assertThat(client.await(fan, "x", LONG))
        .isEqualTo("square java.lang.IllegalArgumentException: negative");
    // The end of the instance cancels what is not done.
    assertThat(interrupted.await(LONG.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void anyOfAnswersTheFirstAndLeavesTheOthersAlone(int cacheSize) throws Exception {
    Orchestration<Integer, String> race =
        Orchestration.named(
            "race",
            Integer.class,
            String.class,
            (ctx, n) -> {
              DurableFuture<String> a = ctx.event("a", String.class);
              DurableFuture<String> b = ctx.event("b", String.class);
              int first = ctx.anyIndexOf(List.of(a, b)).await();
              return first + " " + a.await() + b.await();
            });
    HoldfastClient client = client(race, cacheSize);
    client.start(race, "x", 0);
    client.raise("x", "b", "B");
    awaitEvents("x", "EventRaised", 1);
    client.raise("x", "a", "A");
    assertThat(client.await(race, "x", LONG)).isEqualTo("1 AB");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void selectCancelsTheLosers(int cacheSize) throws Exception {
    Orchestration<Integer, String> race =
        Orchestration.named(
            "race",
            Integer.class,
            String.class,
            (ctx, n) -> {
              DurableFuture<Integer> hang = ctx.call(HANG, 1);
              DurableFuture<?> timer = ctx.timer(Duration.ofDays(1));
              DurableFuture<String> go = ctx.event("go", String.class);
              int first = ctx.select(List.of(hang, timer, go));
              try {
                return "" + hang.await();
              } catch (CancellationException e) {
                String value = ctx.event("more", String.class).await();
                return first + go.await() + timer.isDone() + value;
              }
            });
    HoldfastClient client = client(race, cacheSize);
    client.start(race, "x", 0);
    hanging.await();
    client.raise("x", "go", "!");
    assertThat(interrupted.await(LONG.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)).isTrue();
    client.raise("x", "more", "?");
    assertThat(client.await(race, "x", LONG)).isEqualTo("2!true?");
    assertThat(kinds("x"))
        .containsSubsequence("EventRaised", "ActivityCancelled", "TimerCancelled", "EventRaised")
        .doesNotContain("ActivityFailed");
  }

  @Test
  void anActivityThatIsCancelledInTheTurnThatSchedulesItNeverRuns() throws Exception {
    Orchestration<Integer, String> fickle =
        Orchestration.named(
            "fickle",
            Integer.class,
            String.class,
            (ctx, n) -> {
              ctx.call(HANG, 1).cancel();
              ctx.timer(Duration.ofDays(1)).cancel();
              return "" + ctx.call(SQUARE, 3).await();
            });
    HoldfastClient client = client(fickle, 0);
    client.start(fickle, "x", 0);
    assertThat(client.await(fickle, "x", LONG)).isEqualTo("9");
    assertThat(kinds("x"))
        .containsExactly(
            "OrchestrationStarted",
            "ActivityScheduled",
            "ActivityCancelled",
            "TimerCreated",
            "TimerCancelled",
            "ActivityScheduled",
            "ActivityCompleted",
            "OrchestrationCompleted");
  }
}
