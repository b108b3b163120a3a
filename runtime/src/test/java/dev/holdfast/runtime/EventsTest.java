// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.ProviderError;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventsTest extends OnSqlite {

  static final Orchestration<Integer, String> COLLECT =
      Orchestration.named(
          "collect",
          Integer.class,
          String.class,
          (ctx, n) -> {
            StringBuilder all = new StringBuilder();
            for (int i = 0; i < n; i++) {
              all.append(ctx.event("e", String.class).await());
            }
            return all.toString();
          });

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void eventsGoToTheWaitsInOrder(int cacheSize) throws Exception {
    HoldfastClient client = work(b -> b.orchestration(COLLECT).cacheSize(cacheSize)).client();
    client.start(COLLECT, "x", 3);
    awaitEvents("x", "OrchestrationStarted", 1);
    client.raise("x", "e", "a");
    awaitEvents("x", "EventRaised", 1);
    client.raise("x", "other", "not this one");
    client.raise("x", "e", "b");
    client.raise("x", "e", "c");
    assertThat(client.await(COLLECT, "x", LONG)).isEqualTo("abc");
  }

  @Test
  void eventsThatComeBeforeTheStartWait() throws Exception {
    HoldfastClient client = work(b -> b.orchestration(COLLECT)).client();
    client.raise("x", "e", "a", RaiseOptions.defaults().waitingForStart());
    client.raise("x", "e", "b", RaiseOptions.defaults().waitingForStart());
    client.start(COLLECT, "x", 2);
    assertThat(client.await(COLLECT, "x", LONG)).isEqualTo("ab");
    assertThat(kinds("x").getFirst()).isEqualTo("OrchestrationStarted");
  }

  @Test
  void theNthCallGetsTheNthEventWhateverIsAwaitedFirst() throws Exception {
    Orchestration<Integer, String> backwards =
        Orchestration.named(
            "backwards",
            Integer.class,
            String.class,
            (ctx, n) -> {
              DurableFuture<String> first = ctx.event("e", String.class);
              DurableFuture<String> second = ctx.event("e", String.class);
              return second.await() + first.await();
            });
    HoldfastClient client = work(b -> b.orchestration(backwards)).client();
    client.start(backwards, "x", 0);
    client.raise("x", "e", "1");
    client.raise("x", "e", "2");
    assertThat(client.await(backwards, "x", LONG)).isEqualTo("21");
  }

  @Test
  void anEventThatLostARaceAgainstATimerGoesToTheNextWait() throws Exception {
    Orchestration<Integer, String> patient =
        Orchestration.named(
            "patient",
            Integer.class,
            String.class,
            (ctx, n) -> {
              int first =
                  ctx.select(List.of(ctx.event("e", String.class), ctx.timer(Duration.ofHours(1))));
              return first + ctx.event("e", String.class).await();
            });
    HoldfastClient client = work(b -> b.orchestration(patient)).client();
    client.start(patient, "x", 0);
    awaitEvents("x", "TimerCreated", 1);
    clock.advance(Duration.ofHours(1));
    awaitEvents("x", "TimerFired", 1);
    client.raise("x", "e", "late");
    assertThat(client.await(patient, "x", LONG)).isEqualTo("1late");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void whatHappenedFirstWhileNoWorkerRanComesFirst(boolean raisedBeforeDue) throws Exception {
    Orchestration<Integer, Integer> patient =
        Orchestration.named(
            "patient",
            Integer.class,
            Integer.class,
            (ctx, n) ->
                ctx.select(List.of(ctx.event("e", String.class), ctx.timer(Duration.ofHours(1)))));
    Holdfast first = work(b -> b.orchestration(patient));
    first.client().start(patient, "x", 0);
    awaitEvents("x", "TimerCreated", 1);
    first.close();

    HoldfastClient client = closing(HoldfastClient.on(provider, DataConverter.jackson()));
    clock.advance(Duration.ofHours(raisedBeforeDue ? 0 : 1));
    client.raise("x", "e", "answer");
    clock.advance(Duration.ofHours(raisedBeforeDue ? 1 : 0));

    work(b -> b.orchestration(patient));
    assertThat(client.await(patient, "x", LONG)).isEqualTo(raisedBeforeDue ? 0 : 1);
  }

  @Test
  void anEventWithAMessageIdIsRaisedOnce() throws Exception {
    HoldfastClient client = work(b -> b.orchestration(COLLECT)).client();
    client.start(COLLECT, "x", 2);
    client.raise("x", "e", "a", "id-1");
    client.raise("x", "e", "a", "id-1");
    awaitEvents("x", "EventRaised", 1);
    client.raise("x", "e", "a", "id-1");
    assertThatThrownBy(() -> client.raise("x", "e", "other", "id-1"))
        .isInstanceOf(ProviderError.IdempotencyMismatch.class);
    client.raise("x", "e", "b", "id-2");
    assertThat(client.await(COLLECT, "x", LONG)).isEqualTo("ab");
  }

  @Test
  void anEventToAnEndedInstanceChangesNothing() throws Exception {
    HoldfastClient client = work(b -> b.orchestration(COLLECT)).client();
    client.start(COLLECT, "x", 0);
    client.await(COLLECT, "x", LONG);
    client.raise("x", "e", "late");
    client.start(COLLECT, "y", 0);
    client.await(COLLECT, "y", LONG);
    assertThat(kinds("x")).containsExactly("OrchestrationStarted", "OrchestrationCompleted");
  }
}
