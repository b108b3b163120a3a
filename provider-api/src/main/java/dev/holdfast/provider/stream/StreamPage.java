// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

import java.util.List;

/**
 * One page of a stream, as it stands in one committed state (READ-06). It may be shorter than its
 * limit; only {@code complete} says that the end was reached (READ-07).
 *
 * @param events the events, in the direction of the read, without gap
 * @param firstVersion the lowest version that is still there; one above the last when all events
 *     were archived, 1 for an unknown stream (STREAM-30)
 * @param lastVersion the version of the last event that was appended, 0 for an unknown stream
 * @param complete whether no event follows in this direction (READ-04)
 */
public record StreamPage(
    List<StreamEvent> events, long firstVersion, long lastVersion, boolean complete) {
  /** Copies the events. */
  public StreamPage {
    events = List.copyOf(events);
  }
}
