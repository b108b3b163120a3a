// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.EventStreams;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Orchestrations append to streams with their turns, and wait for events of streams. */
@Timeout(120)
abstract class StreamsContract {

  private static final Duration LONG = Duration.ofSeconds(90);
  private static final StreamId ORDER = new StreamId("order", "17");

  private static final Activity<String, Long> LOOK =
      Activity.named("look", String.class, Long.class);

  private static final Orchestration<String, String> TWICE =
      Orchestration.named(
          "twice",
          String.class,
          String.class,
          (ctx, input) -> {
            ctx.append(AppendEvents.of(ORDER, Expected.noStream(), event("placed")));
            ctx.append(AppendEvents.of(ORDER, Expected.exactly(1), event("paid"), event("packed")));
            ctx.call(LOOK, "between").await();
            ctx.append(AppendEvents.of(ORDER, Expected.any(), event("sent")));
            return "sent";
          });

  /** Looks, and appends to what it has seen, until nobody was faster. */
  private static final Orchestration<String, Long> STUBBORN =
      Orchestration.named(
          "stubborn",
          String.class,
          Long.class,
          (ctx, input) -> {
            long conflicts = 0;
            while (true) {
              long seen = ctx.call(LOOK, "look").await();
              try {
                ctx.append(AppendEvents.of(ORDER, Expected.exactly(seen), event("own")));
                return conflicts;
              } catch (AppendConflictException e) {
                if (!e.stream().equals(ORDER) || e.expectedVersion() != seen) {
                  throw e;
                }
                conflicts += 100 + e.foundVersion();
              }
            }
          });

  private static final Orchestration<String, String> BLIND =
      Orchestration.named(
          "blind",
          String.class,
          String.class,
          (ctx, input) -> {
            ctx.append(AppendEvents.of(ORDER, Expected.exactly(7), event("own")));
            return "done";
          });

  private static final Orchestration<Integer, String> LARGE =
      Orchestration.named(
          "large",
          Integer.class,
          String.class,
          (ctx, bytes) -> {
            NewEvent large = NewEvent.of("large", Payload.of(new byte[bytes]));
            try {
              ctx.append(AppendEvents.of(ORDER, Expected.any(), large));
              return "appended";
            } catch (PayloadTooLargeException e) {
              ctx.call(LOOK, "look").await();
              return "too large";
            }
          });

  Provider provider;

  private static NewEvent event(String type) {
    return NewEvent.of(type, Payload.utf8("{}"));
  }

  abstract void close() throws Exception;

  @AfterEach
  final void closeStore() throws Exception {
    close();
  }

  private EventStreams streams() {
    return provider.capability(EventStreams.class).orElseThrow();
  }

  private List<String> types() {
    return streams().readStream(ORDER, 1, Direction.FORWARDS, 100).events().stream()
        .map(StreamEvent::content)
        .map(NewEvent::type)
        .toList();
  }

  private Holdfast work(UnaryOperator<Holdfast.Builder> setUp) {
    return setUp
        .apply(
            Holdfast.builder(provider)
                .closeOnShutdown(false)
                .closeGrace(Duration.ZERO)
                .cacheSize(0)
                .redeliveryBackoff(Duration.ZERO, Duration.ZERO))
        .start();
  }

  private List<String> kinds(String instanceId) {
    return provider.readHistory(instanceId, 1, 0, 1_000).events().stream()
        .map(HistoryEvent::kind)
        .toList();
  }

  @Test
  void eventsStandWithTheTurnThatAppendedThem() throws Exception {
    try (Holdfast worker = work(b -> b.orchestration(TWICE).activity(LOOK, (context, in) -> 0L))) {
      worker.client().start(TWICE, "one", "a");
      assertThat(worker.client().await(TWICE, "one", LONG)).isEqualTo("sent");
    }
    assertThat(types()).containsExactly("placed", "paid", "packed", "sent");
    assertThat(kinds("one"))
        .containsExactly(
            "OrchestrationStarted",
            "EventsAppended",
            "EventsAppended",
            "ActivityScheduled",
            "ActivityCompleted",
            "EventsAppended",
            "OrchestrationCompleted");
  }

  @Test
  void codeIsToldOfAConflictAndDecidesAgain() throws Exception {
    // Each look is overtaken by somebody else's event, three times.
    ActivityFunction<String, Long> look =
        (context, in) -> {
          long seen = types().size();
          if (seen < 3) {
            streams().append(AppendEvents.of(ORDER, Expected.any(), event("other")));
          }
          return seen;
        };
    try (Holdfast worker = work(b -> b.orchestration(STUBBORN).activity(LOOK, look))) {
      worker.client().start(STUBBORN, "one", "a");
      assertThat(worker.client().await(STUBBORN, "one", LONG)).isEqualTo(3 * 100 + 1 + 2 + 3);
    }
    assertThat(types()).containsExactly("other", "other", "other", "own");
    assertThat(kinds("one")).filteredOn("AppendRefused"::equals).hasSize(3);
    assertThat(kinds("one")).filteredOn("EventsAppended"::equals).hasSize(1);
  }

  @Test
  void aConflictThatIsNotCaughtFailsTheInstanceAndNothingIsAppended() throws Exception {
    try (Holdfast worker = work(b -> b.orchestration(BLIND))) {
      worker.client().start(BLIND, "one", "a");
      assertThatThrownBy(() -> worker.client().await(BLIND, "one", LONG))
          .isInstanceOf(OrchestrationFailedException.class)
          .hasMessageContaining("stream order/17 is at version 0, and version 7 was expected");
    }
    assertThat(types()).isEmpty();
    assertThat(kinds("one"))
        .containsExactly("OrchestrationStarted", "AppendRefused", "OrchestrationFailed");
  }

  @Test
  void anEventThatIsTooLargeIsRefusedByTheCall() throws Exception {
    try (Holdfast worker = work(b -> b.orchestration(LARGE).activity(LOOK, (context, in) -> 0L))) {
      worker.client().start(LARGE, "one", provider.info().limits().maxPayloadBytes());
      assertThat(worker.client().await(LARGE, "one", LONG)).isEqualTo("too large");
    }
    assertThat(types()).isEmpty();
  }

  @Test
  void aUsedKeyWithOtherEventsFailsTheInstance() throws Exception {
    streams().append(AppendEvents.of(ORDER, Expected.any(), event("first")).withKey("k"));
    Orchestration<String, String> keyed =
        Orchestration.named(
            "keyed",
            String.class,
            String.class,
            (ctx, type) -> {
              ctx.append(AppendEvents.of(ORDER, Expected.any(), event(type)).withKey("k"));
              return "done";
            });
    try (Holdfast worker = work(b -> b.orchestration(keyed))) {
      worker.client().start(keyed, "same", "first");
      worker.client().start(keyed, "other", "second");
      assertThat(worker.client().await(keyed, "same", LONG)).isEqualTo("done");
      assertThatThrownBy(() -> worker.client().await(keyed, "other", LONG))
          .isInstanceOf(OrchestrationFailedException.class)
          .hasMessageContaining(Failure.REFUSED);
    }
    assertThat(types()).containsExactly("first");
    assertThatThrownBy(() ->
            streams().append(AppendEvents.of(ORDER, Expected.any(), event("third")).withKey("k")))
        .isInstanceOf(IdempotencyMismatch.class);
  }

  @Test
  void aStoreWithoutStreamsIsSaidToTheCode() throws Exception {
    provider = Featureless.without(provider, Feature.EVENT_STREAMS);
    try (Holdfast worker = work(b -> b.orchestration(BLIND))) {
      worker.client().start(BLIND, "one", "a");
      assertThatThrownBy(() -> worker.client().await(BLIND, "one", LONG))
          .isInstanceOf(OrchestrationFailedException.class)
          .hasMessageContaining("EVENT_STREAMS");
    }
  }

  private static final Orchestration<String, String> WAITING =
      Orchestration.named(
          "waiting",
          String.class,
          String.class,
          (ctx, input) -> {
            StreamEvent placed = ctx.streamEvent(ORDER, 0).await();
            StreamEvent sent = ctx.streamEvent(ORDER, placed.version(), "sent", "lost").await();
            return placed.content().type() + " " + sent.content().type() + " " + sent.version();
          });

  private static final Orchestration<String, String> IMPATIENT =
      Orchestration.named(
          "impatient",
          String.class,
          String.class,
          (ctx, input) -> {
            int first =
                ctx.select(List.of(ctx.streamEvent(ORDER, 0, "never"), ctx.timer(Duration.ZERO)));
            return first == 1 ? "too late" : "in time";
          });

  private void append(String type) {
    streams().append(AppendEvents.of(ORDER, Expected.any(), event(type)));
  }

  private Holdfast waiting(Duration lookEvery) {
    return work(b ->
        b.orchestration(WAITING)
            .orchestration(IMPATIENT)
            .activity(LOOK, (context, in) -> 0L)
            .streamLookEvery(lookEvery));
  }

  private void awaitWaits(int scheduled) {
    OnSqlite.await(
        () -> kinds("one").stream().filter("ActivityScheduled"::equals).count() == scheduled);
  }

  @Test
  void anEventIsTheFirstOneBehindAVersionThatIsThereOrComes() throws Exception {
    append("placed");
    // so rarely that only the tail of the log can tell in time
    try (Holdfast worker = waiting(Duration.ofDays(1))) {
      worker.client().start(WAITING, "one", "a");
      awaitWaits(2);
      append("paid");
      append("sent");
      assertThat(worker.client().await(WAITING, "one", LONG)).isEqualTo("placed sent 3");
      StreamEvent placed =
          streams().readStream(ORDER, 1, Direction.FORWARDS, 1).events().getFirst();
      assertThat(placed.content().type()).isEqualTo("placed");
    }
  }

  @Test
  void aWaitOutlivesItsWorker() throws Exception {
    try (Holdfast worker = waiting(Duration.ofMillis(200))) {
      worker.client().start(WAITING, "one", "a");
      awaitWaits(1);
    }
    append("placed");
    append("sent");
    try (Holdfast worker = waiting(Duration.ofMillis(200))) {
      assertThat(worker.client().await(WAITING, "one", LONG)).isEqualTo("placed sent 2");
    }
  }

  @Test
  void aWaitThatIsNotWantedAnyMoreIsGivenUp() throws Exception {
    try (Holdfast worker = waiting(Duration.ofDays(1))) {
      worker.client().start(IMPATIENT, "one", "a");
      assertThat(worker.client().await(IMPATIENT, "one", LONG)).isEqualTo("too late");
      assertThat(kinds("one")).contains("ActivityCancelled");
    }
  }
}
