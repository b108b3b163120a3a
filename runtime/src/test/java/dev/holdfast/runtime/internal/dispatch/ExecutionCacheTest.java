// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.History;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.runtime.Orchestration;
import dev.holdfast.runtime.internal.event.Codec;
import dev.holdfast.runtime.internal.event.Event;
import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.event.Recorded;
import dev.holdfast.runtime.internal.replay.Execution;
import dev.holdfast.runtime.internal.replay.Hosts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExecutionCacheTest {

  private static final Orchestration<String, String> WAITS =
      Orchestration.named(
          "waits", String.class, String.class, (ctx, in) -> ctx.event("e", String.class).await());
  private static final Event.OrchestrationStarted STARTED =
      new Event.OrchestrationStarted("waits", null, Json.NULL, null, null);
  private static final Instant MONDAY = Instant.parse("2026-01-05T10:00:00Z");
  private static final Instant TUESDAY = Instant.parse("2026-01-06T10:00:00Z");

  private final ExecutionCache cache = new ExecutionCache(2);

  private static Execution parked(String id) {
    Execution execution =
        new Execution(
            id,
            1,
            WAITS,
            Hosts.plain(),
            (earlier, after, limit) -> {
              throw new AssertionError("there are no earlier executions");
            });
    assertThat(execution.turn(MONDAY, List.of(STARTED))).hasSize(1);
    return execution;
  }

  private static OrchestrationItem item(
      String id, long executionId, long lastEventId, Instant startedAt) {
    History history =
        new History(lastEventId, List.of(Codec.encode(new Recorded(1, startedAt, STARTED))), false);
    return new OrchestrationItem(
        id,
        "waits",
        null,
        executionId,
        history,
        List.of(OrchestratorMessage.of(id, "event", Payload.empty())),
        Map.of(),
        1,
        new LockToken.OfInstance(id, 7),
        TUESDAY);
  }

  @Test
  void anExecutionGoesOnWhereTheStoreSaysTheInstanceStands() {
    Execution execution = parked("x");
    cache.put(execution);
    assertThat(cache.take(item("y", 1, 1, MONDAY))).isNull();
    assertThat(cache.take(item("x", 1, 1, MONDAY))).isSameAs(execution);
    assertThat(cache.take(item("x", 1, 1, MONDAY))).as("taken").isNull();
  }

  @Test
  void oneThatAnotherWorkerWentOnWithIsDropped() {
    cache.put(parked("x"));
    assertThat(cache.take(item("x", 1, 2, MONDAY))).isNull();
    cache.put(parked("x"));
    assertThat(cache.take(item("x", 2, 1, MONDAY))).isNull();
  }

  @Test
  void oneThatWasDeletedAndStartedAgainUnderTheSameIdIsDropped() {
    cache.put(parked("x"));
    assertThat(cache.take(item("x", 1, 1, TUESDAY))).isNull();
  }

  @Test
  void theOneThatWasNotUsedForLongestMakesRoom() {
    cache.put(parked("a"));
    cache.put(parked("b"));
    cache.put(parked("a"));
    cache.put(parked("c"));
    assertThat(cache.take(item("b", 1, 1, MONDAY))).isNull();
    assertThat(cache.take(item("a", 1, 1, MONDAY))).isNotNull();
    assertThat(cache.take(item("c", 1, 1, MONDAY))).isNotNull();
  }
}
