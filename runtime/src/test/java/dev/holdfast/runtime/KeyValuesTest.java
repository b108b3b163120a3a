// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.KeyValue;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.feature.KeyValues;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Small values of an instance: code reads what it has set, and so do clients. */
class KeyValuesTest extends OnSqlite {

  private static final Activity<String, String> STEP =
      Activity.named("step", String.class, String.class);

  /**
   * Does what events say, one after the other: {@code set KEY VALUE}, {@code clear KEY}, {@code
   * clearAll}, {@code next}, {@code end}, {@code fail}. Returns all that it has read after each.
   */
  private static final Orchestration<List<String>, List<String>> OBEYS =
      Orchestration.named(
          "obeys",
          new TypeRef<List<String>>() {},
          new TypeRef<List<String>>() {},
          (ctx, before) -> {
            List<String> read = new ArrayList<>(before);
            InstanceValues values = ctx.keyValues();
            read.add(all(values));
            while (true) {
              String[] order = ctx.event("order", String.class).await().split(" ");
              switch (order[0]) {
                case "set" -> values.set(order[1], order[2]);
                case "clear" -> values.clear(order[1]);
                case "clearAll" -> values.clearAll();
                case "next" -> {
                  return ctx.continueAsNew(read);
                }
                case "end" -> {
                  return read;
                }
                default -> throw new IllegalStateException(order[0]);
              }
              read.add(all(values));
            }
          });

  private static String all(InstanceValues values) {
    Map<String, String> all = new TreeMap<>();
    values.keys().forEach(key -> all.put(key, values.get(key, String.class)));
    return all.toString();
  }

  private HoldfastClient obeying(int cacheSize, String... orders) {
    HoldfastClient client = work(b -> b.orchestration(OBEYS).cacheSize(cacheSize)).client();
    client.start(OBEYS, "x", List.of());
    give(client, orders);
    return client;
  }

  private void give(HoldfastClient client, String... orders) {
    for (String order : orders) {
      client.raise("x", "order", order);
    }
  }

  private static Map<String, String> shown(HoldfastClient client) {
    Map<String, String> all = new TreeMap<>();
    client.keyValues("x").forEach((key, value) -> all.put(key, value.json()));
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void codeReadsWhatItHasChangedAtOnceAndInEveryReplay(int cacheSize) throws Exception {
    HoldfastClient client =
        obeying(cacheSize, "set a 1", "set b 2", "set a 3", "clear b", "clear c", "set d 4");
    awaitEvents("x", "EventRaised", 6);
    give(client, "clearAll", "set e 5", "end");
    assertThat(client.await(OBEYS, "x", LONG))
        .containsExactly(
            "{}",
            "{a=1}",
            "{a=1, b=2}",
            "{a=3, b=2}",
            "{a=3}",
            "{a=3}",
            "{a=3, d=4}",
            "{}",
            "{e=5}");
    assertThat(shown(client)).isEqualTo(Map.of("e", "\"5\""));
    assertThat(kinds("x"))
        .containsOnly("OrchestrationStarted", "EventRaised", "OrchestrationCompleted");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void theNextExecutionReadsWhatTheFormerOnesHaveLeft(int cacheSize) throws Exception {
    HoldfastClient client = obeying(cacheSize, "set a 1", "set b 2", "next");
    await(() -> kinds("x", 2).contains("OrchestrationStarted"));
    give(client, "set a 3", "clear b", "set c 4");
    await(() -> shown(client).equals(Map.of("a", "\"3\"", "c", "\"4\"")));
    give(client, "next", "clearAll", "set d 5", "next", "end");
    assertThat(client.await(OBEYS, "x", LONG))
        .containsExactly(
            "{}",
            "{a=1}",
            "{a=1, b=2}",
            "{a=1, b=2}",
            "{a=3, b=2}",
            "{a=3}",
            "{a=3, c=4}",
            "{a=3, c=4}",
            "{}",
            "{d=5}",
            "{d=5}");
    assertThat(shown(client)).isEqualTo(Map.of("d", "\"5\""));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void whatIsReplayedIsNotStoredAgain(int cacheSize) throws Exception {
    HoldfastClient client = obeying(cacheSize, "set a 1");
    await(() -> client.keyValue("x", "a").isPresent());
    KeyValue first = stored("a");
    clock.advance(Duration.ofHours(1));
    give(client, "set b 2");
    await(() -> client.keyValue("x", "b").isPresent());
    assertThat(stored("a")).isEqualTo(first);
    assertThat(stored("b").lastUpdatedAt()).isAfter(first.lastUpdatedAt());
  }

  private KeyValue stored(String key) {
    return provider.capability(KeyValues.class).orElseThrow().read("x", key).orElseThrow();
  }

  @Test
  void anotherWorkerGoesOnWithTheSameValues() throws Exception {
    try (Holdfast first = work(b -> b.orchestration(OBEYS))) {
      first.client().start(OBEYS, "x", List.of());
      give(first.client(), "set a 1", "next", "set b 2");
      await(() -> first.client().keyValue("x", "b").isPresent());
    }
    HoldfastClient second = work(b -> b.orchestration(OBEYS)).client();
    give(second, "clear a", "end");
    assertThat(second.await(OBEYS, "x", LONG))
        .containsExactly("{}", "{a=1}", "{a=1}", "{a=1, b=2}", "{b=2}");
    assertThat(shown(second)).isEqualTo(Map.of("b", "\"2\""));
  }

  @Test
  void whatAFailedInstanceHasSetCanBeRead() throws Exception {
    HoldfastClient client = obeying(100, "set a 1", "fail");
    assertThat(client.awaitStatus("x", LONG).state()).isEqualTo(InstanceState.FAILED);
    assertThat(shown(client)).isEqualTo(Map.of("a", "\"1\""));
  }

  @Test
  void ofOneTurnTheLastChangeCounts() throws Exception {
    Orchestration<String, String> busy =
        Orchestration.named(
            "busy",
            String.class,
            String.class,
            (ctx, in) -> {
              InstanceValues values = ctx.keyValues();
              values.set("gone", 0);
              values.set("n", 0);
              values.clearAll();
              for (int i = 1; i <= 1_000; i++) {
                values.set("n", i);
              }
              values.set("back", List.of("x"));
              values.clear("back");
              values.set("back", List.of(in));
              return values.get("n", int.class)
                  + values.get("back", new TypeRef<List<String>>() {}).getFirst();
            });
    HoldfastClient client = work(b -> b.orchestration(busy)).client();
    client.start(busy, "x", "y");
    assertThat(client.await(busy, "x", LONG)).isEqualTo("1000y");
    assertThat(shown(client)).isEqualTo(Map.of("n", "1000", "back", "[\"y\"]"));
  }

  @Test
  void turnsAheadCarryThem() throws Exception {
    Orchestration<String, String> steps =
        Orchestration.named(
            "steps",
            String.class,
            String.class,
            (ctx, in) -> {
              ctx.keyValues().set("a", "before");
              ctx.call(STEP, in).await();
              ctx.keyValues().set("b", ctx.keyValues().get("a", String.class) + " after");
              return in;
            });
    Intercepted store = new Intercepted(provider);
    HoldfastClient client =
        work(
                store.provider(),
                b ->
                    b.orchestration(steps)
                        .activity(STEP, (actx, in) -> in)
                        .aheadAtMost(LONG)
                        .lockFor(LONG.multipliedBy(2)))
            .client();
    client.start(steps, "warm", "in");
    client.await(steps, "warm", LONG);
    store.calls.clear();
    client.start(steps, "x", "in");
    client.await(steps, "x", LONG);
    assertThat(store.calls).doesNotContain("ackOrchestrationItem");
    assertThat(shown(client)).isEqualTo(Map.of("a", "\"before\"", "b", "\"before after\""));
  }

  @Test
  void whatCannotBeStoredIsRefusedAtTheCall() throws Exception {
    int limit = provider.info().limits().maxPayloadBytes();
    Orchestration<String, List<String>> tries =
        Orchestration.named(
            "tries",
            new TypeRef<String>() {},
            new TypeRef<List<String>>() {},
            (ctx, in) -> {
              List<String> said = new ArrayList<>();
              for (Runnable call :
                  List.<Runnable>of(
                      () -> ctx.keyValues().set("k", "x".repeat(limit)),
                      () -> ctx.keyValues().set("", in),
                      () -> ctx.keyValues().clear("a\tb"))) {
                try {
                  call.run();
                } catch (PayloadTooLargeException | IllegalArgumentException e) {
                  said.add(e.getClass().getSimpleName());
                }
              }
              ctx.keyValues().set("k", null);
              said.add("" + ctx.keyValues().get("k", String.class) + ctx.keyValues().keys());
              return said;
            });
    HoldfastClient client = work(b -> b.orchestration(tries)).client();
    client.start(tries, "x", "in");
    assertThat(client.await(tries, "x", LONG))
        .containsExactly(
            "PayloadTooLargeException",
            "IllegalArgumentException",
            "IllegalArgumentException",
            "null[k]");
    assertThat(shown(client)).isEqualTo(Map.of("k", "null"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void whatIsRefusedLaterIsNotTakenForIt(int cacheSize) throws Exception {
    String large = "x".repeat(provider.info().limits().maxPayloadBytes());
    Orchestration<String, String> sets =
        Orchestration.named(
            "sets",
            String.class,
            String.class,
            (ctx, in) -> {
              StringBuilder said = new StringBuilder();
              for (String value : List.of("a", large, "b", large, "c")) {
                try {
                  ctx.keyValues().set("k", value);
                  said.append(ctx.keyValues().get("k", String.class));
                } catch (PayloadTooLargeException e) {
                  said.append("-");
                }
              }
              return said + ctx.event("e", String.class).await();
            });
    HoldfastClient client = work(b -> b.orchestration(sets).cacheSize(cacheSize)).client();
    client.start(sets, "x", "in");
    await(() -> client.keyValue("x", "k").isPresent());
    client.raise("x", "e", ".");
    assertThat(client.await(sets, "x", LONG)).isEqualTo("a-b-c.");
  }

  @Test
  void anUnknownInstanceHasNone() {
    try (HoldfastClient client =
        HoldfastClient.on(provider, DataConverter.jackson()).withStrictStarts()) {
      assertThat(client.keyValues("nobody")).isEmpty();
      assertThat(client.keyValue("nobody", "a")).isEmpty();
      assertThatThrownBy(() -> client.keyValue("nobody", ""))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aStoreWithoutThemIsNamed() throws Exception {
    Provider poor = Featureless.without(provider, Feature.KEY_VALUES);
    HoldfastClient client = work(poor, b -> b.orchestration(OBEYS)).client();
    client.start(OBEYS, "x", List.of());
    Failure failure = client.awaitStatus("x", LONG).failure();
    assertThat(failure).isNotNull();
    assertThat(failure.message())
        .isEqualTo(
            "the use of key-values needs a store that declares KEY_VALUES;"
                + " the provider \"sqlite\" does not");
    assertThatThrownBy(() -> client.keyValues("x"))
        .isInstanceOfSatisfying(
            ProviderError.NotSupported.class,
            error -> assertThat(error.feature()).isEqualTo(Feature.KEY_VALUES));
  }
}
