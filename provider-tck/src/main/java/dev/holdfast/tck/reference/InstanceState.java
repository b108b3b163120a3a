// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.VersionFilter;
import dev.holdfast.provider.feature.CustomStatus.Reading;
import dev.holdfast.tck.reference.StoredMessage.Content;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Everything the store holds of one instance, which may have no row. Guarded by the store's lock.
 */
final class InstanceState {

  final String id;
  final LockState lock = new LockState();
  final NavigableMap<Long, ExecutionState> executions = new TreeMap<>();

  /** Queued messages by number, which is insertion order. */
  final NavigableMap<Long, StoredMessage> messages = new TreeMap<>();

  /** Message ids that were used, with the content they were used for. */
  final Map<String, Content> messageIds = new HashMap<>();

  /**
   * Acked activities whose completion is still queued: their tokens, with the number of the
   * completion.
   */
  final Map<LockToken, Long> completions = new HashMap<>();

  /** The messages of the batch under the present lock. */
  List<Long> batch = List.of();

  @Nullable InstanceRow row;

  /** What it shows to the outside, with how many acks have changed it. */
  Reading customStatus = new Reading(null, 0);

  final ValueState values = new ValueState();

  /** Why it does not move, until its next applied ack. */
  @Nullable ReportedProblem problem;

  InstanceState(String id) {
    this.id = id;
  }

  /** Whether it exists, so that messages to it are no orphans. */
  boolean isKnown() {
    return row != null || !executions.isEmpty();
  }

  /** Whether the current execution is one that a filter lets pass; null lets everything pass. */
  boolean isReplayableBy(@Nullable VersionFilter versions) {
    @Nullable ExecutionState execution = executions.get(currentExecution());
    return versions == null || versions.matches(execution == null ? null : execution.pin());
  }

  long currentExecution() {
    return executions.isEmpty() ? 1 : executions.lastKey();
  }

  /** The current execution; null before the first ack. */
  @Nullable ExecutionState current() {
    return executions.isEmpty() ? null : executions.lastEntry().getValue();
  }

  List<StoredMessage> visible(Instant now) {
    return messages.values().stream().filter(message -> message.isVisible(now)).toList();
  }

  boolean hasQueuedStart() {
    return firstStart().isPresent();
  }

  /** The earliest start that is queued, visible or not. */
  Optional<ExecutionStart> firstStart() {
    return messages.values().stream()
        .flatMap(message -> Optional.ofNullable(message.message().start()).stream())
        .findFirst();
  }

  /** Removes a message; without a row nothing remembers its id. */
  void consume(long number) {
    StoredMessage message = messages.remove(number);
    completions.values().remove(number);
    if (message != null && row == null && message.message().messageId() != null) {
      messageIds.remove(message.message().messageId());
    }
  }
}
