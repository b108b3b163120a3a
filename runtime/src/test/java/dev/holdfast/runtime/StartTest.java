// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.runtime.StartResult.Kind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a start answers, and how an instance stands before its first turn is stored. */
class StartTest extends OnSqlite {

  private static final StartResult NEW = new StartResult(Kind.NEW, false);
  private static final StartResult SAME = new StartResult(Kind.EXISTING, false);
  private static final StartResult OTHER_INPUT = new StartResult(Kind.EXISTING, true);

  private static final Orchestration<String, String> ECHO =
      Orchestration.named("echo", String.class, String.class, (ctx, input) -> input);
  private static final Orchestration<String, String> OTHER =
      Orchestration.named("other", String.class, String.class, (ctx, input) -> input);

  @Test
  void theFirstStartIsNewAndItsRepetitionsAreNot() throws Exception {
    HoldfastClient client = alone();
    assertThat(client.start(ECHO, "one", "a")).isEqualTo(NEW);
    assertThat(client.start(ECHO, "one", "a")).isEqualTo(SAME);
    Holdfast worker = work(b -> b.orchestration(ECHO));
    worker.client().await(ECHO, "one", LONG);
    assertThat(client.start(ECHO, "one", "a")).isEqualTo(SAME);
    assertThat(worker.client().start(ECHO, "one", "a")).isEqualTo(SAME);
    assertThat(worker.client().start(ECHO, "two", "a")).isEqualTo(NEW);
  }

  @Test
  void anotherInputIsToldAndTheFirstOneStays() throws Exception {
    HoldfastClient client = alone();
    client.start(ECHO, "one", "a");
    assertThat(client.start(ECHO, "one", "b")).isEqualTo(OTHER_INPUT);
    Holdfast worker = work(b -> b.orchestration(ECHO));
    assertThat(worker.client().await(ECHO, "one", LONG)).isEqualTo("a");
    assertThat(client.start(ECHO, "one", "b")).isEqualTo(OTHER_INPUT);
    assertThat(worker.client().start(ECHO, "one", "b")).isEqualTo(OTHER_INPUT);
    assertThat(kinds("one")).hasSize(2);
  }

  @Test
  void anotherVersionIsTheSameStart() throws Exception {
    Holdfast worker = work(b -> b.orchestration(ECHO));
    worker.client().start(ECHO, "one", "a");
    worker.client().await(ECHO, "one", LONG);
    assertThat(worker.client().start(ECHO.version("2"), "one", "a")).isEqualTo(SAME);
    assertThat(worker.client().start(ECHO.version("2"), "one", "b")).isEqualTo(OTHER_INPUT);
  }

  @Test
  void anotherOrchestrationIsRefused() {
    HoldfastClient client = alone();
    client.start(ECHO, "one", "a");
    assertThatThrownBy(() -> client.start(OTHER, "one", "a"))
        .isInstanceOf(AlreadyStartedException.class)
        .hasMessageContainingAll("\"one\"", "\"echo\"", "\"other\"")
        .hasCauseInstanceOf(ProviderError.IdempotencyMismatch.class);
  }

  @Test
  void strictStartsCompareVersionAndInput() {
    HoldfastClient client = alone().withStrictStarts();
    assertThat(client.start(ECHO, "one", "a")).isEqualTo(NEW);
    assertThat(client.start(ECHO, "one", "a")).isEqualTo(SAME);
    assertThatThrownBy(() -> client.start(ECHO, "one", "b"))
        .isInstanceOf(AlreadyStartedException.class)
        .hasMessageContaining("input");
    assertThatThrownBy(() -> client.start(ECHO.version("2"), "one", "a"))
        .isInstanceOf(AlreadyStartedException.class)
        .hasMessageContaining("version, none and not \"2\"");
  }

  @Test
  void ofManyThatStartAtOnceOneIsNew() throws Exception {
    int callers = 8;
    HoldfastClient client = alone();
    CyclicBarrier together = new CyclicBarrier(callers);
    try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
      for (int round = 0; round < 20; round++) {
        String id = "round-" + round;
        Callable<StartResult> start =
            () -> {
              together.await();
              return client.start(ECHO, id, "a");
            };
        List<Future<StartResult>> starts =
            IntStream.range(0, callers).mapToObj(n -> threads.submit(start)).toList();
        int news = 0;
        for (Future<StartResult> one : starts) {
          news += one.get().isNew() ? 1 : 0;
        }
        assertThat(news).isEqualTo(1);
      }
    }
  }

  @Test
  void aStartWhoseOutcomeWasOpenIsNew() throws Exception {
    Intercepted store = new Intercepted(provider);
    AtomicBoolean lost = new AtomicBoolean();
    store.around((name, arguments, real) -> {
      Object result = real.call();
      if (name.equals("enqueue") && lost.compareAndSet(false, true)) {
        throw new ProviderError.OutcomeUnknown(name, "the reply was lost", null);
      }
      return result;
    });
    HoldfastClient client = closing(HoldfastClient.on(store.provider(), DataConverter.jackson()));
    assertThat(client.start(ECHO, "one", "a")).isEqualTo(NEW);
    assertThat(client.start(ECHO, "one", "a")).isEqualTo(SAME);
  }

  @Test
  void aStartedInstanceIsPendingUntilItsFirstTurnIsStored() throws Exception {
    CountDownLatch inTurn = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Orchestration<String, String> slow =
        Orchestration.named(
            "slow",
            String.class,
            String.class,
            (ctx, input) -> {
              inTurn.countDown();
              goOn.await();
              return ctx.event("go", String.class).await();
            });
    HoldfastClient client = alone();
    assertThat(client.status("one").state()).isEqualTo(InstanceState.NOT_FOUND);
    client.raise("one", "go", "early", RaiseOptions.defaults().waitingForStart());
    assertThat(client.status("one").state()).isEqualTo(InstanceState.NOT_FOUND);
    client.start(slow, "one", "a");
    assertThat(client.status("one").state()).isEqualTo(InstanceState.PENDING);
    work(b -> b.orchestration(slow));
    inTurn.await();
    assertThat(client.status("one").state()).isEqualTo(InstanceState.PENDING);
    assertThatThrownBy(() -> client.awaitStatus("one", Duration.ofMillis(1)))
        .isInstanceOf(AwaitTimeoutException.class)
        .hasMessageContaining("PENDING");
    goOn.countDown();
    assertThat(client.awaitStatus("one", LONG).state()).isEqualTo(InstanceState.COMPLETED);
  }

  private HoldfastClient alone() {
    return closing(HoldfastClient.on(provider, DataConverter.jackson()));
  }
}
