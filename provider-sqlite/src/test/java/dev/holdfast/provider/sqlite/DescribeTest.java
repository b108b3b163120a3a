// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.InstanceDescription.Problem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.tck.fixture.PlanReader;
import dev.holdfast.tck.fixture.TimeControl;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a store tells of an instance, and what its holders have to say. */
class DescribeTest {

  private static final Duration DELAY = Duration.ofMinutes(5);

  @TempDir Path directory;
  private SqliteTestStore store;
  private Provider provider;

  @BeforeEach
  void open() {
    directory.resolve("store").toFile().mkdir();
    store = new SqliteTestStore(directory.resolve("store").resolve("store.db"));
    provider = store.open();
  }

  @AfterEach
  void close() {
    provider.close();
    store.close();
  }

  private InstanceDescription describe(String id) {
    return provider.describeInstance(id).orElseThrow();
  }

  private OrchestrationItem fetch() {
    return provider.fetchOrchestrationItems(OrchestrationFetch.of(1, Work.LOCK)).get(0);
  }

  @Test
  void whatIsOnlySpokenToIsUnknown() {
    provider.enqueue(Work.message("one", 1));
    assertThat(provider.describeInstance("one")).isEmpty();
    assertThat(provider.describeInstance("nobody")).isEmpty();
    assertThatThrownBy(() -> provider.describeInstance("")).isInstanceOf(InvalidRequest.class);
  }

  @Test
  void aQueuedStartIsToldWithTheCodeThatItAsksFor() {
    provider.enqueue(
        OrchestratorMessage.builder("one", "start", Payload.empty())
            .start(new ExecutionStart("first", "1", null))
            .due(Due.in(DELAY))
            .build());
    provider.enqueue(Work.start("one", "second"));
    assertThat(describe("one"))
        .isEqualTo(new InstanceDescription("one", 0, "first", "1", List.of()));
  }

  @Test
  void anAckedInstanceIsToldFromItsRow() {
    provider.enqueue(Work.start("one", "asked-for"));
    OrchestrationItem item = fetch();
    assertThat(describe("one").executionId()).isZero();
    provider.ackOrchestrationItem(
        OrchestrationAck.builder(item.lockToken(), 3)
            .metadata(ExecutionMetadata.builder().name("named").version("7").build())
            .build());
    assertThat(describe("one"))
        .isEqualTo(new InstanceDescription("one", 3, "named", "7", List.of()));
  }

  @Test
  void anAckWithoutANameLeavesNothingToTellButTheExecution() {
    provider.enqueue(Work.start("one", "asked-for"));
    provider.ackOrchestrationItem(OrchestrationAck.builder(fetch().lockToken(), 1).build());
    assertThat(describe("one")).isEqualTo(new InstanceDescription("one", 1, null, null, List.of()));
  }

  @Test
  void aProblemOfAnInstanceStaysUntilItsNextAck() {
    TimeControl time = store.timeControl().orElseThrow();
    provider.enqueue(Work.start("one", "flow"));
    OrchestrationItem item = fetch();
    provider.reportProblem(item.lockToken(), "at first");
    time.advance(Duration.ofSeconds(1));
    provider.reportProblem(item.lockToken(), "then");
    List<Problem> problem = List.of(new Problem(null, null, "then", time.now()));
    assertThat(describe("one").problems()).isEqualTo(problem);

    provider.abandon(item.lockToken(), AbandonOptions.now());
    time.advance(Work.LOCK);
    try (Provider other = store.open()) {
      assertThat(other.describeInstance("one").orElseThrow().problems()).isEqualTo(problem);
    }
    LockToken token = fetch().lockToken();
    assertThat(describe("one").problems()).isEqualTo(problem);
    provider.ackOrchestrationItem(OrchestrationAck.builder(token, 1).build());
    assertThat(describe("one").problems()).isEmpty();
  }

  @Test
  void problemsOfActivitiesGoWithThem() {
    Work.activities(
        provider,
        "one",
        IntStream.rangeClosed(1, 12).mapToObj(i -> "do-" + i).toArray(String[]::new));
    List<ActivityItem> items = provider.fetchActivityItems(ActivityFetch.of(12, Work.LOCK));
    TimeControl time = store.timeControl().orElseThrow();
    for (ActivityItem item : items.reversed()) {
      time.advance(Duration.ofSeconds(1));
      provider.reportProblem(item.lockToken(), "no " + item.task().name());
    }
    assertThat(describe("one").problems())
        .extracting(Problem::activityId)
        .containsExactlyElementsOf(LongStream.iterate(12, id -> id - 1).limit(10).boxed().toList());
    provider.ackActivityItem(new ActivityAck(items.get(11).lockToken(), null, null));
    provider.enqueue(Work.message("one", 1));
    provider.reportProblem(fetch().lockToken(), "the instance itself");
    assertThat(describe("one").problems())
        .hasSize(InstanceDescription.MAX_PROBLEMS)
        .startsWith(
            new Problem(null, null, "the instance itself", time.now()),
            new Problem(11L, "do-11", "no do-11", time.now().minusSeconds(10)));
  }

  @Test
  void onlyWhoHoldsTheLockMayReport() {
    Work.activities(provider, "one", "do");
    LockToken activity =
        provider.fetchActivityItems(ActivityFetch.of(1, Work.LOCK)).get(0).lockToken();
    provider.enqueue(Work.message("one", 1));
    LockToken instance = fetch().lockToken();
    for (LockToken token : List.of(activity, instance)) {
      assertThatThrownBy(() -> provider.reportProblem(token, ""))
          .isInstanceOf(InvalidRequest.class);
      assertThatThrownBy(() -> provider.reportProblem(token, "x".repeat(2_001)))
          .isInstanceOf(InvalidRequest.class);
      provider.reportProblem(token, "x".repeat(2_000));
    }
    store.timeControl().orElseThrow().advance(Work.LOCK);
    for (LockToken token : List.of(activity, instance)) {
      assertThatThrownBy(() -> provider.reportProblem(token, "late")).isInstanceOf(LockLost.class);
    }
    assertThat(describe("one").problems()).extracting(Problem::text).doesNotContain("late");
  }

  @Test
  void aMessageIsStoredOnceAndTheRepeatSaysSo() {
    OrchestratorMessage message =
        OrchestratorMessage.builder("one", "start", Payload.empty())
            .start(ExecutionStart.of("flow"))
            .messageId("m")
            .build();
    EagerInstance eager = new EagerInstance(Work.LOCK, 0, null);
    assertThat(provider.enqueue(message)).isEqualTo(EnqueueResult.of(true));
    assertThat(provider.enqueue(message)).isEqualTo(EnqueueResult.of(false));
    assertThat(provider.enqueue(message, eager)).isEqualTo(EnqueueResult.of(false));
    provider.ackOrchestrationItem(
        OrchestrationAck.builder(fetch().lockToken(), 1)
            .metadata(ExecutionMetadata.builder().name("flow").build())
            .build());
    assertThat(provider.enqueue(message)).isEqualTo(EnqueueResult.of(false));
    assertThat(provider.enqueue(Work.start("two", "flow"), eager))
        .satisfies(result -> {
          assertThat(result.stored()).isTrue();
          assertThat(result.eagerInstance()).isNotNull();
        });
  }

  @Test
  void aPageOfHistoryIsBoundedInBytes() {
    int size = 7 * 1024 * 1024;
    provider.enqueue(Work.start("one", "flow"));
    provider.ackOrchestrationItem(
        OrchestrationAck.builder(fetch().lockToken(), 1)
            .historyDelta(
                LongStream.rangeClosed(1, 3)
                    .mapToObj(id ->
                        new HistoryEvent(
                            id, "big", Work.bytes(size), store.timeControl().orElseThrow().now()))
                    .toList())
            .build());
    assertThat(provider.readHistory("one", 1, 0, 100))
        .satisfies(page -> {
          assertThat(page.events()).hasSize(2);
          assertThat(page.complete()).isFalse();
        });
    assertThat(provider.readHistory("one", 1, 2, 100))
        .satisfies(page -> {
          assertThat(page.events()).hasSize(1);
          assertThat(page.complete()).isTrue();
        });

    provider.enqueue(Work.message("one", 100));
    assertThat(
            provider.fetchOrchestrationItems(
                OrchestrationFetch.of(1, Work.LOCK).withMaxBytes(size + 99)))
        .singleElement()
        .satisfies(item -> assertThat(item.history().events()).isEmpty());
  }

  @Test
  void nothingOfThisWalksOverATable() {
    PlanReader plans = store.planReader().orElseThrow();
    try (Provider reading = plans.open()) {
      plans.fill();
      assertThat(
              plans.badPlans(() -> {
                Work.activities(
                    reading, "one", Stream.generate(() -> "do").limit(3).toArray(String[]::new));
                ActivityItem activity =
                    reading
                        .fetchActivityItems(ActivityFetch.of(1, Work.LOCK).withServed(Set.of("do")))
                        .get(0);
                reading.reportProblem(activity.lockToken(), "a problem");
                reading.enqueue(Work.start("two", "other"));
                reading.fetchOrchestrationItems(
                    OrchestrationFetch.of(1, Work.LOCK)
                        .withServed(Set.of(new OrchestrationCode("flow", null))));
                reading.describeInstance("one");
                reading.describeInstance("two");
              }))
          .isEmpty();
    }
  }
}
