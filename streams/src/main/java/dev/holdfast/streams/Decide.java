// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import java.util.List;

/**
 * Which events follow from a command. A pure function: it may be called several times for one
 * command, because others were faster, and nothing but its result may matter (ES-01).
 *
 * @param <S> the state
 * @param <C> the commands
 * @param <E> the events
 */
@FunctionalInterface
public interface Decide<S, C, E> {

  /**
   * Decides.
   *
   * @param state the state
   * @param command the command
   * @return the events, none when nothing is to happen. A command that may not be executed is
   *     refused by an exception of the application, which reaches the caller as it is
   */
  List<? extends E> decide(S state, C command);
}
