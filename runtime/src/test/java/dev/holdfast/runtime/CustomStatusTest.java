// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceFacts;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What code shows to the outside is stored with its turn, once, and can be waited for. */
class CustomStatusTest extends OnSqlite {

  record Progress(int done, String what) {}

  private static final Activity<String, String> STEP =
      Activity.named("step", String.class, String.class);

  /** Shows how many events it has had; "next" continues as new, "clear" clears, "end" ends. */
  private static final Orchestration<Integer, Integer> COUNTS =
      Orchestration.named(
          "counts",
          Integer.class,
          Integer.class,
          (ctx, from) -> {
            int done = from;
            while (true) {
              String event = ctx.event("e", String.class).await();
              done++;
              switch (event) {
                case "clear" -> ctx.clearCustomStatus();
                case "quiet" -> {}
                default -> {
                  ctx.customStatus(new Progress(-1, "overwritten in the same turn"));
                  ctx.customStatus(new Progress(done, event));
                }
              }
              if (event.equals("next")) {
                return ctx.continueAsNew(done);
              }
              if (event.equals("end")) {
                return done;
              }
            }
          });

  private HoldfastClient counting(int cacheSize) {
    return work(b -> b.orchestration(COUNTS).cacheSize(cacheSize)).client();
  }

  private static Progress progress(CustomStatusValue status) {
    EncodedValue value = status.value();
    assertThat(value).isNotNull();
    Progress progress = value.decode(Progress.class);
    assertThat(progress).isNotNull();
    return progress;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void eachTurnThatSetsItCountsOnceHoweverOftenItIsReplayed(int cacheSize) throws Exception {
    HoldfastClient client = counting(cacheSize);
    assertThat(client.customStatus("x")).isEqualTo(new CustomStatusValue(null, 0));
    client.start(COUNTS, "x", 0);
    for (int i = 1; i <= 5; i++) {
      client.raise("x", "e", "e" + i);
      CustomStatusValue status = client.awaitCustomStatus("x", i - 1, LONG);
      assertThat(status.version()).isEqualTo(i);
      assertThat(progress(status)).isEqualTo(new Progress(i, "e" + i));
    }
    client.raise("x", "e", "quiet");
    client.raise("x", "e", "end");
    assertThat(client.await(COUNTS, "x", LONG)).isEqualTo(7);
    assertThat(client.customStatus("x").version()).isEqualTo(6);
    assertThat(progress(client.customStatus("x"))).isEqualTo(new Progress(7, "end"));
    assertThat(kinds("x"))
        .containsOnly("OrchestrationStarted", "EventRaised", "OrchestrationCompleted");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void itStaysOverContinueAsNewAndTheEnd(int cacheSize) throws Exception {
    HoldfastClient client = counting(cacheSize);
    client.start(COUNTS, "x", 0);
    client.raise("x", "e", "next");
    assertThat(progress(client.awaitCustomStatus("x", 0, LONG))).isEqualTo(new Progress(1, "next"));
    client.raise("x", "e", "quiet");
    client.raise("x", "e", "next");
    assertThat(progress(client.awaitCustomStatus("x", 1, LONG))).isEqualTo(new Progress(3, "next"));
    await(() -> kinds("x", 3).contains("OrchestrationStarted"));
    assertThat(client.customStatus("x").version()).isEqualTo(2);
    client.raise("x", "e", "clear");
    CustomStatusValue cleared = client.awaitCustomStatus("x", 2, LONG);
    assertThat(cleared).isEqualTo(new CustomStatusValue(null, 3));
    client.cancel("x", "enough");
    client.awaitStatus("x", LONG);
    assertThat(client.customStatus("x")).isEqualTo(cleared);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void aTurnInWhichNothingHappensSetsNothingAgain(int cacheSize) throws Exception {
    HoldfastClient client = counting(cacheSize);
    client.start(COUNTS, "x", 0);
    client.raise("x", "e", "one");
    client.awaitCustomStatus("x", 0, LONG);
    for (int i = 0; i < 3; i++) {
      provider.enqueue(
          OrchestratorMessage.builder("x", "of another engine", Payload.utf8("?")).build());
      await(() -> facts("x").waitingMessages() == 0 && facts("x").lock() == null);
    }
    assertThat(client.customStatus("x").version()).isEqualTo(1);
  }

  private InstanceFacts facts(String instanceId) {
    return provider.capability(InstanceAdmin.class).orElseThrow().facts(instanceId);
  }

  @Test
  void anotherWorkerThatReplaysSetsNothingAgain() throws Exception {
    try (Holdfast first = work(b -> b.orchestration(COUNTS))) {
      first.client().start(COUNTS, "x", 0);
      first.client().raise("x", "e", "one");
      first.client().awaitCustomStatus("x", 0, LONG);
    }
    HoldfastClient second = counting(0);
    second.raise("x", "e", "quiet");
    awaitEvents("x", "EventRaised", 2);
    assertThat(second.customStatus("x").version()).isEqualTo(1);
    assertThat(progress(second.customStatus("x"))).isEqualTo(new Progress(1, "one"));
  }

  @Test
  void turnsAheadCarryIt() throws Exception {
    Orchestration<String, String> steps =
        Orchestration.named(
            "steps",
            String.class,
            String.class,
            (ctx, in) -> {
              ctx.customStatus("before");
              ctx.call(STEP, in).await();
              ctx.customStatus("between");
              ctx.call(STEP, in).await();
              ctx.customStatus(null);
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
    assertThat(client.await(steps, "x", LONG)).isEqualTo("in");
    assertThat(store.calls).doesNotContain("ackOrchestrationItem");
    CustomStatusValue status = client.customStatus("x");
    assertThat(status.version()).isEqualTo(3);
    assertThat(status.value()).isNotNull();
    assertThat(status.value().json()).isEqualTo("null");
  }

  @Test
  void aCallerBesideTheWorkerIsTold() throws Exception {
    HoldfastClient client = counting(100);
    AtomicReference<CustomStatusValue> seen = new AtomicReference<>();
    CompletableFuture<CustomStatusValue> waits =
        CompletableFuture.supplyAsync(() -> {
          try {
            return client.awaitCustomStatus(
                "x",
                status -> {
                  seen.set(status);
                  return status.value() != null && progress(status).what().equals("it");
                },
                LONG);
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    await(() -> seen.get() != null);
    client.start(COUNTS, "x", 0);
    client.raise("x", "e", "not it");
    await(() -> seen.get().version() == 1);
    client.raise("x", "e", "it");
    assertThat(progress(waits.join())).isEqualTo(new Progress(2, "it"));
  }

  @Test
  void aCallerElsewhereSeesItToo() throws Exception {
    counting(100).start(COUNTS, "x", 0);
    try (HoldfastClient elsewhere =
        HoldfastClient.on(openHandle(), DataConverter.jackson()).withStrictStarts()) {
      elsewhere.raise("x", "e", "it");
      assertThat(progress(elsewhere.awaitCustomStatus("x", 0, LONG)))
          .isEqualTo(new Progress(1, "it"));
    }
  }

  @Test
  void whoWaitsInVainIsTold() {
    HoldfastClient client = counting(0);
    client.start(COUNTS, "x", 0);
    awaitEvents("x", "OrchestrationStarted", 1);
    assertThatThrownBy(() -> client.awaitCustomStatus("x", 0, Duration.ofMillis(20)))
        .isInstanceOf(AwaitTimeoutException.class)
        .hasMessageContaining(
            "instance \"x\" (counts) did not show the awaited custom status within PT0.02S; it is"
                + " RUNNING; what it waits for says: holdfast why x");
    assertThatIllegalArgumentException().isThrownBy(() -> client.customStatus(""));
  }

  @Test
  void whoAwaitsTheEndInVainIsToldWhatItShows() throws Exception {
    HoldfastClient client = counting(100);
    client.start(COUNTS, "x", 0);
    client.raise("x", "e", "it");
    client.awaitCustomStatus("x", 0, LONG);
    assertThatThrownBy(() -> client.awaitStatus("x", Duration.ZERO))
        .isInstanceOfSatisfying(
            AwaitTimeoutException.class,
            late -> {
              assertThat(late.instanceId()).isEqualTo("x");
              assertThat(late.state()).isEqualTo(InstanceState.RUNNING);
            })
        .hasMessageContaining(
            "instance \"x\" (counts) did not end within PT0S; it is RUNNING and shows {")
        .hasMessageEndingWith("\"it\"}; what it waits for says: holdfast why x");
  }

  @Test
  void aValueThatIsTooLargeIsRefusedAtTheCall() throws Exception {
    int limit = provider.info().limits().maxPayloadBytes();
    Orchestration<String, String> large =
        Orchestration.named(
            "large",
            String.class,
            String.class,
            (ctx, in) -> {
              try {
                ctx.customStatus("x".repeat(limit));
                return "taken";
              } catch (PayloadTooLargeException e) {
                return "refused";
              }
            });
    HoldfastClient client = work(b -> b.orchestration(large)).client();
    client.start(large, "x", "in");
    assertThat(client.await(large, "x", LONG)).isEqualTo("refused");
    assertThat(client.customStatus("x").version()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void whatIsRefusedLaterIsNotTakenForIt(int cacheSize) throws Exception {
    String large = "x".repeat(provider.info().limits().maxPayloadBytes());
    Orchestration<String, String> asks =
        Orchestration.named(
            "asks",
            String.class,
            String.class,
            (ctx, in) -> {
              StringBuilder said = new StringBuilder();
              List<Runnable> calls =
                  List.of(
                      () -> ctx.customStatus("small"),
                      () -> ctx.call(STEP, large),
                      () -> ctx.customStatus("small"),
                      () -> ctx.customStatus(large),
                      () -> ctx.customStatus("small"));
              for (Runnable call : calls) {
                try {
                  call.run();
                  said.append("yes ");
                } catch (PayloadTooLargeException e) {
                  said.append("no ");
                }
              }
              return said + ctx.event("e", String.class).await();
            });
    HoldfastClient client =
        work(b -> b.orchestration(asks).activity(STEP, (actx, in) -> in).cacheSize(cacheSize))
            .client();
    client.start(asks, "x", "in");
    client.awaitCustomStatus("x", 0, LONG);
    client.raise("x", "e", "end");
    assertThat(client.await(asks, "x", LONG)).isEqualTo("yes no yes no yes end");
  }

  @Test
  void aStoreWithoutItIsNamed() throws Exception {
    Provider poor = Featureless.without(provider, Feature.CUSTOM_STATUS);
    HoldfastClient client = work(poor, b -> b.orchestration(COUNTS)).client();
    client.start(COUNTS, "x", 0);
    client.raise("x", "e", "quiet");
    client.raise("x", "e", "it");
    Failure failure = client.awaitStatus("x", LONG).failure();
    assertThat(failure).isNotNull();
    assertThat(failure.message())
        .isEqualTo(
            "a custom status needs a store that declares CUSTOM_STATUS;"
                + " the provider \"sqlite\" does not");
    assertThatThrownBy(() -> client.customStatus("x"))
        .isInstanceOfSatisfying(
            ProviderError.NotSupported.class,
            error -> assertThat(error.feature()).isEqualTo(Feature.CUSTOM_STATUS));
    assertThat(kinds("x")).contains("FeatureRefused");
  }
}
