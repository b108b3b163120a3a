// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.Providers;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** By what the repeated ack of an activity is recognised: its token in full (LOCK-04, ATOM-15). */
class ActivityAckRepeatTest {

  private static final Duration LOCK = Duration.ofMinutes(1);

  private Provider provider;
  private List<ActivityItem> activities;

  @BeforeEach
  void twoActivitiesAreLocked() {
    provider = Providers.open("sqlite::memory:");
    provider.enqueue(
        OrchestratorMessage.builder("one", "start", Payload.empty())
            .start(ExecutionStart.of("flow"))
            .build());
    OrchestrationItem turn =
        provider.fetchOrchestrationItems(OrchestrationFetch.of(1, LOCK)).get(0);
    List<ActivityTask> tasks =
        LongStream.of(1, 2)
            .mapToObj(id ->
                ActivityTask.builder(
                        new ActivityIdentity("one", 1, id), "do", Payload.empty(), "flow")
                    .build())
            .toList();
    provider.ackOrchestrationItem(
        OrchestrationAck.builder(turn.lockToken(), 1).activities(tasks).build());
    activities = provider.fetchActivityItems(ActivityFetch.of(2, LOCK));
  }

  @AfterEach
  void close() {
    provider.close();
  }

  private AckResult ack(LockToken token, @Nullable String messageId) {
    return provider.ackActivityItem(
        ActivityAck.of(
            token,
            OrchestratorMessage.builder("one", "done", Payload.empty())
                .messageId(messageId)
                .build()));
  }

  private LockToken token(int activity) {
    return activities.get(activity).lockToken();
  }

  private LockToken withIdentity(long executionId, long activityId) {
    return new LockToken.OfActivity(
        new ActivityIdentity("one", executionId, activityId), token(0).epoch());
  }

  private static void assertLost(AckResult result) {
    assertThat(result)
        .isInstanceOfSatisfying(
            AckResult.Rejected.class,
            rejected -> assertThat(rejected.error()).isInstanceOf(LockLost.class));
  }

  @Test
  void anAckedEpochIsNoRepeatUnderAnotherIdentity() {
    assertThat(ack(token(0), null)).isInstanceOf(AckResult.Applied.class);

    assertLost(ack(withIdentity(1, 2), null));
    assertLost(ack(withIdentity(1, 99), null));
    assertLost(ack(withIdentity(2, 1), null));
    assertThat(ack(token(0), null)).isInstanceOf(AckResult.AlreadyApplied.class);
  }

  @Test
  void aRepeatIsKnownWhenTheCompletionMetAnEqualMessage() {
    provider.enqueue(
        OrchestratorMessage.builder("one", "done", Payload.empty()).messageId("m").build());

    assertThat(ack(token(0), "m")).isInstanceOf(AckResult.Applied.class);
    assertThat(ack(token(1), "m")).isInstanceOf(AckResult.Applied.class);

    assertThat(ack(token(0), "m")).isInstanceOf(AckResult.AlreadyApplied.class);
    assertThat(ack(token(1), "m")).isInstanceOf(AckResult.AlreadyApplied.class);
    assertLost(ack(withIdentity(1, 2), "m"));
    assertLost(ack(withIdentity(1, 99), "m"));
    assertThat(provider.fetchOrchestrationItems(OrchestrationFetch.of(1, LOCK)))
        .singleElement()
        .satisfies(item -> assertThat(item.messages()).hasSize(1));
  }

  @Test
  void aRepeatIsKnownWhenTheCompletionsOfTwoActivitiesAreOneMessage() {
    assertThat(ack(token(0), "m")).isInstanceOf(AckResult.Applied.class);
    assertThat(ack(token(1), "m")).isInstanceOf(AckResult.Applied.class);

    assertThat(ack(token(0), "m")).isInstanceOf(AckResult.AlreadyApplied.class);
    assertThat(ack(token(1), "m")).isInstanceOf(AckResult.AlreadyApplied.class);
  }
}
