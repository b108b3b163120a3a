// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.load;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * An orchestration with one activity, as the engine would put it: two turns of two events each.
 * Payloads have 180 bytes, instance ids 41 characters. Thread-safe.
 */
public final class Work {

  private static final String ORCHESTRATION = "bench-orchestration";
  private static final String ACTIVITY = "bench-activity";
  static final Payload PAYLOAD = Payload.utf8("p".repeat(180));
  private static final int ID_LENGTH = 41;
  private static final long ACTIVITY_ID = 2;

  private final String prefix;
  private final AtomicLong started = new AtomicLong();

  /**
   * Makes work for one store.
   *
   * @param prefix what its instance ids begin with
   */
  public Work(String prefix) {
    this.prefix = prefix + "-";
  }

  /** An instance id that was not used before; later ones sort behind earlier ones. */
  public String newId() {
    String number = Long.toString(started.incrementAndGet());
    return prefix + "0".repeat(ID_LENGTH - prefix.length() - number.length()) + number;
  }

  /** The start of a new instance. */
  public OrchestratorMessage start() {
    return start(newId()).build();
  }

  /** The start of an instance. */
  public static OrchestratorMessage.Builder start(String instanceId) {
    return OrchestratorMessage.builder(instanceId, "Start", PAYLOAD)
        .start(ExecutionStart.of(ORCHESTRATION));
  }

  /** Something for an instance that runs. */
  public static OrchestratorMessage event(String instanceId) {
    return OrchestratorMessage.of(instanceId, "EventRaised", PAYLOAD);
  }

  /** Whether this is the turn that schedules the activity. */
  static boolean isFirstTurn(OrchestrationItem item) {
    return item.history().lastEventId() == 0;
  }

  /** The result of a turn, the first or the last. */
  static OrchestrationAck turn(OrchestrationItem item) {
    return isFirstTurn(item) ? first(item) : last(item);
  }

  private static OrchestrationAck first(OrchestrationItem item) {
    ActivityIdentity identity =
        new ActivityIdentity(item.instanceId(), item.executionId(), ACTIVITY_ID);
    return OrchestrationAck.builder(item.lockToken(), item.executionId())
        .historyDelta(
            List.of(
                event(item, 1, "OrchestrationStarted"),
                event(item, ACTIVITY_ID, "ActivityScheduled")))
        .activities(
            List.of(ActivityTask.builder(identity, ACTIVITY, PAYLOAD, ORCHESTRATION).build()))
        .metadata(metadata(ExecutionStatus.RUNNING).build())
        .build();
  }

  private static OrchestrationAck last(OrchestrationItem item) {
    long last = item.history().lastEventId();
    return OrchestrationAck.builder(item.lockToken(), item.executionId())
        .historyDelta(
            List.of(
                event(item, last + 1, "ActivityCompleted"),
                event(item, last + 2, "OrchestrationCompleted")))
        .metadata(metadata(ExecutionStatus.COMPLETED).output(PAYLOAD).build())
        .build();
  }

  /** A turn of one event that runs on: it sends its instance the message of the next turn. */
  static OrchestrationAck next(OrchestrationItem item) {
    return OrchestrationAck.builder(item.lockToken(), item.executionId())
        .historyDelta(List.of(event(item, item.history().lastEventId() + 1, "Something")))
        .messages(List.of(event(item.instanceId())))
        .metadata(metadata(ExecutionStatus.RUNNING).build())
        .build();
  }

  /** A turn that only appends so many events, and leaves the instance as it says. */
  public static OrchestrationAck append(OrchestrationItem item, int count, ExecutionStatus status) {
    long last = item.history().lastEventId();
    List<HistoryEvent> events = new ArrayList<>(count);
    for (int i = 1; i <= count; i++) {
      events.add(event(item, last + i, "Something"));
    }
    return OrchestrationAck.builder(item.lockToken(), item.executionId())
        .historyDelta(events)
        .metadata(metadata(status).build())
        .build();
  }

  /** The end of the activity. */
  static ActivityAck completion(ActivityItem item) {
    return ActivityAck.of(
        item.lockToken(),
        OrchestratorMessage.of(item.task().instanceId(), "ActivityCompleted", PAYLOAD));
  }

  private static ExecutionMetadata.Builder metadata(ExecutionStatus status) {
    return ExecutionMetadata.builder().name(ORCHESTRATION).status(status);
  }

  private static HistoryEvent event(OrchestrationItem item, long eventId, String kind) {
    return new HistoryEvent(eventId, kind, PAYLOAD, item.fetchedAt());
  }
}
