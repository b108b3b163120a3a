// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.StepStatus;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Heartbeats of activities, on a real store with its own clock. */
@Timeout(120)
abstract class HeartbeatContract {

  private static final Duration LONG = Duration.ofSeconds(90);

  private static final Activity<Integer, String> STEP =
      Activity.named("step", Integer.class, String.class);
  private static final ActivityOptions TWICE =
      ActivityOptions.defaults().withRetry(RetryPolicy.fixed(2, Duration.ZERO));

  private static final Orchestration<Integer, String> CALLS = calls(TWICE);

  private final Queue<String> seen = new ConcurrentLinkedQueue<>();
  Provider provider;

  abstract void close() throws Exception;

  @AfterEach
  void closeStore() throws Exception {
    close();
  }

  private static Orchestration<Integer, String> calls(ActivityOptions options) {
    return Orchestration.named(
        "calls",
        Integer.class,
        String.class,
        (ctx, in) -> {
          try {
            return ctx.call(STEP, in, options).await();
          } catch (ActivityFailedException e) {
            return e.failure().type() + " after " + e.attempts();
          }
        });
  }

  private Holdfast work(Provider store, UnaryOperator<Holdfast.Builder> setUp) {
    return setUp
        .apply(Holdfast.builder(store).closeOnShutdown(false).closeGrace(Duration.ZERO))
        .start();
  }

  private Holdfast work(Orchestration<?, ?> code, ActivityFunction<Integer, String> step) {
    return work(provider, b -> b.orchestration(code).activity(STEP, step));
  }

  private StateTables tables() {
    return provider.capability(StateTables.class).orElseThrow();
  }

  @Test
  void theNextAttemptSeesTheLastDetails() throws Exception {
    ActivityFunction<Integer, String> step =
        (actx, in) -> {
          String last = actx.lastHeartbeat(String.class).orElse("nothing");
          if (actx.attempt() == 2) {
            return last;
          }
          seen.add(last);
          actx.heartbeat("first");
          seen.add(actx.lastHeartbeat(String.class).orElse("nothing"));
          actx.heartbeat("last"); // too soon to be stored by itself
          throw new IllegalStateException("half way");
        };
    try (Holdfast holdfast = work(CALLS, step)) {
      holdfast.client().start(CALLS, "x", 1);
      assertThat(holdfast.client().await(CALLS, "x", LONG)).isEqualTo("last");
      assertThat(seen).containsExactly("nothing", "nothing");
    }
  }

  @Test
  void theNextDeliverySeesWhatWasStored() throws Exception {
    CountDownLatch half = new CountDownLatch(1);
    try (Holdfast first =
        work(
            CALLS,
            (actx, in) -> {
              actx.heartbeat(List.of(in, 50));
              half.countDown();
              new CountDownLatch(1).await();
              return "never";
            })) {
      first.client().start(CALLS, "x", 7);
      half.await();
    }
    ActivityFunction<Integer, String> step =
        (actx, in) ->
            actx.attempt() + " " + actx.lastHeartbeat(new TypeRef<List<Integer>>() {}).get();
    try (Holdfast second = work(CALLS, step)) {
      assertThat(second.client().await(CALLS, "x", LONG)).isEqualTo("1 [7, 50]");
    }
  }

  @Test
  void detailsThatComeTooSoonAreStoredLater() throws Exception {
    Semaphore never = new Semaphore(0);
    try (Holdfast holdfast =
        work(
            CALLS,
            (actx, in) -> {
              actx.heartbeat("first");
              actx.heartbeat("last");
              while (!never.tryAcquire(5, TimeUnit.MILLISECONDS)) {
                actx.heartbeat(); // which stores nothing
              }
              return "done";
            })) {
      holdfast.client().start(CALLS, "x", 1);
      OnSqlite.await(() ->
          tables().steps("x", Set.of("2")).stream()
              .anyMatch(step -> step.outputs().asUtf8().equals("\"last\"")));
      never.release();
      assertThat(holdfast.client().await(CALLS, "x", LONG)).isEqualTo("done");
    }
  }

  @Test
  void codeThatIsSilentForTooLongHasFailedThoughItDoesNotComeBack() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    Orchestration<Integer, String> code = calls(TWICE.withHeartbeatTimeout(Duration.ofSeconds(2)));
    ActivityFunction<Integer, String> step =
        (actx, in) -> {
          if (actx.attempt() == 2) {
            return actx.lastHeartbeat(String.class).orElse("nothing");
          }
          actx.heartbeat("alive");
          boolean interrupted = false;
          while (end.getCount() > 0) {
            try {
              end.await();
            } catch (InterruptedException e) {
              interrupted = true; // and takes no notice
            }
          }
          seen.add(interrupted + " " + actx.isCancelled());
          assertThatThrownBy(() -> actx.heartbeat("too late"))
              .isInstanceOf(ActivityCancelledException.class);
          seen.add("told");
          return "too late";
        };
    try (Holdfast holdfast = work(code, step)) {
      holdfast.client().start(code, "x", 1);
      assertThat(holdfast.client().await(code, "x", LONG)).isEqualTo("alive");
      end.countDown();
      OnSqlite.await(() -> seen.contains("told"));
      assertThat(seen).containsExactly("true true", "told");
    }
  }

  @Test
  void silenceIsAFailureOfItsOwnType() throws Exception {
    Orchestration<Integer, String> code =
        calls(ActivityOptions.defaults().withHeartbeatTimeout(Duration.ofMillis(100)));
    ActivityFunction<Integer, String> step =
        (actx, in) -> {
          new CountDownLatch(1).await();
          return "never";
        };
    try (Holdfast holdfast = work(code, step)) {
      holdfast.client().start(code, "x", 1);
      assertThat(holdfast.client().await(code, "x", LONG))
          .isEqualTo(Failure.HEARTBEAT_TIMEOUT + " after 1");
    }
  }

  @Test
  void anInstanceThatIsRetriedHasTheSameLimit() throws Exception {
    ActivityOptions options =
        ActivityOptions.defaults().withHeartbeatTimeout(Duration.ofMillis(100));
    Orchestration<Integer, String> code =
        Orchestration.named(
            "must", Integer.class, String.class, (ctx, in) -> ctx.call(STEP, in, options).await());
    ActivityFunction<Integer, String> step =
        (actx, in) -> {
          seen.add("begun");
          new CountDownLatch(1).await();
          return "never";
        };
    try (Holdfast holdfast = work(code, step)) {
      HoldfastClient client = holdfast.client();
      client.start(code, "x", 1);
      assertThat(client.awaitStatus("x", LONG).state()).isEqualTo(InstanceState.FAILED);
      client.retry("x");
      InstanceStatus again = client.awaitStatus("x", LONG);
      assertThat(again.failure().message()).contains("no heartbeat");
      assertThat(seen).containsExactly("begun", "begun");
    }
  }

  @Test
  void codeThatGivesHeartbeatsMayTakeLonger() throws Exception {
    Duration limit = Duration.ofSeconds(2);
    Orchestration<Integer, String> code = calls(TWICE.withHeartbeatTimeout(limit));
    ActivityFunction<Integer, String> step =
        (actx, in) -> {
          Semaphore never = new Semaphore(0);
          long begin = System.nanoTime();
          while (System.nanoTime() - begin < limit.toNanos() * 5 / 4) {
            actx.heartbeat();
            never.tryAcquire(20, TimeUnit.MILLISECONDS);
          }
          return "attempt " + actx.attempt();
        };
    try (Holdfast holdfast = work(code, step)) {
      holdfast.client().start(code, "x", 1);
      assertThat(holdfast.client().await(code, "x", LONG)).isEqualTo("attempt 1");
    }
  }

  @Test
  void aHeartbeatTellsThatTheActivityWasCancelled() throws Exception {
    Semaphore pause = new Semaphore(0);
    ActivityFunction<Integer, String> step =
        (actx, in) -> {
          try {
            for (int i = 0; ; i++) {
              actx.heartbeat(i);
              seen.add("alive");
              pause.tryAcquire(20, TimeUnit.MILLISECONDS);
            }
          } catch (ActivityCancelledException e) {
            seen.add("cancelled");
            throw e;
          }
        };
    // Another worker cancels; locks are renewed so late that nothing but the heartbeat can tell.
    try (Holdfast holdfast = work(provider, b -> b.orchestration(CALLS));
        Holdfast other = work(provider, b -> b.lockFor(Duration.ofHours(2)).activity(STEP, step))) {
      holdfast.client().start(CALLS, "x", 1);
      OnSqlite.await(() -> seen.contains("alive"));
      holdfast.client().cancel("x", "enough");
      assertThatThrownBy(() -> holdfast.client().await(CALLS, "x", LONG))
          .isInstanceOf(OrchestrationCancelledException.class);
      OnSqlite.await(() -> seen.contains("cancelled"));
    }
  }

  @Test
  void manyCallsOfOneInstanceHaveDetailsOfTheirOwn() throws Exception {
    Orchestration<Integer, String> fans =
        Orchestration.named(
            "fans",
            Integer.class,
            String.class,
            (ctx, n) -> {
              List<Integer> items = IntStream.range(0, n).boxed().toList();
              return String.join(" ", ctx.fanOut(items, n, i -> ctx.call(STEP, i, TWICE)));
            });
    CountDownLatch all = new CountDownLatch(12);
    ActivityFunction<Integer, String> step =
        (actx, in) -> {
          if (actx.attempt() == 2) {
            return "" + actx.lastHeartbeat(Integer.class).orElse(-1);
          }
          all.countDown();
          all.await();
          actx.heartbeat(in * in);
          throw new IllegalStateException("again");
        };
    try (Holdfast holdfast = work(fans, step)) {
      holdfast.client().start(fans, "x", 12);
      assertThat(holdfast.client().await(fans, "x", LONG))
          .isEqualTo("0 1 4 9 16 25 36 49 64 81 100 121");
    }
  }

  @Test
  void theNextExecutionAndTheDeletionLeaveNothingBehind() throws Exception {
    Orchestration<Integer, String> goesOn =
        Orchestration.named(
            "goes-on",
            Integer.class,
            String.class,
            (ctx, n) -> {
              String first = ctx.call(STEP, n).await();
              ctx.call(STEP, n).await();
              return n == 1 ? first : ctx.continueAsNew(n - 1);
            });
    ActivityFunction<Integer, String> step =
        (actx, in) -> {
          actx.heartbeat(in);
          return "done";
        };
    try (Holdfast holdfast = work(goesOn, step)) {
      holdfast.client().start(goesOn, "x", 3);
      assertThat(holdfast.client().await(goesOn, "x", LONG)).isEqualTo("done");
      assertThat(tables().run("x").orElseThrow().data().asUtf8()).isEqualTo("3");
      assertThat(tables().stepCounts("x")).containsEntry(StepStatus.IDLE, 2L);
      assertThat(tables().stuckRuns(Duration.ZERO, 10, null).rows()).isEmpty();
      holdfast.client().deletion().delete(List.of("x"), false);
      assertThat(tables().run("x")).isEmpty();
    }
  }

  @Test
  void withoutHeartbeatsNothingIsStored() throws Exception {
    ActivityFunction<Integer, String> step =
        (actx, in) -> {
          actx.heartbeat();
          return actx.lastHeartbeat(String.class).orElse("nothing");
        };
    try (Holdfast holdfast = work(CALLS, step)) {
      holdfast.client().start(CALLS, "x", 1);
      assertThat(holdfast.client().await(CALLS, "x", LONG)).isEqualTo("nothing");
      assertThat(tables().run("x")).isEmpty();
    }
  }

  @Test
  void aStoreThatCannotKeepThemSaysSo() throws Exception {
    ActivityFunction<Integer, String> step =
        (actx, in) -> {
          actx.heartbeat(); // which stores nothing
          actx.heartbeat("details");
          return "never";
        };
    Provider poor = Featureless.without(provider, Feature.STATE_TABLES);
    try (Holdfast holdfast = work(poor, b -> b.orchestration(CALLS).activity(STEP, step))) {
      holdfast.client().start(CALLS, "x", 1);
      assertThat(holdfast.client().await(CALLS, "x", LONG))
          .isEqualTo(UnsupportedByStoreException.class.getName() + " after 2");
    }
  }
}
