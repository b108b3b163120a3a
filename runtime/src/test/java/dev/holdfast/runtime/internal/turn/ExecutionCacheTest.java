// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.replay.Execution;
import dev.holdfast.runtime.internal.replay.Hosts;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class ExecutionCacheTest {

  private static final Orchestration<String, String> WAITS =
      Orchestration.named(
          "waits", String.class, String.class, (ctx, in) -> ctx.event("e", String.class).await());
  private static final Event.OrchestrationStarted STARTED =
      new Event.OrchestrationStarted("waits", null, Json.NULL, null, null);
  private static final Instant MONDAY = Instant.parse("2026-01-05T10:00:00Z");
  private static final Instant TUESDAY = Instant.parse("2026-01-06T10:00:00Z");

  private final ExecutionCache cache = new ExecutionCache(2, Duration.ofSeconds(30));

  private static Execution parked(String id) {
    Execution execution =
        new Execution(
            id,
            1,
            WAITS,
            Hosts.plain(),
            Map.of(),
            (earlier, after, limit) -> {
              throw new AssertionError("there are no earlier executions");
            });
    assertThat(execution.turn(MONDAY, List.of(STARTED))).hasSize(1);
    return execution;
  }

  private static ExecutionCache.Place at(
      String id, long executionId, long lastEventId, Instant startedAt) {
    return new ExecutionCache.Place(id, executionId, lastEventId, () -> startedAt);
  }

  private static Execution further(Execution execution) {
    assertThat(execution.turn(MONDAY, List.of(new Event.EventRaised("other", Json.NULL))))
        .hasSize(1);
    return execution;
  }

  private void put(Execution execution) {
    try (ExecutionCache.Offer offer = cache.offer(execution)) {
      offer.stored();
    }
  }

  @Test
  void anExecutionGoesOnWhereTheStoreSaysTheInstanceStands() {
    Execution execution = parked("x");
    put(execution);
    assertThat(cache.take(at("y", 1, 1, MONDAY))).isNull();
    assertThat(cache.take(at("x", 1, 1, MONDAY))).isSameAs(execution);
    assertThat(cache.take(at("x", 1, 1, MONDAY))).as("taken").isNull();
  }

  @Test
  void oneThatAnotherWorkerWentOnWithIsDropped() {
    put(parked("x"));
    assertThat(cache.take(at("x", 1, 2, MONDAY))).isNull();
    put(parked("x"));
    assertThat(cache.take(at("x", 2, 1, MONDAY))).isNull();
  }

  @Test
  void oneThatWasDeletedAndStartedAgainUnderTheSameIdIsDropped() {
    put(parked("x"));
    assertThat(cache.take(at("x", 1, 1, TUESDAY))).isNull();
  }

  @Test
  void theOneThatWasNotUsedForLongestMakesRoom() {
    put(parked("a"));
    put(parked("b"));
    put(parked("a"));
    put(parked("c"));
    assertThat(cache.take(at("b", 1, 1, MONDAY))).isNull();
    assertThat(cache.take(at("a", 1, 1, MONDAY))).isNotNull();
    assertThat(cache.take(at("c", 1, 1, MONDAY))).isNotNull();
  }

  @Test
  void aTurnThatBeginsBeforeTheAckOfTheLastOneHasReturnedWaitsForIt() throws Exception {
    Execution execution = parked("x");
    ExecutionCache.Offer offer = cache.offer(execution);
    FutureTask<Execution> next = new FutureTask<>(() -> cache.take(at("x", 1, 1, MONDAY)));
    awaitParked(Thread.ofPlatform().start(next));
    offer.stored();
    offer.close();
    assertThat(next.get()).isSameAs(execution);
    assertThat(further(execution).lastEventId()).as("still usable").isEqualTo(2);
  }

  @Test
  void aTurnWhoseLastAckIsRefusedGetsNothing() throws Exception {
    ExecutionCache.Offer offer = cache.offer(parked("x"));
    FutureTask<Execution> next = new FutureTask<>(() -> cache.take(at("x", 1, 1, MONDAY)));
    awaitParked(Thread.ofPlatform().start(next));
    offer.close();
    assertThat(next.get()).isNull();
    assertThat(cache.take(at("x", 1, 1, MONDAY))).isNull();
  }

  @Test
  void aTurnDoesNotWaitLongerThanALock() {
    ExecutionCache impatient = new ExecutionCache(2, Duration.ofNanos(1));
    ExecutionCache.Offer offer = impatient.offer(parked("x"));
    assertThat(impatient.take(at("x", 1, 1, MONDAY))).isNull();
    offer.stored();
    assertThat(impatient.take(at("x", 1, 1, MONDAY))).as("nobody's any more").isNull();
  }

  @Test
  void whatIsBeingAckedIsNoUseToATurnThatStandsElsewhere() {
    try (ExecutionCache.Offer offer = cache.offer(further(parked("x")))) {
      assertThat(cache.take(at("x", 1, 1, MONDAY))).isNull();
      offer.stored();
    }
    assertThat(cache.take(at("x", 1, 2, MONDAY))).isNotNull();
  }

  @Test
  void whatComesLateDoesNotDisplaceWhatIsNewer() {
    ExecutionCache.Offer late = cache.offer(parked("x"));
    Execution newer = further(parked("x"));
    put(newer);
    late.stored();
    late.close();
    assertThat(cache.take(at("x", 1, 1, MONDAY))).as("a turn whose lock is lost").isNull();
    assertThat(cache.take(at("x", 1, 2, MONDAY))).isSameAs(newer);
  }

  @Test
  void aCacheOfNoneKeepsNothing() {
    ExecutionCache none = new ExecutionCache(0, Duration.ofSeconds(30));
    ExecutionCache.Offer offer = none.offer(parked("x"));
    assertThat(none.take(at("x", 1, 1, MONDAY))).isNull();
    offer.stored();
    assertThat(none.take(at("x", 1, 1, MONDAY))).isNull();
  }

  private static void awaitParked(Thread thread) {
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
  }

  @Test
  void whatIsParkedCanBeTakenWithoutAskingTheStoreIfItSuits() {
    Execution execution = parked("x");
    put(execution);
    assertThat(cache.knows("x")).isTrue();
    assertThat(cache.takeParked("x", it -> false)).isNull();
    assertThat(cache.takeParked("y", it -> true)).isNull();
    assertThat(cache.takeParked("x", it -> it == execution)).isSameAs(execution);
    assertThat(cache.takeParked("x", it -> true)).isNull();
    assertThat(cache.knows("x")).isFalse();
  }

  @Test
  void whatIsBeingAckedIsNotTakenAhead() {
    put(parked("x"));
    try (ExecutionCache.Offer offer = cache.offer(further(parked("x")))) {
      assertThat(cache.takeParked("x", it -> true)).isNull();
      assertThat(cache.knows("x")).isTrue();
      offer.stored();
    }
    assertThat(cache.takeParked("x", it -> it.lastEventId() == 2)).isNotNull();
  }

  @Test
  void theTimeOfAnExecutionNeverRunsBackwards() {
    Execution execution = parked("x");
    Event.Received event = new Event.EventRaised("other", Json.NULL);
    assertThat(execution.turn(TUESDAY, List.of(event)).getFirst().at()).isEqualTo(TUESDAY);
    assertThat(execution.turn(MONDAY, List.of(event)).getFirst().at()).isEqualTo(TUESDAY);
    execution.unwind();
  }
}
