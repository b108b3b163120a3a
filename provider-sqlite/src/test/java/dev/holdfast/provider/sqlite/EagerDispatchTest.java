// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.Traffic;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a call makes ready is handed out in its own commit, and a list is one commit even so. */
class EagerDispatchTest {

  private static final Duration LOCK = Duration.ofMinutes(1);
  private static final EagerInstance INSTANCE = new EagerInstance(LOCK, 100, null);

  @TempDir Path directory;
  private SqliteTestStore store;
  private Provider provider;

  @BeforeEach
  void open() {
    store = new SqliteTestStore(directory.resolve("store").resolve("store.db"));
    assertThat(directory.resolve("store").toFile().mkdirs()).isTrue();
    provider = store.open();
  }

  @AfterEach
  void close() {
    provider.close();
    store.close();
  }

  @Test
  void aStartedInstanceIsLockedInOneCommit() {
    StatementCounter counter = store.statements().orElseThrow();
    Traffic before = counter.soFar();

    OrchestrationItem item = claim(start("one", "m1")).orElseThrow();

    assertThat(counter.soFar().since(before).commits()).isEqualTo(1);
    assertThat(item.name()).isEqualTo("flow");
    assertThat(item.messages()).hasSize(1);
    assertThat(item.deliveryCount()).isEqualTo(1);
    assertThat(fetch()).isEmpty();
    assertThat(claim(start("one", "m1"))).isEmpty();
    assertThat(ack(item, null)).isInstanceOf(AckResult.Applied.class);
  }

  @Test
  void anOrchestrationOfOneActivityIsFourCommits() {
    StatementCounter counter = store.statements().orElseThrow();
    Traffic before = counter.soFar();

    OrchestrationItem first = claim(start("one", "m1")).orElseThrow();
    AckResult scheduled =
        ack(first, new EagerActivities(1, LOCK, TagFilter.untagged(), null), 1, 2);
    ActivityItem activity = ((AckResult.Applied) scheduled).eagerActivities().get(0);
    AckResult completed =
        provider.ackActivityItem(
            new ActivityAck(activity.lockToken(), message("one", "done"), INSTANCE));
    ack(Objects.requireNonNull(((AckResult.Applied) completed).eagerInstance()), null);

    assertThat(counter.soFar().since(before).commits()).isEqualTo(4);
    assertThat(fetch()).isEmpty();
  }

  @Test
  void whatCannotBeReadIsNotClaimedAndReportedByAFetch() {
    provider.enqueue(start("one", "m1"));
    store.whiteBox().orElseThrow().corrupt(RowKind.MESSAGE, "one");

    assertThat(claim(message("one", "a"))).isEmpty();
    assertThatThrownBy(this::fetch).isInstanceOf(CorruptData.class);
  }

  @Test
  void aRepeatedMessageClaimsNothingThoughItIsThere() {
    provider.enqueue(start("one", "m1"));

    assertThat(claim(start("one", "m1"))).isEmpty();
    assertThat(fetch())
        .singleElement()
        .satisfies(item -> {
          assertThat(item.deliveryCount()).isEqualTo(1);
        });
  }

  @Test
  void anOrphanWaitsUntouched() {
    OrchestratorMessage orphan =
        OrchestratorMessage.builder("one", "signal", Payload.empty())
            .discardIfUnknown(true)
            .build();

    assertThat(claim(orphan)).isEmpty();
    assertThat(claim(start("one", "m1")).orElseThrow().messages()).hasSize(2);
  }

  @Test
  void anInstanceWhoseLockRanOutIsClaimedAndOneThatIsHeldBackIsNot() {
    MovableClock clock = (MovableClock) store.timeControl().orElseThrow();
    OrchestrationItem first = claim(start("one", "m1")).orElseThrow();
    assertThat(claim(message("one", "a"))).isEmpty();

    clock.advance(LOCK);
    OrchestrationItem second = claim(message("one", "b")).orElseThrow();
    assertThat(second.messages()).hasSize(3);
    assertThat(second.deliveryCount()).isEqualTo(2);
    assertThat(second.lockToken().epoch()).isGreaterThan(first.lockToken().epoch());

    provider.abandon(second.lockToken(), AbandonOptions.after(LOCK));
    assertThat(claim(message("one", "c"))).isEmpty();
    clock.advance(LOCK);
    assertThat(claim(message("one", "d")).orElseThrow().messages()).hasSize(5);
  }

  @Test
  void anAckGetsWhatItScheduledAndDidNotCancel() {
    OrchestrationItem item = claim(start("one", "m1")).orElseThrow();
    EagerActivities eager = new EagerActivities(2, LOCK, TagFilter.untagged(), null);

    List<ActivityItem> claimed =
        ((AckResult.Applied) ack(item, eager, 1, 2, 3, 4)).eagerActivities();

    assertThat(claimed)
        .map(activity -> activity.task().identity().activityId())
        .containsExactly(2L, 3L);
    assertThat(claimed).map(ActivityItem::deliveryCount).containsOnly(1);
    assertThat(provider.fetchActivityItems(ActivityFetch.of(10, LOCK)))
        .singleElement()
        .satisfies(rest -> assertThat(rest.task().identity().activityId()).isEqualTo(4));
    assertThat(provider.renew(List.of(claimed.get(0).lockToken()), LOCK)).hasSize(1);
  }

  @Test
  void aListAnswersAnInstanceOnceWithAllItsCompletions() {
    List<ActivityItem> activities = threeActivitiesOf("one");
    StatementCounter counter = store.statements().orElseThrow();
    Traffic before = counter.soFar();

    List<AckResult> results =
        provider.ackActivityItems(
            List.of(
                new ActivityAck(activities.get(0).lockToken(), message("one", "a"), INSTANCE),
                new ActivityAck(activities.get(1).lockToken(), message("one", "b"), INSTANCE),
                new ActivityAck(activities.get(2).lockToken(), message("one", "c"), null)));

    assertThat(counter.soFar().since(before).commits()).isEqualTo(1);
    assertThat(results).map(EagerDispatchTest::claimedMessages).containsExactly(0, 3, 0);
  }

  @Test
  void whatIsRefusedClaimsNothingAndTheOthersStillDo() {
    List<ActivityItem> activities = threeActivitiesOf("one");
    OrchestratorMessage other =
        OrchestratorMessage.builder("one", "other", Payload.empty()).messageId("m1").build();

    List<AckResult> results =
        provider.ackActivityItems(
            List.of(
                new ActivityAck(activities.get(0).lockToken(), message("one", "a"), INSTANCE),
                new ActivityAck(activities.get(1).lockToken(), message("one", "b"), INSTANCE),
                new ActivityAck(activities.get(2).lockToken(), other, INSTANCE)));

    assertThat(results.get(2)).isInstanceOf(AckResult.Rejected.class);
    assertThat(results).map(EagerDispatchTest::claimedMessages).containsExactly(0, 2, 0);
  }

  private List<ActivityItem> threeActivitiesOf(String id) {
    OrchestrationItem item = claim(start(id, "m1")).orElseThrow();
    EagerActivities eager = new EagerActivities(3, LOCK, TagFilter.any(), null);
    return ((AckResult.Applied) ack(item, eager, 1, 2, 3, 4)).eagerActivities();
  }

  private static int claimedMessages(AckResult result) {
    return result instanceof AckResult.Applied applied
        ? Optional.ofNullable(applied.eagerInstance()).map(item -> item.messages().size()).orElse(0)
        : 0;
  }

  private List<OrchestrationItem> fetch() {
    return provider.fetchOrchestrationItems(OrchestrationFetch.of(1, LOCK));
  }

  private static OrchestratorMessage start(String id, String messageId) {
    return OrchestratorMessage.builder(id, "start", Payload.empty())
        .start(ExecutionStart.of("flow"))
        .messageId(messageId)
        .build();
  }

  private static OrchestratorMessage message(String id, String kind) {
    return OrchestratorMessage.builder(id, kind, Payload.empty()).build();
  }

  /** Schedules activities and cancels the first of them. */
  private AckResult ack(
      OrchestrationItem item, @Nullable EagerActivities eager, long... activities) {
    List<ActivityTask> tasks =
        LongStream.of(activities)
            .mapToObj(id ->
                ActivityTask.builder(
                        new ActivityIdentity(item.instanceId(), 1, id),
                        "do",
                        Payload.empty(),
                        "flow")
                    .build())
            .toList();
    return provider.ackOrchestrationItem(
        OrchestrationAck.builder(item.lockToken(), 1)
            .metadata(ExecutionMetadata.builder().name("flow").build())
            .activities(tasks)
            .cancelledActivities(tasks.stream().limit(1).map(ActivityTask::identity).toList())
            .eager(eager)
            .build());
  }

  private Optional<OrchestrationItem> claim(OrchestratorMessage message) {
    return Optional.ofNullable(provider.enqueue(message, INSTANCE).eagerInstance());
  }
}
