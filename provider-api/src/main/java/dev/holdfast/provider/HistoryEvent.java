// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.time.Instant;
import java.util.Objects;

/**
 * One appended fact of an execution. Events of an execution ascend by {@code eventId}; gaps are
 * stored as given (ATOM-06).
 *
 * @param eventId the id within the execution, from 1 (DATA-06)
 * @param kind what happened, an identifier for people and queries; a provider never interprets it
 *     (DATA-07)
 * @param data the runtime's own encoding of the event; opaque
 * @param recordedAt when the runtime recorded it; stored as given, decides nothing (CLOCK-06)
 */
public record HistoryEvent(long eventId, String kind, Payload data, Instant recordedAt) {

  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when an id, the kind or the instant is out of range
   */
  public HistoryEvent {
    Checks.atLeastOne("HistoryEvent", "eventId", eventId);
    Checks.identifier("HistoryEvent", "kind", kind);
    Objects.requireNonNull(data, "data");
    recordedAt = Checks.instant("HistoryEvent", "recordedAt", recordedAt);
  }
}
