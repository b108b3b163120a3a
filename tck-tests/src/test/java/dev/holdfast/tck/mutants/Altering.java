// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.EnqueueResult;
import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import java.time.Duration;
import java.util.List;

/** Passes on altered values, on their way into the store and out of it; by default the same. */
class Altering extends Forwarding {

  Altering(Provider inner) {
    super(inner);
  }

  /** An item on its way out. */
  OrchestrationItem delivered(OrchestrationItem item) {
    return item;
  }

  /** An item on its way out. */
  ActivityItem delivered(ActivityItem item) {
    return item;
  }

  /** A history on its way out, alone or in an item. */
  History read(History history) {
    return history;
  }

  /** A message on its way in, by whatever call. */
  OrchestratorMessage written(OrchestratorMessage message) {
    return message;
  }

  /** An event on its way in. */
  HistoryEvent written(HistoryEvent event) {
    return event;
  }

  /** An activity on its way in. */
  ActivityTask written(ActivityTask task) {
    return task;
  }

  /** An ack on its way in, before its parts are altered. */
  OrchestrationAck written(OrchestrationAck ack) {
    return ack;
  }

  /** How long to lock, to extend or to keep back. */
  Duration duration(Duration duration) {
    return duration;
  }

  @Override
  public List<OrchestrationItem> fetchOrchestrationItems(OrchestrationFetch request) {
    OrchestrationFetch altered =
        new OrchestrationFetch(
            request.max(),
            duration(request.lockFor()),
            request.waitUpTo(),
            request.inlineHistory(),
            request.versionFilter(),
            request.served(),
            request.maxBytes());
    return super.fetchOrchestrationItems(altered).stream()
        .map(item -> delivered(Change.history(item, read(item.history()))))
        .toList();
  }

  @Override
  public AckResult ackOrchestrationItem(OrchestrationAck ack) {
    OrchestrationAck altered = written(ack);
    return super.ackOrchestrationItem(
        Change.of(altered)
            .historyDelta(altered.historyDelta().stream().map(this::written).toList())
            .activities(altered.activities().stream().map(this::written).toList())
            .messages(altered.messages().stream().map(this::written).toList())
            .build());
  }

  @Override
  protected void abandonInstance(LockToken token, AbandonOptions how) {
    super.abandonInstance(token, altered(how));
  }

  @Override
  protected boolean renewInstance(LockToken token, Duration extendFor) {
    return super.renewInstance(token, duration(extendFor));
  }

  @Override
  public List<ActivityItem> fetchActivityItems(ActivityFetch request) {
    ActivityFetch altered =
        new ActivityFetch(
            request.max(),
            duration(request.lockFor()),
            request.waitUpTo(),
            request.tagFilter(),
            request.session(),
            request.served(),
            request.maxBytes());
    return super.fetchActivityItems(altered).stream().map(this::delivered).toList();
  }

  @Override
  public AckResult ackActivityItem(ActivityAck ack) {
    OrchestratorMessage completion = ack.completion();
    return super.ackActivityItem(
        new ActivityAck(
            ack.lockToken(),
            completion == null ? null : written(completion),
            ack.eager(),
            ack.changes()));
  }

  @Override
  protected void abandonActivity(LockToken token, AbandonOptions how) {
    super.abandonActivity(token, altered(how));
  }

  @Override
  protected boolean renewActivity(LockToken token, Duration extendFor) {
    return super.renewActivity(token, duration(extendFor));
  }

  @Override
  public EnqueueResult enqueue(OrchestratorMessage message) {
    return super.enqueue(written(message));
  }

  @Override
  public EnqueueResult enqueue(OrchestratorMessage message, EagerInstance eager) {
    return super.enqueue(written(message), eager);
  }

  @Override
  public void enqueueAll(List<OrchestratorMessage> messages) {
    super.enqueueAll(messages.stream().map(this::written).toList());
  }

  @Override
  public History readHistory(String instanceId, long executionId, long afterEventId, int limit) {
    return read(super.readHistory(instanceId, executionId, afterEventId, limit));
  }

  private AbandonOptions altered(AbandonOptions how) {
    return new AbandonOptions(duration(how.delay()), how.countDelivery());
  }
}
