// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

/**
 * What an event makes of a state. A pure function (ES-01): it looks at no clock, asks nobody, and
 * leaves the state that it gets as it is. It cannot refuse: the event has happened.
 *
 * @param <S> the state
 * @param <E> the events
 */
@FunctionalInterface
public interface Evolve<S, E> {

  /**
   * Applies an event.
   *
   * @param state the state before
   * @param event the event
   * @return the state after
   */
  S evolve(S state, E event);
}
