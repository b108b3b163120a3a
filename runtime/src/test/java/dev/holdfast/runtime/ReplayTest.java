// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ReplayTest extends OnSqlite {

  static final Activity<Integer, Integer> DOUBLE =
      Activity.named("double", Integer.class, Integer.class);

  /** A bit of everything, with what it saw as its result. */
  static final Orchestration<Integer, String> MIXED =
      Orchestration.named(
          "mixed",
          Integer.class,
          String.class,
          (ctx, n) -> {
            StringBuilder seen = new StringBuilder();
            seen.append(ctx.uuid()).append(' ').append(ctx.random().nextInt()).append(' ');
            List<Integer> all =
                ctx.allOf(List.of(ctx.call(DOUBLE, n), ctx.call(DOUBLE, n + 1))).await();
            seen.append(all).append(' ').append(ctx.now()).append(' ');
            for (int i = 0; i < 3; i++) {
              seen.append(ctx.event("step", Integer.class).await()).append(' ');
              seen.append(ctx.call(DOUBLE, i).await()).append(' ');
            }
            DurableFuture<?> timer = ctx.timer(Duration.ofDays(1));
            int first = ctx.select(List.of(timer, ctx.event("done", String.class)));
            return seen.append(first).append(' ').append(ctx.uuid()).toString();
          });

  private Holdfast worker(int cacheSize) {
    return work(
        b -> b.orchestration(MIXED).activity(DOUBLE, (actx, n) -> n * 2).cacheSize(cacheSize));
  }

  private void drive(HoldfastClient client, String id) throws InterruptedException {
    client.start(MIXED, id, 5);
    awaitEvents(id, "ActivityCompleted", 2);
    for (int i = 1; i <= 3; i++) {
      client.raise(id, "step", 10 * i);
      awaitEvents(id, "ActivityCompleted", 2 + i);
    }
    client.raise(id, "done", "now");
    client.awaitStatus(id, LONG);
  }

  private static Orchestration<Integer, Integer> numbers(
      String name, OrchestrationFunction<Integer, Integer> code) {
    return Orchestration.named(name, Integer.class, Integer.class, code);
  }

  @Test
  void replayingEveryTurnGivesTheSameHistoryAsKeepingExecutionsInMemory() throws Exception {
    try (Holdfast cached = worker(100)) {
      drive(cached.client(), "a");
    }
    try (Holdfast replaying = worker(0)) {
      drive(replaying.client(), "b");
    }
    assertThat(kinds("a")).hasSize(18).endsWith("TimerCancelled", "OrchestrationCompleted");
    assertThat(kinds("b")).isEqualTo(kinds("a"));
  }

  @Test
  void nowUuidAndRandomAreTheSameInEveryRunOfTheCode() throws Exception {
    Queue<String> runs = new ConcurrentLinkedQueue<>();
    Orchestration<Integer, String> notes =
        Orchestration.named(
            "notes",
            Integer.class,
            String.class,
            (ctx, n) -> {
              String first = ctx.uuid() + " " + ctx.random().nextLong() + " " + ctx.now();
              ctx.event("a", String.class).await();
              String second = ctx.uuid() + " " + ctx.random().nextLong() + " " + ctx.now();
              runs.add(first);
              ctx.event("b", String.class).await();
              return first + " " + second;
            });
    HoldfastClient client = work(b -> b.orchestration(notes).cacheSize(0)).client();
    for (String id : List.of("x", "y")) {
      client.start(notes, id, 1);
      client.raise(id, "a", "");
      awaitEvents(id, "EventRaised", 1);
      client.raise(id, "b", "");
    }
    String x = client.await(notes, "x", LONG);
    String y = client.await(notes, "y", LONG);
    assertThat(runs).hasSizeGreaterThanOrEqualTo(2);
    assertThat(runs.stream().filter(x::startsWith).distinct()).hasSize(1);
    assertThat(runs.stream().filter(y::startsWith).distinct()).hasSize(1);
    assertThat(List.of(x.split(" ")).getFirst()).isNotEqualTo(List.of(y.split(" ")).getFirst());
    assertThat(x.split(" ")[0]).isNotEqualTo(x.split(" ")[3]);
    assertThat(java.util.UUID.fromString(x.split(" ")[0]).version()).isEqualTo(4);
  }

  @Test
  void replayIsVisibleToCodeThatAsks() throws Exception {
    Queue<Boolean> seen = new ConcurrentLinkedQueue<>();
    Orchestration<Integer, String> asks =
        Orchestration.named(
            "asks",
            Integer.class,
            String.class,
            (ctx, n) -> {
              seen.add(ctx.isReplaying());
              ctx.event("a", String.class).await();
              seen.add(ctx.isReplaying());
              return "";
            });
    HoldfastClient client = work(b -> b.orchestration(asks).cacheSize(0)).client();
    client.start(asks, "x", 1);
    awaitEvents("x", "OrchestrationStarted", 1);
    client.raise("x", "a", "");
    client.await(asks, "x", LONG);
    assertThat(seen).containsExactly(false, true, false);
  }

  @Test
  void fiftyInstancesShareACacheOfOne() throws Exception {
    HoldfastClient client = worker(1).client();
    List<String> ids = IntStream.range(0, 50).mapToObj(i -> "i" + i).toList();
    ids.forEach(id -> client.start(MIXED, id, 1));
    for (int i = 1; i <= 3; i++) {
      int value = i;
      ids.forEach(id -> client.raise(id, "step", value));
    }
    ids.forEach(id -> client.raise(id, "done", ""));
    for (String id : ids) {
      assertThat(client.await(MIXED, id, LONG)).contains(" [2, 4] ").contains(" 1 0 2 2 3 4 ");
    }
  }

  @Test
  void codeThatDoesNotFollowItsHistoryIsNamedAndNotFailedAtOnce() throws Exception {
    Activity<Integer, Integer> triple = Activity.named("triple", Integer.class, Integer.class);
    AtomicReference<Activity<Integer, Integer>> next = new AtomicReference<>(DOUBLE);
    AtomicInteger runs = new AtomicInteger();
    Orchestration<Integer, Integer> changing =
        numbers(
            "changing",
            (ctx, n) -> {
              runs.incrementAndGet();
              int result = ctx.call(next.get(), n).await();
              ctx.event("go", String.class).await();
              return result;
            });
    HoldfastClient client =
        work(b ->
                b.orchestration(changing)
                    .cacheSize(0)
                    .redeliveryBackoff(Duration.ofDays(1), Duration.ofDays(1))
                    .activity(DOUBLE, (actx, n) -> n * 2)
                    .activity(triple, (actx, n) -> n * 3))
            .client();
    client.start(changing, "x", 7);
    awaitEvents("x", "ActivityCompleted", 1);
    next.set(triple);
    int before = runs.get();
    client.raise("x", "go", "");
    await(() -> runs.get() > before);
    assertThat(client.status("x").state()).isEqualTo(InstanceState.RUNNING);
    // The wrong deployment is taken back, and the instance goes on.
    next.set(DOUBLE);
    awaitOverTime(Duration.ofDays(1), () -> client.status("x").state() == InstanceState.COMPLETED);
    assertThat(client.await(changing, "x", LONG)).isEqualTo(14);
  }

  @Test
  void codeThatNeverFollowsItsHistoryFailsWithTheReason() throws Exception {
    Map<String, Integer> version = new ConcurrentHashMap<>(Map.of("v", 1));
    Orchestration<Integer, Integer> changing =
        numbers(
            "changing",
            (ctx, n) -> {
              if (Objects.equals(version.get("v"), 1)) {
                ctx.timer(Duration.ofDays(1));
              }
              ctx.call(DOUBLE, n).await();
              return ctx.event("go", Integer.class).await();
            });
    HoldfastClient client =
        work(b ->
                b.orchestration(changing)
                    .cacheSize(0)
                    .failUnrunnable(true)
                    .maxDeliveries(3)
                    .activity(DOUBLE, (actx, n) -> n))
            .client();
    client.start(changing, "x", 7);
    awaitEvents("x", "ActivityCompleted", 1);
    version.put("v", 2);
    client.raise("x", "go", 1);
    assertThatThrownBy(() -> client.await(changing, "x", LONG))
        .isInstanceOfSatisfying(
            OrchestrationFailedException.class,
            e -> assertThat(e.failure().type()).isEqualTo(NondeterminismException.class.getName()))
        .hasMessageContaining("at event 2")
        .hasMessageContaining("the history has TimerCreated")
        .hasMessageContaining(
            "the code did ActivityScheduled \"double\" at dev.holdfast.runtime.Rep")
        .hasMessageContaining("(ReplayTest.java:");
  }

  @Test
  void codeThatFailsWhereItsHistoryGoesOnSaysWhy() throws Exception {
    AtomicBoolean broken = new AtomicBoolean();
    Orchestration<Integer, Integer> changing =
        numbers(
            "changing",
            (ctx, n) -> {
              if (broken.get()) {
                throw new ArithmeticException("no rate for " + n);
              }
              ctx.timer(Duration.ofDays(1));
              return ctx.event("go", Integer.class).await();
            });
    HoldfastClient client =
        work(b -> b.orchestration(changing).cacheSize(0).failUnrunnable(true).maxDeliveries(1))
            .client();
    client.start(changing, "x", 7);
    awaitEvents("x", "TimerCreated", 1);
    broken.set(true);
    client.raise("x", "go", 1);
    Failure failure = Objects.requireNonNull(client.awaitStatus("x", LONG).failure());
    assertThat(failure.message())
        .contains(
            "the history has TimerCreated, the code did OrchestrationFailed"
                + " (java.lang.ArithmeticException: no rate for 7)");
  }

  @Test
  void aMissingAndAnAdditionalCommandAreNoticed() throws Exception {
    AtomicInteger calls = new AtomicInteger(2);
    Orchestration<Integer, Integer> changing =
        numbers(
            "changing",
            (ctx, n) -> {
              for (int i = 0; i < calls.get(); i++) {
                ctx.timer(Duration.ofDays(1));
              }
              return ctx.event("go", Integer.class).await();
            });
    HoldfastClient client =
        work(b -> b.orchestration(changing).cacheSize(0).failUnrunnable(true).maxDeliveries(1))
            .client();
    client.start(changing, "less", 7);
    client.start(changing, "more", 7);
    awaitEvents("less", "TimerCreated", 2);
    awaitEvents("more", "TimerCreated", 2);
    calls.set(1);
    client.raise("less", "go", 1);
    assertThat(Objects.requireNonNull(client.awaitStatus("less", LONG).failure()).message())
        .contains("at event 3: the history has TimerCreated, the code did nothing more at dev.")
        .contains("(ReplayTest.java:"); // where it waits
    calls.set(3);
    client.raise("more", "go", 1);
    assertThat(Objects.requireNonNull(client.awaitStatus("more", LONG).failure()).message())
        .contains(
            "at event 4: the history has no further command before it, the code did TimerCreated");
  }

  @Test
  void theContextIsGoodOnTheThreadOfItsOrchestrationOnly() throws Exception {
    Orchestration<Integer, String> strays =
        Orchestration.named(
            "strays",
            Integer.class,
            String.class,
            (ctx, n) -> {
              AtomicReference<Throwable> caught = new AtomicReference<>();
              Thread other =
                  Thread.ofVirtual()
                      .start(() -> {
                        try {
                          ctx.timer(Duration.ZERO).await();
                        } catch (Throwable e) {
                          caught.set(e);
                        }
                      });
              other.join();
              return String.valueOf(caught.get());
            });
    HoldfastClient client = work(b -> b.orchestration(strays)).client();
    client.start(strays, "x", 1);
    assertThat(client.await(strays, "x", LONG))
        .startsWith("java.lang.IllegalStateException")
        .contains("on the thread of the orchestration only");
  }

  @Test
  void whateverTheCodeThrowsFailsItsInstanceAndNothingElse() throws Exception {
    Orchestration<String, String> throwing =
        Orchestration.named(
            "throwing",
            String.class,
            String.class,
            (ctx, how) ->
                switch (how) {
                  case "overflow" -> String.valueOf(endless(1));
                  case "error" -> throw new AssertionError("wrong");
                  case "checked" -> throw new java.io.IOException("gone");
                  default -> how;
                });
    HoldfastClient client = work(b -> b.orchestration(throwing)).client();
    for (String how : List.of("overflow", "error", "checked", "fine")) {
      client.start(throwing, how, how);
    }
    assertThat(client.await(throwing, "fine", LONG)).isEqualTo("fine");
    assertThat(client.awaitStatus("overflow", LONG).failure())
        .asString()
        .isEqualTo("java.lang.StackOverflowError");
    assertThat(client.awaitStatus("error", LONG).failure())
        .asString()
        .isEqualTo("java.lang.AssertionError: wrong");
    assertThat(client.awaitStatus("checked", LONG).failure())
        .asString()
        .isEqualTo("java.io.IOException: gone");
  }

  @SuppressWarnings("InfiniteRecursion") // that is the point
  private static long endless(long n) {
    return 1 + endless(n + 1);
  }

  @Test
  void theLoggerOfTheContextSaysEachLineOnce() throws Exception {
    Orchestration<Integer, Integer> talks =
        numbers(
            "talks",
            (ctx, n) -> {
              for (int i = 0; i < n; i++) {
                ctx.logger().info("step {} of {}", i, n);
                ctx.logger().atInfo().log("fluently " + i);
                ctx.event("go", String.class).await();
              }
              return n;
            });
    java.io.ByteArrayOutputStream lines = new java.io.ByteArrayOutputStream();
    java.io.PrintStream before = System.err;
    System.setErr(new java.io.PrintStream(lines, true, java.nio.charset.StandardCharsets.UTF_8));
    try {
      HoldfastClient client = work(b -> b.orchestration(talks).cacheSize(0)).client();
      client.start(talks, "x", 3);
      for (int i = 1; i <= 3; i++) {
        client.raise("x", "go", "");
        awaitEvents("x", "EventRaised", i);
      }
      client.await(talks, "x", LONG);
    } finally {
      System.setErr(before);
    }
    assertThat(lines.toString(java.nio.charset.StandardCharsets.UTF_8).lines())
        .containsExactly(
            "[holdfast-code-x] INFO dev.holdfast.orchestration.talks - step 0 of 3",
            "[holdfast-code-x] INFO dev.holdfast.orchestration.talks - fluently 0",
            "[holdfast-code-x] INFO dev.holdfast.orchestration.talks - step 1 of 3",
            "[holdfast-code-x] INFO dev.holdfast.orchestration.talks - fluently 1",
            "[holdfast-code-x] INFO dev.holdfast.orchestration.talks - step 2 of 3",
            "[holdfast-code-x] INFO dev.holdfast.orchestration.talks - fluently 2");
  }

  @Test
  void aParkedExecutionGoesOnWhereItStopped() throws Exception {
    AtomicInteger begins = new AtomicInteger();
    Orchestration<Integer, Integer> waits =
        numbers(
            "waits",
            (ctx, n) -> {
              begins.incrementAndGet();
              for (int i = 0; i < n; i++) {
                ctx.event("go", String.class).await();
              }
              return n;
            });
    HoldfastClient client = work(b -> b.orchestration(waits).lockFor(LONG)).client();
    client.start(waits, "x", 5);
    for (int i = 1; i <= 5; i++) {
      client.raise("x", "go", "");
      awaitEvents("x", "EventRaised", i);
    }
    assertThat(client.await(waits, "x", LONG)).isEqualTo(5);
    // Once; a turn that is fetched in the instant before its predecessor has parked is replayed.
    assertThat(begins).hasValueLessThan(4);
  }

  @Test
  void aLongHistoryIsReplayedPageByPage() throws Exception {
    Orchestration<Integer, Integer> counts =
        numbers(
            "counts",
            (ctx, n) -> {
              int sum = 0;
              for (int i = 0; i < n; i++) {
                sum += ctx.event("n", Integer.class).await();
              }
              return sum;
            });
    HoldfastClient client = closing(HoldfastClient.on(provider, DataConverter.jackson()));
    client.start(counts, "x", 1000);
    Holdfast first = work(b -> b.orchestration(counts));
    for (int i = 0; i < 999; i++) {
      client.raise("x", "n", i);
    }
    awaitEvents("x", "EventRaised", 999);
    first.close();
    work(b -> b.orchestration(counts));
    client.raise("x", "n", 1_000_000);
    assertThat(client.await(counts, "x", LONG)).isEqualTo(999 * 998 / 2 + 1_000_000);
  }
}
