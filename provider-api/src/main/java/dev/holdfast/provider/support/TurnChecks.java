// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.support;

import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.CustomStatusChange;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.KeyValueMutation;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.TurnContent;

/** The part of {@link RequestChecks} that is about the content of turns. Thread-safe. */
final class TurnChecks {

  private final RequestChecks checks;

  TurnChecks(RequestChecks checks) {
    this.checks = checks;
  }

  void check(String operation, String instanceId, TurnContent content) {
    checkMetadata(operation, instanceId, content.metadata());
    for (HistoryEvent event : content.historyDelta()) {
      checks.checkSize(operation, instanceId, "event " + event.eventId(), event.data());
    }
    for (ActivityTask task : content.activities()) {
      checkActivity(operation, instanceId, content.executionId(), task);
    }
    for (OrchestratorMessage message : content.messages()) {
      checks.check(operation, message);
    }
    if (content.eager() != null) {
      checks.check(operation, content.eager());
    }
    content.cancelledActivities().stream()
        .filter(identity -> !identity.instanceId().equals(instanceId))
        .findFirst()
        .ifPresent(identity -> {
          throw new InvalidRequest(
              operation,
              instanceId,
              "cancels an activity of instance %s; an ack cancels activities of its own instance only"
                  .formatted(identity.instanceId()));
        });
  }

  private void checkMetadata(String operation, String instanceId, ExecutionMetadata metadata) {
    if (metadata.runtimeVersion() != null) {
      checks.require(operation, Feature.VERSION_FILTER);
    }
    Payload output = metadata.output();
    if (output != null) {
      checks.checkSize(operation, instanceId, "the output", output);
    }
    switch (metadata.customStatus()) {
      case CustomStatusChange.Keep keep -> {}
      case CustomStatusChange.Clear clear -> checks.require(operation, Feature.CUSTOM_STATUS);
      case CustomStatusChange.Set(Payload value) -> {
        checks.require(operation, Feature.CUSTOM_STATUS);
        checks.checkSize(operation, instanceId, "the custom status", value);
      }
    }
    for (KeyValueMutation mutation : metadata.keyValues()) {
      checks.require(operation, Feature.KEY_VALUES);
      if (mutation instanceof KeyValueMutation.Set(String key, Payload value)) {
        checks.checkSize(operation, instanceId, "the value of key " + key, value);
      }
    }
  }

  private void checkActivity(
      String operation, String instanceId, long executionId, ActivityTask task) {
    if (!task.instanceId().equals(instanceId) || task.executionId() != executionId) {
      throw new InvalidRequest(
          operation,
          instanceId,
          "schedules activity %d for instance %s, execution %d; an ack schedules for its own instance and execution %d only"
              .formatted(task.activityId(), task.instanceId(), task.executionId(), executionId));
    }
    if (task.tag() != null) {
      checks.require(operation, Feature.TAGS);
    }
    if (task.sessionId() != null) {
      checks.require(operation, Feature.SESSIONS);
    }
    checks.checkSize(
        operation, instanceId, "the input of activity " + task.activityId(), task.input());
  }
}
