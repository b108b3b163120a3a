// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.ProviderInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Turns go to the store with the starts and results that cause them. */
class AheadTest extends OnSqlite {

  static final Activity<String, String> STEP = Activity.named("step", String.class, String.class);

  static final Orchestration<Integer, String> STEPS =
      Orchestration.named(
          "steps",
          Integer.class,
          String.class,
          (ctx, count) -> {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < count; i++) {
              all.append(ctx.call(STEP, "" + i).await());
            }
            return all.toString();
          });

  private final AtomicInteger applied = new AtomicInteger();
  private final AtomicInteger fetched = new AtomicInteger();
  private Intercepted store;
  private Holdfast worker;

  @BeforeEach
  void count() {
    store = new Intercepted(provider);
    store.around((name, arguments, real) -> counted(name, real.call()));
  }

  private Object counted(String name, Object result) {
    if (name.startsWith("fetch")) {
      fetched.addAndGet(((List<?>) result).size());
    } else if (result instanceof AckResult.Applied ack
        && ack.turnAhead() instanceof AckResult.Applied) {
      applied.incrementAndGet();
    } else if (result instanceof EnqueueResult enqueued
        && enqueued.turnAhead() instanceof AckResult.Applied) {
      applied.incrementAndGet();
    }
    return result;
  }

  /** A client beside a worker that knows the store's time. */
  private HoldfastClient client(Orchestration<?, ?>... others) throws Exception {
    return client(LONG, (actx, in) -> in, others);
  }

  private HoldfastClient client(
      Duration aheadAtMost, ActivityFunction<String, String> step, Orchestration<?, ?>... others)
      throws Exception {
    worker =
        work(
            store.provider(),
            b -> {
              for (Orchestration<?, ?> other : others) {
                b.orchestration(other);
              }
              return b.orchestration(STEPS).activity(STEP, step).aheadAtMost(aheadAtMost);
            });
    HoldfastClient client = worker.client();
    client.start(STEPS, "warm", 0);
    client.await(STEPS, "warm", LONG);
    store.calls.clear();
    applied.set(0);
    return client;
  }

  /** The calls about this orchestration, in order; waiting fetches bring nothing. */
  private List<String> calls() {
    return store.calls.stream().filter(call -> !call.startsWith("fetch")).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5})
  void anOrchestrationCostsACallForItsStartAndOneForEachStep(int steps) throws Exception {
    HoldfastClient client = client();
    client.start(STEPS, "x", steps);
    assertThat(client.await(STEPS, "x", LONG)).isEqualTo("01234".substring(0, steps));
    List<String> expected = new ArrayList<>(List.of("enqueue"));
    for (int i = 0; i < steps; i++) {
      expected.add("ackActivityItem");
    }
    assertThat(calls()).isEqualTo(expected);
    assertThat(applied).hasValue(steps + 1);
    assertThat(fetched).hasValue(0);
  }

  @Test
  void theLastOfSeveralResultsLetsTheCodeGoOnAhead() throws Exception {
    Orchestration<Integer, Integer> fan =
        Orchestration.named(
            "fan",
            Integer.class,
            Integer.class,
            (ctx, width) -> {
              List<DurableFuture<String>> all = new ArrayList<>();
              for (int i = 0; i < width; i++) {
                all.add(ctx.call(STEP, "" + i));
              }
              return ctx.<String>allOf(all).await().size();
            });
    HoldfastClient client =
        client(
            LONG,
            (actx, in) -> {
              if (in.equals("2")) {
                awaitEvents(actx.instanceId(), "ActivityCompleted", 2);
              }
              return in;
            },
            fan);
    client.start(fan, "x", 3);
    assertThat(client.await(fan, "x", LONG)).isEqualTo(3);
    assertThat(calls().getLast()).isEqualTo("ackActivityItem");
    assertThat(applied).as("the start and the last result").hasValue(2);
  }

  @Test
  void whatHappensInBetweenIsNotLost() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    Orchestration<String, String> both =
        Orchestration.named(
            "both",
            String.class,
            String.class,
            (ctx, in) -> {
              runs.incrementAndGet();
              String step = ctx.call(STEP, in).await();
              return step + ctx.event("e", String.class).await();
            });
    HoldfastClient elsewhere = HoldfastClient.on(openHandle(), DataConverter.jackson());
    HoldfastClient client = client(both);
    store.around((name, arguments, real) -> {
      if (name.equals("ackActivityItem")) {
        elsewhere.raise("x", "e", "!");
      }
      return counted(name, real.call());
    });
    client.start(both, "x", "in");
    assertThat(client.await(both, "x", LONG)).isEqualTo("in!");
    assertThat(calls()).contains("ackOrchestrationItem");
    assertThat(applied).as("the start").hasValue(1);
    assertThat(runs).as("a miss replays").hasValue(2);
    assertThat(kinds("x"))
        .containsExactlyInAnyOrder(
            "OrchestrationStarted",
            "ActivityScheduled",
            "EventRaised",
            "ActivityCompleted",
            "OrchestrationCompleted");
  }

  @Test
  void codeThatFailsAheadFailsItsInstance() throws Exception {
    Orchestration<String, String> failing =
        Orchestration.named(
            "failing",
            String.class,
            String.class,
            (ctx, in) -> {
              throw new IllegalStateException(ctx.call(STEP, in).await());
            });
    HoldfastClient client = client(failing);
    client.start(failing, "x", "no way");
    assertThatThrownBy(() -> client.await(failing, "x", LONG))
        .isInstanceOf(OrchestrationFailedException.class)
        .hasMessageContaining("no way");
    assertThat(calls()).containsExactly("enqueue", "ackActivityItem");
  }

  @ParameterizedTest
  @ValueSource(strings = {"at once", "after a step"})
  void codeThatBlocksHoldsBackNeitherStartsNorResults(String when) throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    AtomicInteger begun = new AtomicInteger();
    AtomicInteger inside = new AtomicInteger();
    Orchestration<String, String> blocking =
        Orchestration.named(
            "blocking",
            String.class,
            String.class,
            (ctx, in) -> {
              String step = in.equals("at once") ? in : ctx.call(STEP, in).await();
              begun.incrementAndGet();
              inside.incrementAndGet();
              try {
                open.await();
                return ctx.call(STEP, step).await();
              } finally {
                inside.decrementAndGet();
              }
            });
    HoldfastClient client = client(Duration.ofMillis(500), (actx, in) -> in, blocking);
    client.start(blocking, "x", when);
    await(() -> begun.get() == 2); // ahead, and delivered
    assertThat(open.getCount()).as("no call waited for the code").isEqualTo(1);
    open.countDown();
    assertThat(client.await(blocking, "x", LONG)).isEqualTo(when);
    await(() -> inside.get() == 0);
  }

  @Test
  void codeThatWasLeftAloneLeavesItsThreadWhenTheWorkerCloses() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger begun = new AtomicInteger();
    Orchestration<String, String> blocking =
        Orchestration.named(
            "blocking",
            String.class,
            String.class,
            (ctx, in) -> {
              begun.incrementAndGet();
              inside.incrementAndGet();
              try {
                never.await();
                return in;
              } finally {
                inside.decrementAndGet();
              }
            });
    client(Duration.ofMillis(200), (actx, in) -> in, blocking);
    worker.client().start(blocking, "x", "in");
    await(() -> begun.get() >= 2); // left alone, and delivered
    worker.close();
    await(() -> inside.get() == 0);
  }

  @Test
  void codeThatTookTooLongIsNotRunAheadWhileItIsStillThere() throws Exception {
    CountDownLatch open = new CountDownLatch(1);
    AtomicInteger inside = new AtomicInteger();
    Orchestration<String, String> blocking =
        Orchestration.named(
            "blocking",
            String.class,
            String.class,
            (ctx, in) -> {
              inside.incrementAndGet();
              open.await();
              return in;
            });
    HoldfastClient client = client(Duration.ofMillis(200), (actx, in) -> in, blocking);
    for (int i = 0; i < 5; i++) {
      client.start(blocking, "x" + i, "in");
    }
    await(() -> inside.get() >= 6);
    open.countDown();
    for (int i = 0; i < 5; i++) {
      assertThat(client.await(blocking, "x" + i, LONG)).isEqualTo("in");
    }
    assertThat(inside).as("each once, and the first one ahead").hasValue(6);
  }

  @Test
  void aStartThatIsRepeatedDoesNotRunTheCodeAgain() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    Orchestration<String, String> counting =
        Orchestration.named(
            "counting",
            String.class,
            String.class,
            (ctx, in) -> {
              runs.incrementAndGet();
              return in;
            });
    HoldfastClient client = client(counting);
    client.start(counting, "x", "in");
    assertThat(client.start(counting, "x", "in").kind()).isEqualTo(StartResult.Kind.EXISTING);
    assertThat(client.await(counting, "x", LONG)).isEqualTo("in");
    assertThat(runs).hasValue(1);
  }

  @Test
  void historiesAreTheSameWithAndWithout() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    Orchestration<Integer, Integer> all =
        Orchestration.named(
            "all",
            Integer.class,
            Integer.class,
            (ctx, rounds) -> {
              ctx.call(STEP, "a").await();
              ctx.timer(Duration.ofMillis(1)).await();
              ctx.call(STEP, "flaky", RetryPolicy.attempts(3).withFirstDelay(Duration.ofMillis(1)))
                  .await();
              ctx.child(STEPS, ctx.instanceId() + ".child" + rounds, 2).await();
              DurableFuture<String> late = ctx.call(STEP, "b");
              ctx.anyOf(List.of(late, ctx.timer(Duration.ofDays(1)))).await();
              return rounds == 0 ? 42 : ctx.continueAsNew(rounds - 1);
            });
    ActivityFunction<String, String> flaky =
        (actx, in) -> {
          if (in.equals("flaky") && attempts.incrementAndGet() % 2 == 1) {
            throw new IllegalStateException("not this time");
          }
          return in;
        };
    HoldfastClient ahead = client(LONG, flaky, all);
    ahead.start(all, "x", 1);
    assertThat(ahead.await(all, "x", LONG)).isEqualTo(42);
    int used = applied.get();
    List<List<String>> with = List.of(told("x", 1), told("x", 2), told("x.child1", 1));
    worker.close();

    store.around((name, arguments, real) ->
        name.equals("info")
            ? EagerDispatchTest.without((ProviderInfo) real.call(), Feature.TURNS_AHEAD)
            : counted(name, real.call()));
    HoldfastClient plain = client(LONG, flaky, all);
    plain.start(all, "y", 1);
    assertThat(plain.await(all, "y", LONG)).isEqualTo(42);
    assertThat(List.of(told("y", 1), told("y", 2), told("y.child1", 1))).isEqualTo(with);
    assertThat(used).isGreaterThan(5);
    assertThat(applied).hasValue(0);
    assertThat(times("x", 1)).isSorted();
    assertThat(times("x", 2)).isSorted();
  }

  private List<String> told(String instanceId, long executionId) {
    return history(instanceId, executionId).stream()
        .map(event ->
            event.kind()
                + (event.kind().equals("TimerCreated")
                    ? ""
                    : " " + event.data().asUtf8().replace("\"y", "\"x")))
        .toList();
  }

  private List<Instant> times(String instanceId, long executionId) {
    return history(instanceId, executionId).stream().map(HistoryEvent::recordedAt).toList();
  }

  @Test
  void whileAChildOrAnotherActivityIsOutstandingTheExecutionStaysParked() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    Orchestration<String, String> several =
        Orchestration.named(
            "several",
            String.class,
            String.class,
            (ctx, in) -> {
              runs.incrementAndGet();
              DurableFuture<String> child = ctx.child(STEPS, in + ".child", 1);
              String one = ctx.call(STEP, in).await();
              return one + child.await();
            });
    HoldfastClient client =
        client(
            LONG,
            (actx, in) -> {
              if (actx.instanceId().endsWith(".child")) {
                awaitEvents("x", "ActivityCompleted", 1);
              }
              return in;
            },
            several);
    client.start(several, "x", "x");
    assertThat(client.await(several, "x", LONG)).isEqualTo("x0");
    assertThat(runs).as("nothing was computed in vain").hasValue(1);
    assertThat(calls()).contains("ackOrchestrationItem");
  }
}
