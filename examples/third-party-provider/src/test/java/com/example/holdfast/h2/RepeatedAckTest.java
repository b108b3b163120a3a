// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.Providers;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * What recognises a repeated activity ack: its activity together with the epoch, as long as its
 * completion is queued, whichever call has queued that (LOCK-04, LOCK-10, ATOM-15).
 */
class RepeatedAckTest {

  private static final Duration LOCK = Duration.ofMinutes(1);

  private Provider provider;

  @BeforeEach
  void open(TestInfo test) {
    provider =
        Providers.open(
            ProviderConfig.url("h2:mem:" + test.getTestMethod().orElseThrow().getName()).build());
  }

  @AfterEach
  void close() {
    provider.close();
  }

  @Test
  void theEpochOfAnAckedActivityIsWorthNothingUnderAnotherId() {
    schedule(1, 2);
    List<ActivityItem> items = provider.fetchActivityItems(ActivityFetch.of(2, LOCK));
    LockToken token = items.get(0).lockToken();
    ack(token, completion(null));

    assertLost(ack(token(1, 2, token.epoch()), completion(null)));
    assertLost(ack(token(2, 1, token.epoch()), completion(null)));
    assertLost(ack(token(1, 77, token.epoch()), completion(null)));
    assertEquals(AckResult.alreadyApplied(), ack(token, completion(null)));
    assertEquals(AckResult.applied(), ack(items.get(1).lockToken(), completion(null)));
  }

  @Test
  void aMergedCompletionLeavesItsMarkOnTheMessageThatIsThere() {
    schedule(1, 2);
    provider.enqueue(completion("done"));
    List<ActivityItem> items = provider.fetchActivityItems(ActivityFetch.of(2, LOCK));

    for (ActivityItem item : items) {
      assertEquals(AckResult.applied(), ack(item.lockToken(), completion("done")));
    }
    for (ActivityItem item : items) {
      assertEquals(AckResult.alreadyApplied(), ack(item.lockToken(), completion("done")));
    }
    assertEquals(1, fetch().messages().size());
  }

  @Test
  void theMarkGoesWithTheMessage() {
    schedule(1);
    ActivityItem item = provider.fetchActivityItems(ActivityFetch.of(1, LOCK)).get(0);
    ack(item.lockToken(), completion("done"));
    assertEquals(
        AckResult.applied(),
        provider.ackOrchestrationItem(OrchestrationAck.builder(fetch().lockToken(), 1).build()));

    assertLost(ack(item.lockToken(), completion("done")));
    assertEquals(List.of(), provider.fetchOrchestrationItems(OrchestrationFetch.of(1, LOCK)));
  }

  /** Starts the instance and schedules activities with these ids. */
  private void schedule(long... ids) {
    provider.enqueue(
        new OrchestratorMessage(
            "order",
            "start",
            Payload.empty(),
            Due.now(),
            new ExecutionStart("Order", null, null),
            null,
            false));
    List<ActivityTask> tasks =
        LongStream.of(ids)
            .mapToObj(id -> new ActivityIdentity("order", 1, id))
            .map(id -> ActivityTask.builder(id, "charge", Payload.empty(), "Order").build())
            .toList();
    provider.ackOrchestrationItem(
        OrchestrationAck.builder(fetch().lockToken(), 1)
            .metadata(ExecutionMetadata.builder().name("Order").build())
            .activities(tasks)
            .build());
  }

  private OrchestrationItem fetch() {
    return provider.fetchOrchestrationItems(OrchestrationFetch.of(1, LOCK)).get(0);
  }

  private AckResult ack(LockToken token, OrchestratorMessage completion) {
    return provider.ackActivityItem(ActivityAck.of(token, completion));
  }

  private static LockToken token(long execution, long activity, long epoch) {
    return new LockToken.OfActivity(new ActivityIdentity("order", execution, activity), epoch);
  }

  private static OrchestratorMessage completion(String messageId) {
    return new OrchestratorMessage(
        "order", "completed", Payload.empty(), Due.now(), null, messageId, false);
  }

  private static void assertLost(AckResult result) {
    AckResult.Rejected rejected = assertInstanceOf(AckResult.Rejected.class, result);
    assertInstanceOf(LockLost.class, rejected.error());
  }
}
