// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.EndedRead;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.StoreUnavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What awaiting costs, and who is told. */
final class AwaitTest extends OnSqlite {

  private static final Activity<String, String> ECHO =
      Activity.named("echo", String.class, String.class);

  private static final Orchestration<String, String> STEP =
      Orchestration.named(
          "step", String.class, String.class, (ctx, text) -> ctx.call(ECHO, text).await());

  private static final Orchestration<String, String> GATE =
      Orchestration.named(
          "gate", String.class, String.class, (ctx, text) -> ctx.event("go", String.class).await());

  private static final Set<String> READS =
      Set.of("readEnded", "describeInstance", "latestExecutionId", "readHistory");

  private final ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void stopCallers() {
    callers.shutdownNow();
  }

  private Holdfast worker(Provider on) {
    return work(
        on,
        b -> b.orchestration(STEP).orchestration(GATE).activity(ECHO, (ctx, text) -> text + "!"));
  }

  private static <T> List<T> all(List<Future<T>> futures) throws Exception {
    List<T> results = new ArrayList<>();
    for (Future<T> future : futures) {
      results.add(future.get());
    }
    return results;
  }

  @Test
  void aCallerBesideTheWorkerReadsNothing() throws Exception {
    Intercepted seen = new Intercepted(provider);
    HoldfastClient client = worker(seen.provider()).client();
    client.start(STEP, "warm-up", "a");
    client.await(STEP, "warm-up", LONG);
    seen.calls.clear();
    List<Future<String>> results = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      String id = "order-" + i;
      results.add(
          callers.submit(() -> {
            client.start(STEP, id, id);
            return client.await(STEP, id, LONG);
          }));
    }
    assertThat(all(results)).hasSize(8).allMatch(text -> text.endsWith("!"));
    assertThat(client.await(STEP, "order-3", LONG)).isEqualTo("order-3!");
    assertThat(seen.calls).doesNotContainAnyElementsOf(READS);
  }

  @Test
  void callersElsewhereShareFewCallsThatWait() throws Exception {
    int many = 1_000;
    Intercepted seen = new Intercepted(openHandle());
    HoldfastClient client = closing(HoldfastClient.on(seen.provider(), DataConverter.jackson()));
    for (int i = 0; i < many; i++) {
      client.start(GATE, "gate-" + i, "x");
    }
    AtomicInteger waiting = new AtomicInteger();
    AtomicInteger named = new AtomicInteger();
    seen.around((name, arguments, real) -> {
      if (!name.equals("readEnded")) {
        return real.call();
      }
      int ids = ((EndedRead) arguments[0]).instanceIds().size();
      waiting.incrementAndGet();
      named.addAndGet(ids);
      try {
        return real.call();
      } finally {
        waiting.decrementAndGet();
        named.addAndGet(-ids);
      }
    });
    List<Future<String>> results = new ArrayList<>();
    for (int i = 0; i < many; i++) {
      String id = "gate-" + i;
      results.add(callers.submit(() -> client.await(GATE, id, LONG)));
    }
    await(() -> named.get() == many);
    assertThat(waiting.get()).isLessThanOrEqualTo(2);
    worker(provider);
    for (int i = 0; i < many; i++) {
      client.raise("gate-" + i, "go", "done");
    }
    assertThat(all(results)).hasSize(many).containsOnly("done");
    await(() -> waiting.get() == 0);
  }

  @Test
  void aCallerRidesOutAStoreThatIsAway() throws Exception {
    Intercepted seen = new Intercepted(openHandle());
    AtomicInteger failures = new AtomicInteger(3);
    seen.around((name, arguments, real) -> {
      if (name.equals("readEnded") && failures.getAndDecrement() > 0) {
        throw new StoreUnavailable("readEnded", "it is away", null);
      }
      return real.call();
    });
    HoldfastClient client = closing(HoldfastClient.on(seen.provider(), DataConverter.jackson()));
    worker(provider).client().start(STEP, "order", "a");
    assertThat(client.await(STEP, "order", LONG)).isEqualTo("a!");
    assertThat(failures.get()).isLessThan(0);
  }

  @Test
  void whatWasLeftIsNotAskedFor() {
    Intercepted seen = new Intercepted(openHandle());
    HoldfastClient client = closing(HoldfastClient.on(seen.provider(), DataConverter.jackson()));
    client.start(GATE, "gate", "x");
    assertThatThrownBy(() -> client.await(GATE, "gate", Duration.ofMillis(20)))
        .isInstanceOf(AwaitTimeoutException.class);
    await(() ->
        seen.calls.stream().filter("readEnded"::equals).count()
            == seen.returned.stream().filter("readEnded"::equals).count());
  }

  @Test
  void aClosedClientTellsWhoWaits() throws Exception {
    Intercepted seen = new Intercepted(openHandle());
    HoldfastClient client = HoldfastClient.on(seen.provider(), DataConverter.jackson());
    client.start(GATE, "gate", "x");
    Callable<String> waiting = () -> client.await(GATE, "gate", LONG);
    Future<String> result = callers.submit(waiting);
    await(() -> seen.calls.contains("readEnded"));
    client.close();
    assertThatThrownBy(result::get)
        .isInstanceOf(ExecutionException.class)
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(waiting::call).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatAnotherWorkerEndedIsFoundBesideAWorkerToo() throws Exception {
    HoldfastClient beside =
        closing(Holdfast.builder(provider).orchestration(GATE).start()).client();
    worker(openHandle());
    beside.start(STEP, "order", "a");
    assertThat(beside.await(STEP, "order", LONG)).isEqualTo("a!");
  }
}
