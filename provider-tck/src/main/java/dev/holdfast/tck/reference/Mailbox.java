// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.Due;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.support.StoreTime;
import dev.holdfast.tck.reference.StoredMessage.Content;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Puts messages into the store: first all are checked, then all are stored. Runs under the store's
 * lock.
 */
final class Mailbox {

  private final ReferenceStore store;

  Mailbox(ReferenceStore store) {
    this.store = store;
  }

  /** Refuses a list of messages of which one cannot be stored. */
  void check(String operation, List<OrchestratorMessage> messages, Instant now) {
    Draft draft = new Draft(operation, now);
    messages.forEach(draft::add);
  }

  /** Messages that are to be stored one after another, and are not yet. */
  final class Draft {
    private final String operation;
    private final Instant now;
    private final Map<String, Map<String, Content>> earlier = new HashMap<>();

    Draft(String operation, Instant now) {
      this.operation = operation;
      this.now = now;
    }

    /** Refuses a message that could not be stored; returns whether it would add anything. */
    boolean add(OrchestratorMessage message) {
      visibleAt(operation, message, now);
      if (message.messageId() == null) {
        return true;
      }
      Content content = Content.of(message);
      Content used =
          earlier
              .computeIfAbsent(message.instanceId(), id -> new HashMap<>(messageIds(id)))
              .putIfAbsent(message.messageId(), content);
      if (used != null && !used.equals(content)) {
        throw new IdempotencyMismatch(operation, message.instanceId(), message.messageId());
      }
      return used == null;
    }
  }

  /** Whether a checked message would add nothing, because its message id was used before. */
  boolean isRepeat(OrchestratorMessage message) {
    String messageId = message.messageId();
    return messageId != null && messageIds(message.instanceId()).containsKey(messageId);
  }

  /** Stores checked messages in list order. */
  void putAll(String operation, List<OrchestratorMessage> messages, Instant now) {
    messages.forEach(message -> put(operation, message, now));
  }

  /**
   * Stores a checked message, and answers its number, or that of the queued one with the same
   * message id.
   */
  Optional<Long> put(String operation, OrchestratorMessage message, Instant now) {
    InstanceState instance = store.instance(message.instanceId());
    String messageId = message.messageId();
    if (messageId != null
        && instance.messageIds.putIfAbsent(messageId, Content.of(message)) != null) {
      return instance.messages.values().stream()
          .filter(queued -> messageId.equals(queued.message().messageId()))
          .map(StoredMessage::number)
          .findFirst();
    }
    long number = store.nextNumber();
    instance.messages.put(
        number, StoredMessage.of(number, message, visibleAt(operation, message, now)));
    return Optional.of(number);
  }

  private Map<String, Content> messageIds(String instanceId) {
    InstanceState instance = store.instances.get(instanceId);
    return instance == null ? Map.of() : instance.messageIds;
  }

  private static Instant visibleAt(String operation, OrchestratorMessage message, Instant now) {
    return switch (message.due()) {
      case Due.Now soon -> now;
      case Due.At(Instant instant) -> instant.isBefore(now) ? now : instant;
      case Due.In(Duration delay) -> {
        Duration most = Duration.between(now, StoreTime.fromMicros(StoreTime.MAX));
        if (delay.compareTo(most) > 0) {
          throw new InvalidRequest(
              operation, message.instanceId(), "a message is due beyond the year 9999");
        }
        yield ReferenceStore.plus(now, delay);
      }
    };
  }
}
