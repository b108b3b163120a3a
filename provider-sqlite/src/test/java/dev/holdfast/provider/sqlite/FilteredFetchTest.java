// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.Traffic;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Fetches for certain code: nothing else is touched, nothing is missed, and nothing read twice. */
class FilteredFetchTest {

  private static final Duration STEP = Duration.ofSeconds(1);
  private static final int FEW = 10;
  private static final int MANY = 10_000;

  private static final OrchestrationFetch MINE =
      OrchestrationFetch.of(5, Work.LOCK).withServed(Set.of(new OrchestrationCode("mine", null)));
  private static final ActivityFetch MY_ACTIVITIES =
      ActivityFetch.of(5, Work.LOCK).withServed(Set.of("mine"));

  @TempDir Path directory;
  private SqliteTestStore store;
  private Provider provider;

  @BeforeEach
  void open() {
    store = new SqliteTestStore(directory.resolve("store").resolve("store.db"));
    directory.resolve("store").toFile().mkdir();
    provider = store.open();
  }

  @AfterEach
  void close() {
    provider.close();
    store.close();
  }

  private List<String> turns() {
    return provider.fetchOrchestrationItems(MINE).stream()
        .map(OrchestrationItem::instanceId)
        .toList();
  }

  private List<Long> activities() {
    return provider.fetchActivityItems(MY_ACTIVITIES).stream()
        .map(item -> item.task().activityId())
        .toList();
  }

  @Test
  void instancesOfOtherCodeStayAsIfTheyWereNotThere() {
    provider.enqueueAll(
        List.of(
            Work.start("a", "other"),
            Work.start("b", "mine", "2"),
            Work.start("c", "mine"),
            Work.start("d", "other")));

    assertThat(turns()).containsExactly("c");
    assertThat(turns()).isEmpty();
    assertThat(provider.fetchOrchestrationItems(OrchestrationFetch.of(5, Work.LOCK)))
        .allSatisfy(item -> assertThat(item.deliveryCount()).isEqualTo(1))
        .extracting(OrchestrationItem::instanceId)
        .containsExactly("a", "b", "d");
  }

  @Test
  void activitiesOfOtherCodeStayAsIfTheyWereNotThere() {
    Work.activities(provider, "one", "other", "mine", "other", "mine");

    assertThat(activities()).containsExactly(2L, 4L);
    assertThat(activities()).isEmpty();
    assertThat(provider.fetchActivityItems(ActivityFetch.of(5, Work.LOCK)))
        .allSatisfy(item -> assertThat(item.deliveryCount()).isEqualTo(1))
        .extracting(item -> item.task().activityId())
        .containsExactly(1L, 3L);
  }

  @Test
  void aStartThatWasInsertedFirstAndBecomesVisibleLaterDecides() {
    provider.enqueue(
        OrchestratorMessage.builder("one", "start", Payload.empty())
            .start(ExecutionStart.of("mine"))
            .due(Due.in(STEP))
            .build());
    provider.enqueue(Work.start("one", "other"));

    assertThat(turns()).isEmpty();
    store.timeControl().orElseThrow().advance(STEP);
    assertThat(turns()).containsExactly("one");
  }

  @Test
  void whatBecomesReadyBehindABacklogIsFoundWithoutReadingItAgain() {
    long few = rowsOfATurnBehind(FEW, "few");
    long many = rowsOfATurnBehind(MANY, "many");

    assertThat(many).as("rows of a turn behind many of other code").isLessThanOrEqualTo(few);
  }

  /** Looks once at the backlog, then takes what comes afterwards, at the same moment. */
  private long rowsOfATurnBehind(int backlog, String prefix) {
    Work.startMany(provider, prefix, "other", backlog);
    assertThat(turns()).isEmpty();
    StatementCounter counter = store.statements().orElseThrow();
    provider.enqueue(Work.start(prefix, "mine"));
    Traffic before = counter.soFar();
    assertThat(turns()).containsExactly(prefix);
    assertThat(turns()).isEmpty();
    return counter.soFar().rows() - before.rows();
  }

  @Test
  void activitiesBehindABacklogAreFoundWithoutReadingItAgain() {
    long few = rowsOfActivitiesBehind(FEW, "few");
    long many = rowsOfActivitiesBehind(MANY, "many");

    assertThat(many).as("rows of a fetch behind many of other code").isLessThanOrEqualTo(few);
  }

  private long rowsOfActivitiesBehind(int backlog, String id) {
    Work.activities(
        provider, id, Stream.generate(() -> "other").limit(backlog).toArray(String[]::new));
    assertThat(activities()).isEmpty();
    StatementCounter counter = store.statements().orElseThrow();
    Work.activities(provider, id + "-mine", "mine");
    Traffic before = counter.soFar();
    assertThat(activities()).containsExactly(1L);
    assertThat(activities()).isEmpty();
    return counter.soFar().rows() - before.rows();
  }

  @Test
  void whatIsGivenBackInTheMomentOfTheLookIsFound() {
    provider.enqueue(Work.start("one", "mine"));
    Work.startMany(provider, "foreign", "other", FEW);
    OrchestrationItem item = provider.fetchOrchestrationItems(MINE).get(0);
    assertThat(turns()).isEmpty();
    provider.abandon(item.lockToken(), AbandonOptions.now());
    assertThat(turns()).containsExactly("one");

    Work.activities(provider, "two", "mine", "other", "other");
    ActivityItem activity = provider.fetchActivityItems(MY_ACTIVITIES).get(0);
    assertThat(activities()).isEmpty();
    try (Provider elsewhere = store.open()) {
      elsewhere.abandon(activity.lockToken(), AbandonOptions.now());
    }
    assertThat(activities()).containsExactly(1L);
  }

  @Test
  void whatComesWhileTheClockIsSetBackIsFound() {
    Work.startMany(provider, "foreign", "other", FEW);
    assertThat(turns()).isEmpty();
    store.timeControl().orElseThrow().setBack().orElseThrow().by(STEP);
    provider.enqueue(Work.start("one", "mine"));
    assertThat(turns()).containsExactly("one");
  }

  @Test
  void whatIsReadyAgainAfterItsLockIsFound() {
    provider.enqueue(Work.start("one", "mine"));
    Work.startMany(provider, "foreign", "other", FEW);
    assertThat(turns()).containsExactly("one");
    assertThat(turns()).isEmpty();
    store.timeControl().orElseThrow().advance(Work.LOCK);
    assertThat(turns()).containsExactly("one");
  }

  @Test
  void moreThanOneLookCanPassByIsPassedByInOneCall() {
    Work.startMany(provider, "foreign", "other", MANY / 4);
    provider.enqueue(Work.start("one", "mine"));
    assertThat(turns()).containsExactly("one");
  }

  @Test
  void whoWaitsIsGivenWhatComes() throws Exception {
    Work.startMany(provider, "foreign", "other", FEW);
    CompletableFuture<List<OrchestrationItem>> waiting =
        CompletableFuture.supplyAsync(
            () -> provider.fetchOrchestrationItems(MINE.withWaitUpTo(Duration.ofMinutes(5))));
    provider.enqueue(Work.start("one", "mine"));
    assertThat(waiting.get()).hasSize(1);
  }

  @Test
  void whatCannotBeReadIsToldEachTimeAndHidesNothing() {
    provider.enqueue(Work.start("bad", "mine"));
    store.whiteBox().orElseThrow().corrupt(RowKind.MESSAGE, "bad");
    Work.startMany(provider, "foreign", "other", FEW);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(this::turns).isInstanceOf(CorruptData.class);
    }
    provider.enqueue(Work.start("one", "mine"));
    assertThat(turns()).containsExactly("one");
    assertThatThrownBy(this::turns).isInstanceOf(CorruptData.class);
  }

  @Test
  void anAnswerEndsBeforeTheFirstItemThatDoesNotFit() {
    for (int i = 0; i < 3; i++) {
      provider.enqueue(Work.start("i" + i, "mine"));
      provider.enqueue(Work.message("i" + i, i == 1 ? 500 : 300));
    }
    OrchestrationFetch bounded = MINE.withMaxBytes(700);
    assertThat(provider.fetchOrchestrationItems(bounded))
        .extracting(OrchestrationItem::instanceId)
        .containsExactly("i0");
    assertThat(provider.fetchOrchestrationItems(bounded.withMaxBytes(800).withServed(null)))
        .allSatisfy(item -> assertThat(item.deliveryCount()).isEqualTo(1))
        .extracting(OrchestrationItem::instanceId)
        .containsExactly("i1", "i2");
  }

  @Test
  void theFirstItemComesWhateverItsSize() {
    provider.enqueue(Work.start("big", "mine"));
    IntStream.range(0, 3).forEach(i -> provider.enqueue(Work.message("big", 100)));
    assertThat(provider.fetchOrchestrationItems(MINE.withMaxBytes(1)))
        .singleElement()
        .satisfies(item -> assertThat(item.messages()).hasSize(4));
  }

  @Test
  void anAnswerEndsBeforeTheFirstActivityThatDoesNotFit() {
    Work.activities(provider, "one", Work.bytes(400), "mine", "other", "mine", "mine");
    ActivityFetch bounded = MY_ACTIVITIES.withMaxBytes(800);
    assertThat(provider.fetchActivityItems(bounded)).hasSize(2);
    assertThat(provider.fetchActivityItems(bounded.withServed(null).withMaxBytes(1)))
        .extracting(item -> item.task().activityId())
        .containsExactly(2L);
    assertThat(provider.fetchActivityItems(bounded.withServed(null).withMaxBytes(1)))
        .extracting(item -> item.task().activityId())
        .containsExactly(4L);
  }
}
