// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.tck.reference.ExecutionState.StoredEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads histories. Runs under the store's lock. */
final class Histories {

  private Histories() {}

  /** The events above one id, at most so many. */
  static History read(
      String operation,
      String instanceId,
      @Nullable ExecutionState execution,
      long after,
      int limit) {
    if (execution == null) {
      return History.empty();
    }
    List<HistoryEvent> events = new ArrayList<>();
    for (StoredEvent stored : execution.events.tailMap(after, false).values()) {
      if (events.size() == limit) {
        return new History(execution.lastEventId(), events, false);
      }
      if (stored.corrupt()) {
        throw new CorruptData(
            operation, instanceId, "event " + stored.event().eventId() + " cannot be read", null);
      }
      events.add(stored.event());
    }
    return new History(execution.lastEventId(), events, true);
  }
}
