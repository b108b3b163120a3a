// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import dev.holdfast.provider.stream.Appended;
import dev.holdfast.streams.event.EventContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command has led to.
 *
 * @param state the state after its events, or the present one when it had none
 * @param version the version of that state
 * @param events its events, none when nothing was to happen
 * @param appended where they stand, absent when there are none
 * @param context the context of what its last event causes (ES-10)
 * @param repeated whether it was executed before, so that this is the first outcome (ES-03)
 * @param retries how often it was decided again because others were faster
 * @param newerEventsRead how many events were read for that
 * @param <S> the state
 * @param <E> the events
 */
public record Executed<S, E>(
    S state,
    long version,
    List<E> events,
    @Nullable Appended appended,
    EventContext context,
    boolean repeated,
    int retries,
    long newerEventsRead) {

  /** Copies the events. */
  public Executed {
    events = List.copyOf(events);
  }
}
