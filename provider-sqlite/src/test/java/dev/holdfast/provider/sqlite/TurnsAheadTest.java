// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EndedInstance;
import dev.holdfast.provider.EndedRead;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.DuplicateEvent;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.provider.TurnContent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A turn that comes with its message is applied in the commit of the message, or not at all. */
class TurnsAheadTest {

  private static final Duration LOCK = Duration.ofMinutes(1);
  private static final EagerInstance CLAIM = new EagerInstance(LOCK, 100, null);

  @TempDir Path dir;
  private Provider store;

  @BeforeEach
  void open() {
    store = new SqliteTestStore(dir.resolve("holdfast.db")).open();
  }

  @AfterEach
  void close() {
    store.close();
  }

  @Test
  void twoCallsMakeAnOrchestrationOfOneActivity() {
    EnqueueResult started = start("one");
    ActivityItem activity = activityOf(started.turnAhead());
    AckResult.Applied ended = complete(activity, last(1, 2, 3));

    assertThat(ended.turnAhead()).isEqualTo(AckResult.applied());
    assertThat(ended.eagerInstance()).isNull();
    assertThat(store.readEnded(new EndedRead(List.of("one"), Duration.ZERO)))
        .extracting(EndedInstance::instanceId)
        .containsExactly("one");
    assertThat(store.readHistory("one", 1, 0, 10).events())
        .extracting(HistoryEvent::eventId)
        .containsExactly(1L, 2L, 3L, 4L);
    assertThat(store.fetchOrchestrationItems(OrchestrationFetch.of(10, LOCK))).isEmpty();
    assertThat(store.fetchActivityItems(ActivityFetch.of(10, LOCK))).isEmpty();
  }

  @Test
  void anotherMessageStandsInTheWay() {
    ActivityItem activity = activityOf(start("one").turnAhead());
    store.enqueue(OrchestratorMessage.of("one", "Signal", Payload.utf8("first")));

    AckResult.Applied completed = complete(activity, last(1, 2, 3));

    assertThat(completed.turnAhead()).isNull();
    assertThat(kinds(completed.eagerInstance())).containsExactly("Signal", "Completed");
    assertThat(store.readHistory("one", 1, 0, 10).lastEventId()).isEqualTo(2);
  }

  @Test
  void anotherEndOfTheHistoryStandsInTheWay() {
    ActivityItem activity = activityOf(start("one").turnAhead());

    AckResult.Applied completed = complete(activity, last(1, 1, 3));

    assertThat(completed.turnAhead()).isNull();
    assertThat(kinds(completed.eagerInstance())).containsExactly("Completed");
  }

  @Test
  void whatIsRefusedEarlyLeavesTheCallAsItIs() {
    ActivityItem activity = activityOf(start("one").turnAhead());

    AckResult.Applied completed = complete(activity, last(1, 2, 2));

    assertThat(completed.turnAhead())
        .isInstanceOfSatisfying(
            AckResult.Rejected.class,
            rejected -> assertThat(rejected.error()).isInstanceOf(DuplicateEvent.class));
    assertThat(kinds(completed.eagerInstance())).containsExactly("Completed");
  }

  @Test
  void whatIsRefusedLateLeavesNothingOfTheTurn() {
    TurnContent twice =
        TurnContent.builder(1)
            .historyDelta(events(1, 2))
            .activities(List.of(task("one", 2), task("one", 2)))
            .metadata(ExecutionMetadata.builder().name("flow").build())
            .build();

    EnqueueResult started = store.enqueue(message("one"), ahead(new TurnAhead(1, 0, twice)));

    assertThat(started.stored()).isTrue();
    assertThat(started.turnAhead())
        .isInstanceOfSatisfying(
            AckResult.Rejected.class,
            rejected -> assertThat(rejected.error()).isInstanceOf(InvalidRequest.class));
    assertThat(kinds(started.eagerInstance())).containsExactly("Start");
    assertThat(store.readHistory("one", 1, 0, 10).events()).isEmpty();
    assertThat(store.fetchActivityItems(ActivityFetch.of(10, LOCK))).isEmpty();
  }

  @Test
  void aRepeatedStartAddsNothing() {
    start("one");

    EnqueueResult again = start("one");

    assertThat(again).isEqualTo(EnqueueResult.of(false));
    assertThat(store.readHistory("one", 1, 0, 10).lastEventId()).isEqualTo(2);
  }

  private EnqueueResult start(String id) {
    TurnContent first =
        TurnContent.builder(1)
            .historyDelta(events(1, 2))
            .activities(List.of(task(id, 2)))
            .metadata(ExecutionMetadata.builder().name("flow").build())
            .eager(new EagerActivities(1, LOCK, TagFilter.untagged(), null))
            .build();
    return store.enqueue(message(id), ahead(new TurnAhead(1, 0, first)));
  }

  private AckResult.Applied complete(ActivityItem activity, TurnAhead turn) {
    OrchestratorMessage completion =
        OrchestratorMessage.of(activity.task().instanceId(), "Completed", Payload.utf8("done"));
    AckResult result =
        store.ackActivityItem(new ActivityAck(activity.lockToken(), completion, ahead(turn)));
    assertThat(result).isInstanceOf(AckResult.Applied.class);
    return (AckResult.Applied) result;
  }

  /** The turn that ends the execution with two events. */
  private static TurnAhead last(long onExecution, long onEvent, long firstEvent) {
    return new TurnAhead(
        onExecution,
        onEvent,
        TurnContent.builder(onExecution)
            .historyDelta(events(firstEvent, firstEvent + 1))
            .metadata(
                ExecutionMetadata.builder()
                    .status(ExecutionStatus.COMPLETED)
                    .output(Payload.utf8("result"))
                    .build())
            .build());
  }

  private static EagerInstance ahead(TurnAhead turn) {
    return CLAIM.withTurnAhead(turn);
  }

  private static OrchestratorMessage message(String id) {
    return OrchestratorMessage.builder(id, "Start", Payload.utf8("input"))
        .start(ExecutionStart.of("flow"))
        .messageId("start")
        .build();
  }

  private static List<HistoryEvent> events(long first, long last) {
    return LongStream.rangeClosed(first, last)
        .mapToObj(id -> new HistoryEvent(id, "Event", Payload.utf8("event " + id), Instant.EPOCH))
        .toList();
  }

  private static ActivityTask task(String id, long event) {
    return ActivityTask.builder(
            new ActivityIdentity(id, 1, event), "do", Payload.utf8("input"), "flow")
        .build();
  }

  private static ActivityItem activityOf(AckResult turn) {
    assertThat(turn).isInstanceOf(AckResult.Applied.class);
    return ((AckResult.Applied) turn).eagerActivities().get(0);
  }

  private static List<String> kinds(OrchestrationItem item) {
    return Objects.requireNonNull(item).messages().stream().map(OrchestratorMessage::kind).toList();
  }
}
