// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.runtime.StartResult.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Calls that block no thread. */
class AsyncTest extends OnSqlite {

  private static final Orchestration<String, String> WAITS =
      Orchestration.named(
          "waits",
          String.class,
          String.class,
          (ctx, in) -> {
            String word = ctx.event("word", String.class).await();
            if (word.equals("fail")) {
              throw new IllegalStateException("asked to");
            }
            return in + word;
          });

  private Intercepted counting(AtomicInteger asking) {
    Intercepted store = new Intercepted(provider);
    store.around((name, arguments, real) -> {
      if (!name.equals("readEnded")) {
        return real.call();
      }
      asking.incrementAndGet();
      try {
        return real.call();
      } finally {
        asking.decrementAndGet();
      }
    });
    return store;
  }

  private static <T> T get(CompletableFuture<T> future) throws Exception {
    return future.get(LONG.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void manyFuturesAreCompletedByFewCallsOfTheStore() throws Exception {
    AtomicInteger asking = new AtomicInteger();
    HoldfastClient client =
        closing(HoldfastClient.on(counting(asking).provider(), DataConverter.jackson()));
    work(b -> b.orchestration(WAITS));
    List<CompletableFuture<String>> all = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      all.add(client.awaitAsync(WAITS, "i" + i));
    }
    await(() -> asking.get() > 0);
    assertThat(asking.get()).isLessThanOrEqualTo(3);
    for (int i = 0; i < 20; i++) {
      assertThat(get(client.startAsync(WAITS, "i" + i, "in")))
          .isEqualTo(new StartResult(Kind.NEW, false));
      client.raise("i" + i, "word", "!");
    }
    for (int i = 0; i < 20; i++) {
      assertThat(get(all.get(i))).isEqualTo("in!");
    }
    assertThat(all.get(20)).isNotDone();
    all.forEach(future -> future.cancel(true));
    await(() -> asking.get() == 0);
  }

  @Test
  void aFutureThatIsGivenUpLeavesNothingBehind() throws Exception {
    AtomicInteger asking = new AtomicInteger();
    HoldfastClient client =
        closing(HoldfastClient.on(counting(asking).provider(), DataConverter.jackson()));
    CompletableFuture<String> timed =
        client.awaitAsync(WAITS, "x").orTimeout(1, TimeUnit.MILLISECONDS);
    assertThatThrownBy(() -> get(timed)).hasCauseInstanceOf(TimeoutException.class);
    CompletableFuture<InstanceStatus> cancelled = client.awaitStatusAsync("x");
    cancelled.cancel(false);
    assertThatThrownBy(() -> get(cancelled)).isInstanceOf(CancellationException.class);
    await(() -> asking.get() == 0);
  }

  @Test
  void failuresComeAsTheyAre() throws Exception {
    HoldfastClient client = work(b -> b.orchestration(WAITS)).client();
    client.start(WAITS, "x", "");
    CompletableFuture<String> failed = client.awaitAsync(WAITS, "x");
    client.raise("x", "word", "fail");
    assertThatThrownBy(() -> get(failed))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(OrchestrationFailedException.class);
    assertThat(get(client.awaitStatusAsync("x")).state()).isEqualTo(InstanceState.FAILED);
    assertThatThrownBy(() -> get(client.awaitAsync(WAITS, "x")))
        .hasCauseInstanceOf(OrchestrationFailedException.class);
    assertThatThrownBy(() -> get(client.startAsync(WAITS, "", "")))
        .hasCauseInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aClosedClientFailsItsFutures() throws Exception {
    HoldfastClient client = HoldfastClient.on(provider, DataConverter.jackson());
    CompletableFuture<String> open = client.awaitAsync(WAITS, "x");
    client.close();
    assertThatThrownBy(() -> get(open)).hasCauseInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> get(client.awaitAsync(WAITS, "y")))
        .hasCauseInstanceOf(IllegalStateException.class);
  }
}
