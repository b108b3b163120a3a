// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.util.List;

/**
 * A run of events of one execution, in ascending order, and whether it reaches the end.
 *
 * @param lastEventId the id of the last event that is stored for the execution, 0 when there is
 *     none; not necessarily among {@code events}
 * @param events the events that came along
 * @param complete true exactly when no further event follows the ones that were asked for
 *     (FETCH-10, FETCH-11)
 */
public record History(long lastEventId, List<HistoryEvent> events, boolean complete) {

  private static final History EMPTY = new History(0, List.of(), true);

  /**
   * Checks and copies the parts.
   *
   * @throws ProviderError.InvalidRequest when the last id is negative
   */
  public History {
    Checks.notNegative("History", "lastEventId", lastEventId);
    events = List.copyOf(events);
  }

  /**
   * {@return the history of an execution that has no events, or that the store does not know: no
   * events, last id 0, complete (FETCH-12)}
   */
  public static History empty() {
    return EMPTY;
  }
}
