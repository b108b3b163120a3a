// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import dev.holdfast.streams.event.RecordedEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a replay has answered (ES-13).
 *
 * @param state the state
 * @param version the version of the last event in it, 0 for none
 * @param complete whether the aggregate says that nothing more is expected to happen
 * @param closed whether the same replay answers the same for ever: its bound lies behind the end,
 *     or a later moment is recorded already (ES-16). An event that is invalidated later does not
 *     change it
 * @param events the events that were read and folded in, where they were asked for; those in a
 *     snapshot are not among them
 * @param parked from where on the stream is set aside, absent when it is not (ES-09)
 * @param debug how it came to its answer, absent unless asked for
 * @param <S> the state
 * @param <E> the events
 */
public record Replayed<S, E>(
    S state,
    long version,
    boolean complete,
    boolean closed,
    List<RecordedEvent<E>> events,
    @Nullable ParkedStream parked,
    @Nullable ReplayDebug debug) {

  /** Copies the events. */
  public Replayed {
    events = List.copyOf(events);
  }
}
