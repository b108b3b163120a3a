// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.words;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The values that tests are about, so that a test says only what matters to it. Stateless. */
public final class Sample {

  /** The orchestration name of instances that tests create. */
  public static final String NAME = "orchestration";

  /** The orchestration version of instances that tests create. */
  public static final String VERSION = "1";

  /** When sample events were recorded. */
  public static final Instant RECORDED_AT = Instant.parse("2020-02-29T12:34:56.123456Z");

  private Sample() {}

  /**
   * A start message.
   *
   * @param instanceId the instance to start
   * @param name the orchestration's name
   * @param version its version, null for none
   * @return the message
   */
  public static OrchestratorMessage start(
      String instanceId, String name, @Nullable String version) {
    return OrchestratorMessage.builder(instanceId, "start", Payload.utf8("input of " + instanceId))
        .start(new ExecutionStart(name, version, null))
        .build();
  }

  /**
   * A plain message that is due now.
   *
   * @param instanceId the addressed instance
   * @param body the content
   * @return the message
   */
  public static OrchestratorMessage message(String instanceId, String body) {
    return OrchestratorMessage.of(instanceId, "poke", Payload.utf8(body));
  }

  /**
   * A plain message that is due later.
   *
   * @param instanceId the addressed instance
   * @param body the content
   * @param in how much later
   * @return the message
   */
  public static OrchestratorMessage timer(String instanceId, String body, Duration in) {
    return OrchestratorMessage.builder(instanceId, "timer", Payload.utf8(body))
        .due(Due.in(in))
        .build();
  }

  /**
   * The completion of an activity, addressed to its instance.
   *
   * @param item the activity
   * @return the message
   */
  public static OrchestratorMessage completion(ActivityItem item) {
    return OrchestratorMessage.of(
        item.task().instanceId(),
        "completed",
        Payload.utf8("result of " + item.task().activityId()));
  }

  /**
   * An activity of execution 1.
   *
   * @param instanceId the instance
   * @param activityId the number within the execution
   * @return the activity
   */
  public static ActivityTask activity(String instanceId, long activityId) {
    return activity(instanceId, 1, activityId);
  }

  /**
   * An activity.
   *
   * @param instanceId the instance
   * @param executionId the execution
   * @param activityId the number within the execution
   * @return the activity
   */
  public static ActivityTask activity(String instanceId, long executionId, long activityId) {
    return ActivityTask.builder(
            new ActivityIdentity(instanceId, executionId, activityId),
            "activity",
            Payload.utf8("input of " + activityId),
            NAME)
        .build();
  }

  /**
   * An event.
   *
   * @param eventId its id
   * @return the event
   */
  public static HistoryEvent event(long eventId) {
    return new HistoryEvent(eventId, "happened", Payload.utf8("event " + eventId), RECORDED_AT);
  }

  /**
   * Consecutive events.
   *
   * @param from the first id
   * @param to the last id
   * @return the events
   */
  public static List<HistoryEvent> events(long from, long to) {
    return LongStream.rangeClosed(from, to).mapToObj(Sample::event).toList();
  }
}
