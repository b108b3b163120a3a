// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.tck.reference.ExecutionState.StoredEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Reads histories. Runs under the store's lock. */
final class Histories {

  /** What one page of a history has at most, unless a single event has more. */
  private static final long MOST_PAGE_BYTES = 16L * 1024 * 1024;

  private Histories() {}

  /** The events above one id, at most so many, and after the first no more than a page has. */
  static History page(
      String operation,
      String instanceId,
      @Nullable ExecutionState execution,
      long after,
      int limit) {
    ByteBudget budget = new ByteBudget(MOST_PAGE_BYTES);
    return read(
        operation,
        instanceId,
        execution,
        after,
        limit,
        size -> {
          boolean comes = budget.admits(size);
          budget.take(size);
          return comes;
        });
  }

  /** The first events, at most so many and as far as they fit. */
  static History inline(
      String operation,
      String instanceId,
      @Nullable ExecutionState execution,
      int limit,
      ByteBudget budget) {
    return read(operation, instanceId, execution, 0, limit, budget::takeIfItFits);
  }

  private static History read(
      String operation,
      String instanceId,
      @Nullable ExecutionState execution,
      long after,
      int limit,
      IntPredicate fits) {
    if (execution == null) {
      return History.empty();
    }
    List<HistoryEvent> events = new ArrayList<>();
    for (StoredEvent stored : execution.events.tailMap(after, false).values()) {
      if (events.size() == limit || !fits.test(stored.event().data().size())) {
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
