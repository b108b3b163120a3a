// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Code of orchestrations that does not let go: it catches everything, spins, blocks, lies. */
class StubbornCodeTest extends OnSqlite {

  /** One more than carry virtual threads, and another one. */
  private static final int MANY = Runtime.getRuntime().availableProcessors() + 2;

  private static final Activity<String, String> ECHO =
      Activity.named("echo", String.class, String.class);
  private static final Orchestration<String, String> PLAIN =
      Orchestration.named(
          "plain", String.class, String.class, (ctx, in) -> ctx.call(ECHO, in).await());

  private final CountDownLatch released = new CountDownLatch(1);
  private final Logs logs = new Logs();
  private volatile boolean over;

  @BeforeEach
  void begin() {
    closing(logs);
  }

  @AfterEach
  void letGo() {
    over = true;
    released.countDown();
  }

  private static void assertThatVirtualThreadsRun() throws InterruptedException {
    CountDownLatch ran = new CountDownLatch(1);
    Thread.ofVirtual().start(ran::countDown);
    assertThat(ran.await(LONG.toSeconds(), TimeUnit.SECONDS)).as("a virtual thread ran").isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void codeThatCatchesEverythingLeavesItsThreadAllTheSame(int cacheSize) throws Exception {
    Orchestration<Integer, Integer> immortal =
        Orchestration.named(
            "immortal",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              int got = 0;
              while (got < n) {
                try {
                  ctx.event("go", String.class).await();
                  got++;
                } catch (Throwable t) {
                  assertThat(t).isNotNull();
                }
              }
              return got;
            });
    Holdfast worker = work(b -> b.orchestration(immortal).cacheSize(cacheSize));
    HoldfastClient client = worker.client();
    List<String> ids = IntStream.range(0, MANY).mapToObj(i -> "i" + i).toList();
    ids.forEach(id -> client.start(immortal, id, 2));
    for (int round = 1; round <= 2; round++) {
      for (String id : ids) {
        client.raise(id, "go", "");
      }
      for (String id : ids) {
        awaitEvents(id, "EventRaised", round);
      }
    }
    for (String id : ids) {
      assertThat(client.await(immortal, id, LONG)).isEqualTo(2);
    }
    worker.close();
    assertThatVirtualThreadsRun();
    // Not necessarily the first one: with a cache of one, one of them may stay in it to its end.
    await(() -> !logs.lines(": its code catches everything").isEmpty());
    assertThat(logs.text()).contains("StubbornCodeTest.lambda$codeThatCatchesEverything");
  }

  @Test
  void oneThatCatchesItsOwnContinuationContinues() throws Exception {
    Orchestration<Integer, Integer> again =
        Orchestration.named(
            "again",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              if (n == 3) {
                return n;
              }
              while (true) {
                try {
                  ctx.continueAsNew(n + 1);
                } catch (Throwable t) {
                  assertThat(ctx.executionId()).isPositive();
                }
              }
            });
    HoldfastClient client = work(b -> b.orchestration(again)).client();
    client.start(again, "x", 1);
    assertThat(client.await(again, "x", LONG)).isEqualTo(3);
    assertThat(client.status("x").executionId()).isEqualTo(3);
  }

  @Test
  void codeThatSpinsStopsNobodyElse() throws Exception {
    Orchestration<String, String> spins =
        Orchestration.named(
            "spins",
            String.class,
            String.class,
            (ctx, in) -> {
              while (!over) {
                Thread.onSpinWait();
              }
              return "";
            });
    HoldfastClient client =
        work(b ->
                b.orchestration(spins)
                    .orchestration(PLAIN)
                    .activity(ECHO, (actx, in) -> in)
                    .blockedCodeAfter(Duration.ofMillis(50)))
            .client();
    client.start(PLAIN, "before", "first");
    assertThat(client.await(PLAIN, "before", LONG)).isEqualTo("first");
    IntStream.range(0, MANY).forEach(i -> client.start(spins, "spins" + i, ""));
    for (int i = 0; i < MANY; i++) {
      String named = "instance spins" + i + ": its code has been running";
      await(() -> !logs.lines(named).isEmpty());
    }
    assertThat(logs.text())
        .contains("at dev.holdfast.runtime.StubbornCodeTest.lambda$codeThatSpins");
    assertThatVirtualThreadsRun();
    client.start(PLAIN, "y", "hello");
    assertThat(client.await(PLAIN, "y", LONG)).isEqualTo("hello");
  }

  @Test
  void anInstanceThatWaitsInMemoryGoesOnWhileOthersSpin() throws Exception {
    Orchestration<String, String> spins =
        Orchestration.named(
            "spins",
            String.class,
            String.class,
            (ctx, in) -> {
              while (!over) {
                Thread.onSpinWait();
              }
              return "";
            });
    Orchestration<String, String> waits =
        Orchestration.named(
            "waits",
            String.class,
            String.class,
            (ctx, in) -> in + ctx.event("e", String.class).await());
    HoldfastClient client = work(b -> b.orchestration(spins).orchestration(waits)).client();
    for (int i = 0; i < 3; i++) {
      client.start(waits, "waits" + i, "a");
      awaitEvents("waits" + i, "OrchestrationStarted", 1);
    }
    IntStream.range(0, MANY).forEach(i -> client.start(spins, "spins" + i, ""));
    for (int i = 0; i < 3; i++) {
      client.raise("waits" + i, "e", "b");
      assertThat(client.await(waits, "waits" + i, LONG)).isEqualTo("ab");
    }
  }

  @Test
  void codeThatBlocksIsToldAndGivesItsSlotToOthers() throws Exception {
    Orchestration<String, String> blocks =
        Orchestration.named(
            "blocks",
            String.class,
            String.class,
            (ctx, in) -> {
              released.await();
              return "came back";
            });
    HoldfastClient client =
        work(b ->
                b.orchestration(blocks)
                    .orchestration(PLAIN)
                    .activity(ECHO, (actx, in) -> in)
                    .maxConcurrentTurns(1)
                    .blockedCodeAfter(Duration.ofMillis(50)))
            .client();
    client.start(blocks, "x", "");
    client.start(PLAIN, "y", "hello");
    assertThat(client.await(PLAIN, "y", LONG)).isEqualTo("hello");
    // Again and again, after longer and longer.
    await(() -> logs.lines("instance x: its code has been running").size() >= 3);
    assertThat(logs.text()).contains("java.util.concurrent.CountDownLatch.await");
    await(() -> !client.status("x").problems().isEmpty());
    InstanceStatus blocked = client.status("x");
    assertThat(blocked.state()).isEqualTo(InstanceState.PENDING);
    assertThat(blocked.problems().getFirst().text())
        .contains("without coming back", "CountDownLatch.await");
    released.countDown();
    assertThat(client.await(blocks, "x", LONG)).isEqualTo("came back");
    assertThat(client.status("x").problems()).isEmpty();
  }

  @Test
  void codeThatBlocksIsInterruptedWhenItsWorkerIsClosed() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    Orchestration<String, String> blocks =
        Orchestration.named(
            "blocks",
            String.class,
            String.class,
            (ctx, in) -> {
              begun.countDown();
              try {
                released.await();
              } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
              }
              return "";
            });
    Holdfast worker = work(b -> b.orchestration(blocks));
    worker.client().start(blocks, "x", "");
    begun.await();
    assertThat(worker.close(Duration.ZERO).leftInstances()).containsExactly("x");
    assertThat(interrupted.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
    // That it was interrupted is not what became of it.
    released.countDown();
    HoldfastClient client = work(b -> b.orchestration(blocks)).client();
    assertThat(client.await(blocks, "x", LONG)).isEmpty();
  }

  /** As lazy proxies do when their session is closed. */
  @SuppressWarnings("serial")
  static final class Lazy extends RuntimeException {
    private final boolean messageThrows;

    Lazy(boolean messageThrows) {
      this.messageThrows = messageThrows;
    }

    @Override
    public String getMessage() {
      if (messageThrows) {
        throw new IllegalStateException("no session");
      }
      return "told";
    }

    @Override
    public String toString() {
      throw new IllegalStateException("no session");
    }

    @Override
    public synchronized Throwable getCause() {
      throw new StackOverflowError();
    }

    @Override
    public StackTraceElement[] getStackTrace() {
      throw new IllegalStateException("no session");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anExceptionThatCannotBeToldFailsTheInstance(boolean messageThrows) throws Exception {
    Orchestration<String, String> lazy =
        Orchestration.named(
            "lazy",
            String.class,
            String.class,
            (ctx, in) -> {
              throw new Lazy(messageThrows);
            });
    HoldfastClient client = work(b -> b.orchestration(lazy)).client();
    client.start(lazy, "x", "");
    Failure failure = client.awaitStatus("x", LONG).failure();
    assertThat(failure).isNotNull();
    assertThat(failure.type()).isEqualTo(Lazy.class.getName());
    assertThat(failure.message())
        .isEqualTo(
            messageThrows
                ? "(its message cannot be read: java.lang.IllegalStateException)"
                : "told");
    await(() -> !logs.lines("instance x (lazy) failed in its code").isEmpty());
    assertThat(logs.lines("instance x (lazy) failed in its code")).hasSize(1);
  }

  @Test
  void anExceptionOfAnActivityThatCannotBeToldFailsTheAttempt() throws Exception {
    Orchestration<String, String> calls =
        Orchestration.named(
            "calls",
            String.class,
            String.class,
            (ctx, in) -> {
              try {
                return ctx.call(ECHO, in).await();
              } catch (ActivityFailedException e) {
                return e.failure().type();
              }
            });
    HoldfastClient client =
        work(b ->
                b.orchestration(calls)
                    .activity(
                        ECHO,
                        (actx, in) -> {
                          throw new Lazy(true);
                        }))
            .client();
    client.start(calls, "x", "");
    assertThat(client.await(calls, "x", LONG)).isEqualTo(Lazy.class.getName());
  }
}
