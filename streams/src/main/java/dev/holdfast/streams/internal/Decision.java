// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.internal;

import dev.holdfast.provider.stream.AppendEvents;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command leads to.
 *
 * @param before the state that it was decided on
 * @param events the events
 * @param append their append, absent when there are none
 * @param after the state when it has been applied
 * @param <S> the state
 * @param <E> the events
 */
public record Decision<S, E>(
    Folded<S> before, List<E> events, @Nullable AppendEvents append, Folded<S> after) {

  /** Copies the events. */
  public Decision {
    events = List.copyOf(events);
  }
}
