// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.OrchestrationFetch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What does not fit into memory together is done one by one, and counts as delivered once. */
class LittleMemoryTest extends OnSqlite {

  private static final int LARGE = 6_000_000;
  private static final int LARGE_ONES = 24;

  static final Activity<String, Integer> MEASURE =
      Activity.named("measure", String.class, Integer.class);
  static final Orchestration<String, Integer> LENGTH =
      Orchestration.named("length", String.class, Integer.class, (ctx, in) -> in.length());
  static final Orchestration<String, Integer> CALLS =
      Orchestration.named(
          "calls", String.class, Integer.class, (ctx, in) -> ctx.call(MEASURE, in).await());

  @Test
  void afterAFetchThatDoesNotFitTheNextAsksForFewerItems() throws Exception {
    Intercepted store = new Intercepted(provider);
    store.around((name, arguments, real) -> {
      if (arguments != null
          && ((arguments[0] instanceof OrchestrationFetch instances && instances.max() > 2)
              || (arguments[0] instanceof ActivityFetch activities && activities.max() > 2))) {
        throw new OutOfMemoryError("Java heap space");
      }
      return real.call();
    });
    HoldfastClient client = closing(HoldfastClient.on(provider, DataConverter.jackson()));
    List<String> ids = IntStream.range(0, 10).mapToObj(i -> "i" + i).toList();
    ids.forEach(id -> client.start(CALLS, id, id));
    try (Logs logs = new Logs()) {
      work(
          store.provider(),
          b -> b.orchestration(CALLS).activity(MEASURE, (actx, in) -> in.length()));
      for (String id : ids) {
        assertThat(client.await(CALLS, id, LONG)).isEqualTo(id.length());
      }
      assertThat(logs.lines("asking for fewer items")).isNotEmpty();
    }
  }

  @Test
  void aTurnWithoutMemoryIsTakenUpAgainAndEndsNothing() throws Exception {
    AtomicBoolean full = new AtomicBoolean(true);
    Orchestration<String, Integer> greedy =
        Orchestration.named(
            "greedy",
            String.class,
            Integer.class,
            (ctx, in) -> {
              if (full.get()) {
                throw new OutOfMemoryError("Java heap space");
              }
              return in.length();
            });
    HoldfastClient client = work(b -> b.orchestration(greedy).maxDeliveries(1)).client();
    client.start(greedy, "x", "four");
    await(() -> client.status("x").problems().toString().contains("no memory"));
    full.set(false);
    assertThat(client.await(greedy, "x", LONG)).isEqualTo(4);
  }

  @Test
  void fetchesAreBoundByTheSizeOfTheHeap() throws Exception {
    Intercepted store = new Intercepted(provider);
    AtomicLong most = new AtomicLong();
    store.around((name, arguments, real) -> {
      if (arguments != null && arguments[0] instanceof OrchestrationFetch fetch) {
        most.accumulateAndGet(fetch.maxBytes(), Math::max);
      }
      if (arguments != null && arguments[0] instanceof ActivityFetch fetch) {
        most.accumulateAndGet(fetch.maxBytes(), Math::max);
      }
      return real.call();
    });
    HoldfastClient client =
        work(
                store.provider(),
                b -> b.orchestration(CALLS).activity(MEASURE, (actx, in) -> in.length()))
            .client();
    client.start(CALLS, "x", "four");
    assertThat(client.await(CALLS, "x", LONG)).isEqualTo(4);
    await(() -> most.get() > 0); // what was dispatched eagerly needed no fetch
    assertThat(most.get()).isLessThan(Runtime.getRuntime().maxMemory() / 8);
  }

  @Test
  void largeInputsGoThroughASmallHeapAndASmallOneIsNotHeldUp() throws Exception {
    HoldfastClient client = closing(HoldfastClient.on(provider, DataConverter.jackson()));
    for (int i = 0; i < LARGE_ONES; i++) {
      client.start(LENGTH, "large-" + i, "x".repeat(LARGE));
    }
    client.start(LENGTH, "small", "x");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    Process worker =
        new ProcessBuilder(
                List.of(
                    java,
                    "--enable-native-access=ALL-UNNAMED",
                    "-Xmx96m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    LittleMemoryTest.class.getName(),
                    "sqlite:" + directory.resolve("store.db") + "?synchronous=normal"))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      Duration longer = LONG.multipliedBy(10);
      assertThat(client.await(LENGTH, "small", longer)).isEqualTo(1);
      for (int i = 0; i < LARGE_ONES; i++) {
        assertThat(client.await(LENGTH, "large-" + i, longer)).isEqualTo(LARGE);
      }
    } finally {
      worker.destroyForcibly().waitFor();
    }
  }

  /** The worker with little memory. A delivery that counts without a result would be the last. */
  public static void main(String[] arguments) throws Exception {
    try (Holdfast holdfast =
        Holdfast.builder(arguments[0]).orchestration(LENGTH).maxDeliveries(1).start()) {
      holdfast.awaitClose();
    }
  }
}
