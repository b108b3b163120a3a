// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.History;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Copies of values with one part changed. Stateless. */
final class Change {

  private Change() {}

  static OrchestrationItem history(OrchestrationItem item, History history) {
    return new OrchestrationItem(
        item.instanceId(),
        item.name(),
        item.version(),
        item.executionId(),
        history,
        item.messages(),
        item.kvSnapshot(),
        item.deliveryCount(),
        item.lockToken(),
        item.fetchedAt());
  }

  static OrchestrationItem messages(OrchestrationItem item, List<OrchestratorMessage> messages) {
    return new OrchestrationItem(
        item.instanceId(),
        item.name(),
        item.version(),
        item.executionId(),
        item.history(),
        messages,
        item.kvSnapshot(),
        item.deliveryCount(),
        item.lockToken(),
        item.fetchedAt());
  }

  static OrchestrationItem label(
      OrchestrationItem item, @Nullable String name, @Nullable String version) {
    return new OrchestrationItem(
        item.instanceId(),
        name,
        version,
        item.executionId(),
        item.history(),
        item.messages(),
        item.kvSnapshot(),
        item.deliveryCount(),
        item.lockToken(),
        item.fetchedAt());
  }

  static OrchestrationItem execution(OrchestrationItem item, long executionId) {
    return new OrchestrationItem(
        item.instanceId(),
        item.name(),
        item.version(),
        executionId,
        item.history(),
        item.messages(),
        item.kvSnapshot(),
        item.deliveryCount(),
        item.lockToken(),
        item.fetchedAt());
  }

  static OrchestrationItem attempts(OrchestrationItem item, int attempts) {
    return new OrchestrationItem(
        item.instanceId(),
        item.name(),
        item.version(),
        item.executionId(),
        item.history(),
        item.messages(),
        item.kvSnapshot(),
        attempts,
        item.lockToken(),
        item.fetchedAt());
  }

  static OrchestrationItem fetchedAt(OrchestrationItem item, Instant fetchedAt) {
    return new OrchestrationItem(
        item.instanceId(),
        item.name(),
        item.version(),
        item.executionId(),
        item.history(),
        item.messages(),
        item.kvSnapshot(),
        item.deliveryCount(),
        item.lockToken(),
        fetchedAt);
  }

  static OrchestrationItem token(OrchestrationItem item, LockToken token) {
    return new OrchestrationItem(
        item.instanceId(),
        item.name(),
        item.version(),
        item.executionId(),
        item.history(),
        item.messages(),
        item.kvSnapshot(),
        item.deliveryCount(),
        token,
        item.fetchedAt());
  }

  static ActivityItem attempts(ActivityItem item, int attempts) {
    return new ActivityItem(item.task(), attempts, item.lockToken());
  }

  /** A builder with everything of an ack. */
  static OrchestrationAck.Builder of(OrchestrationAck ack) {
    return of(ack, ack.lockToken());
  }

  /** The same under another token. */
  static OrchestrationAck.Builder of(OrchestrationAck ack, LockToken token) {
    return of(ack, token, ack.executionId());
  }

  /** The same for another execution. */
  static OrchestrationAck.Builder of(OrchestrationAck ack, LockToken token, long executionId) {
    return OrchestrationAck.builder(token, executionId)
        .historyDelta(ack.historyDelta())
        .activities(ack.activities())
        .messages(ack.messages())
        .metadata(ack.metadata())
        .cancelledActivities(ack.cancelledActivities())
        .eager(ack.eager());
  }

  /** A builder with everything of a message. */
  static OrchestratorMessage.Builder of(OrchestratorMessage message) {
    return of(message, message.instanceId());
  }

  /** The same to another instance. */
  static OrchestratorMessage.Builder of(OrchestratorMessage message, String instanceId) {
    return of(message, instanceId, message.body());
  }

  /** The same to another instance, with another body. */
  static OrchestratorMessage.Builder of(
      OrchestratorMessage message, String instanceId, Payload body) {
    return OrchestratorMessage.builder(instanceId, message.kind(), body)
        .due(message.due())
        .start(message.start())
        .messageId(message.messageId())
        .discardIfUnknown(message.discardIfUnknown());
  }

  /** When a delivered message became visible. */
  static Instant visibleAt(OrchestratorMessage message) {
    return message.due() instanceof Due.At(Instant instant) ? instant : Instant.MIN;
  }

  /** A request for more or fewer items. */
  static OrchestrationFetch max(OrchestrationFetch request, int max) {
    return new OrchestrationFetch(
        max,
        request.lockFor(),
        request.waitUpTo(),
        request.inlineHistory(),
        request.versionFilter(),
        request.served(),
        request.maxBytes());
  }
}
