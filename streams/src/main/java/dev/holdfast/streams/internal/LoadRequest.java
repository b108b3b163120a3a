// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.streams.event.RecordedEvent;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a state is loaded.
 *
 * @param until the last version that may be in it
 * @param useSnapshots whether it may begin from a snapshot
 * @param pageSize how many events are read at once
 * @param base what it may begin from besides, absent for nothing
 * @param events takes the events that are folded in, in order; absent for nobody. When events were
 *     invalidated it is told to forget what it has, and gets them again
 * @param <S> the state
 * @param <E> the events
 */
record LoadRequest<S, E>(
    long until,
    boolean useSnapshots,
    int pageSize,
    @Nullable Folded<S> base,
    @Nullable Taker<E> events) {

  /** Takes events. */
  interface Taker<E> extends Consumer<RecordedEvent<E>> {

    /** The events so far are not those of the answer. */
    void forget();
  }
}
