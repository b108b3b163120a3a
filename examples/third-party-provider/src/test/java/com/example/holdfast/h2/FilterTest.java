// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.InstanceDescription.Problem;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import dev.holdfast.provider.TagFilter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** What fetches pass by and leave, and what is told of an instance. */
class FilterTest {

  private static final Duration LOCK = Duration.ofMinutes(1);

  private Provider provider;

  @BeforeEach
  void open(TestInfo test) {
    String name = test.getTestMethod().orElseThrow().getName();
    provider = Providers.open(ProviderConfig.url("h2:mem:" + name).build());
  }

  @AfterEach
  void close() {
    provider.close();
  }

  @Test
  void aFetchTakesTheCodeThatItsCallerHas() {
    act("d", null, List.of());
    start("a", "Order", null, 0);
    start("b", "Order", "1", 0);
    start("c", "Refund", "1", 0);
    provider.enqueue(message("d", null, null, 0));

    assertEquals(List.of("b", "d"), ids(fetch(new OrchestrationCode("Order", "1"))));
    assertEquals(List.of("a"), ids(fetch(new OrchestrationCode("Order", null))));
    assertEquals(List.of(), fetch(new OrchestrationCode("Order", "2")));
    assertEquals(List.of("c"), ids(provider.fetchOrchestrationItems(any(10))));
  }

  @Test
  void theRowDecidesAndNotALaterStart() {
    act("a", "Order", List.of());
    start("a", "Refund", null, 0);

    assertEquals(List.of(), fetch(new OrchestrationCode("Refund", null)));
    assertEquals(List.of("a"), ids(fetch(new OrchestrationCode("Order", null))));
  }

  @Test
  void aThousandCodesAreAccepted() {
    start("a", "Order", "1", 0);
    Set<OrchestrationCode> served =
        IntStream.range(0, 1_000)
            .mapToObj(i -> new OrchestrationCode("Other" + i, "1"))
            .collect(Collectors.toSet());
    assertEquals(List.of(), provider.fetchOrchestrationItems(any(1).withServed(served)));
    served.add(new OrchestrationCode("Order", "1"));
    assertEquals(1, provider.fetchOrchestrationItems(any(1).withServed(served)).size());
  }

  @Test
  void anAnswerEndsBeforeTheFirstItemThatDoesNotFit() {
    start("a", "Order", null, 100);
    start("b", "Order", null, 10);
    start("c", "Order", null, 11);
    start("d", "Order", null, 0);

    assertEquals(List.of("a"), ids(provider.fetchOrchestrationItems(any(10).withMaxBytes(20))));
    assertEquals(List.of("b"), ids(provider.fetchOrchestrationItems(any(10).withMaxBytes(20))));
    List<OrchestrationItem> rest = provider.fetchOrchestrationItems(any(10).withMaxBytes(11));
    assertEquals(List.of("c", "d"), ids(rest));
    assertEquals(1, rest.get(0).deliveryCount());
  }

  @Test
  void inlineHistoryGoesAsFarAsItFits() {
    act("a", "Order", List.of(event(1, 10), event(2, 10), event(3, 10)));
    provider.enqueue(message("a", null, null, 5));

    OrchestrationItem item = provider.fetchOrchestrationItems(any(1).withMaxBytes(25)).get(0);
    assertEquals(2, item.history().events().size());
    assertEquals(3, item.history().lastEventId());
    assertFalse(item.history().complete());
    assertTrue(provider.readHistory("a", 1, 2, 10).complete());
  }

  @Test
  void activitiesAreFilteredAndBoundedToo() {
    act("a", "Order", List.of(), task("a", 1, "charge", 10), task("a", 2, "ship", 10));

    ActivityFetch ship = ActivityFetch.of(10, LOCK).withServed(Set.of("ship"));
    assertEquals(List.of(), provider.fetchActivityItems(ship.withTagFilter(TagFilter.none())));
    assertEquals(2, provider.fetchActivityItems(ship).get(0).task().activityId());
    act("b", "Order", List.of(), task("b", 1, "charge", 1));
    assertEquals(
        1, provider.fetchActivityItems(ActivityFetch.of(10, LOCK).withMaxBytes(10)).size());
    assertEquals(
        1, provider.fetchActivityItems(ActivityFetch.of(10, LOCK).withMaxBytes(10)).size());
  }

  @Test
  void enqueueSaysWhetherItStored() {
    OrchestratorMessage message =
        new OrchestratorMessage("a", "event", Payload.empty(), Due.now(), null, "id", false);
    assertTrue(provider.enqueue(message).stored());
    assertFalse(provider.enqueue(message).stored());
  }

  @Test
  void anInstanceIsDescribedWithItsProblems() {
    assertTrue(provider.describeInstance("a").isEmpty());
    start("a", "Order", "1", 0);
    assertEquals(
        new InstanceDescription("a", 0, "Order", "1", List.of()),
        provider.describeInstance("a").orElseThrow());

    act("a", "Order", List.of(), task("a", 1, "charge", 0), task("a", 2, "ship", 0));
    List<ActivityItem> activities = provider.fetchActivityItems(ActivityFetch.of(2, LOCK));
    provider.reportProblem(activities.get(1).lockToken(), "no ship");
    provider.reportProblem(activities.get(0).lockToken(), "no charge");
    provider.enqueue(message("a", null, null, 0));
    OrchestrationItem item = provider.fetchOrchestrationItems(any(1)).get(0);
    provider.reportProblem(item.lockToken(), "no code");
    assertEquals(List.of("no code", "no ship", "no charge"), problems());

    provider.reportProblem(activities.get(1).lockToken(), "still no ship");
    provider.ackOrchestrationItem(OrchestrationAck.builder(item.lockToken(), 1).build());
    assertEquals(List.of("no charge", "still no ship"), problems());
  }

  private List<String> problems() {
    return provider.describeInstance("a").orElseThrow().problems().stream()
        .map(Problem::text)
        .toList();
  }

  // ---- what tests are made of

  private void start(String id, String name, String version, int bytes) {
    provider.enqueue(message(id, name, version, bytes));
  }

  /** A turn of the only ready instance, whose ack has this name, these events and activities. */
  private void act(String id, String name, List<HistoryEvent> events, ActivityTask... tasks) {
    provider.enqueue(message(id, "Order", null, 0));
    OrchestrationItem item = provider.fetchOrchestrationItems(any(1)).get(0);
    provider.ackOrchestrationItem(
        OrchestrationAck.builder(item.lockToken(), 1)
            .metadata(ExecutionMetadata.builder().name(name).build())
            .historyDelta(events)
            .activities(List.of(tasks))
            .build());
  }

  private static ActivityTask task(String instance, long id, String name, int bytes) {
    ActivityIdentity identity = new ActivityIdentity(instance, 1, id);
    return ActivityTask.builder(identity, name, payload(bytes), "Order").build();
  }

  private static HistoryEvent event(long id, int bytes) {
    return new HistoryEvent(id, "event", payload(bytes), Instant.EPOCH);
  }

  private static OrchestratorMessage message(String id, String name, String version, int bytes) {
    ExecutionStart start = name == null ? null : new ExecutionStart(name, version, null);
    return new OrchestratorMessage(id, "kind", payload(bytes), Due.now(), start, null, false);
  }

  private static Payload payload(int bytes) {
    return Payload.of(new byte[bytes]);
  }

  private static OrchestrationFetch any(int max) {
    return OrchestrationFetch.of(max, LOCK);
  }

  private List<OrchestrationItem> fetch(OrchestrationCode code) {
    return provider.fetchOrchestrationItems(any(10).withServed(Set.of(code)));
  }

  private static List<String> ids(List<OrchestrationItem> items) {
    return items.stream().map(OrchestrationItem::instanceId).toList();
  }
}
