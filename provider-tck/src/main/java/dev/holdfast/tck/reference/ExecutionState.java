// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.RuntimeVersion;
import java.time.Instant;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One execution with its history. Guarded by the store's lock. */
final class ExecutionState {

  /** An event, and whether the white box has damaged it. */
  record StoredEvent(HistoryEvent event, boolean corrupt) {}

  final NavigableMap<Long, StoredEvent> events = new TreeMap<>();
  private final Instant startedAt;
  private ExecutionStatus status = ExecutionStatus.RUNNING;
  private @Nullable Payload output;
  private @Nullable RuntimeVersion pin;
  private @Nullable Instant completedAt;

  ExecutionState(Instant startedAt) {
    this.startedAt = startedAt;
  }

  long lastEventId() {
    return events.isEmpty() ? 0 : events.lastKey();
  }

  /** The version that it is pinned to; after an end as ContinuedAsNew nothing is left to replay. */
  @Nullable RuntimeVersion pin() {
    return status == ExecutionStatus.CONTINUED_AS_NEW ? null : pin;
  }

  ExecutionStatus status() {
    return status;
  }

  @Nullable Payload output() {
    return output;
  }

  Instant startedAt() {
    return startedAt;
  }

  @Nullable Instant completedAt() {
    return completedAt;
  }

  void append(HistoryEvent event) {
    events.put(event.eventId(), new StoredEvent(event, false));
  }

  void update(ExecutionMetadata metadata, Instant now) {
    if (metadata.output() != null) {
      output = metadata.output();
    }
    if (metadata.runtimeVersion() != null) {
      pin = metadata.runtimeVersion();
    }
    ExecutionStatus stated = metadata.status();
    if (stated != null) {
      status = stated;
      completedAt = stated.isEnded() ? now : null;
    }
  }

  @Override
  public String toString() {
    return "status=%s output=%s startedAt=%s completedAt=%s pin=%s"
        .formatted(
            status, output == null ? "absent" : output.hashCode(), startedAt, completedAt, pin);
  }
}
