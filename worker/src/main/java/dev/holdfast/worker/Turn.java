// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

/**
 * A computed turn, and what the engine keeps of it. The worker calls it from one thread, in this
 * order: {@link #result}, then {@link #applied} if something was stored, then {@link #close},
 * always and last.
 */
public interface Turn extends AutoCloseable {

  /**
   * Returns a turn of which the engine keeps nothing.
   *
   * @param result its result
   * @return the turn
   */
  static Turn of(TurnResult result) {
    return () -> result;
  }

  /**
   * Returns the result of the turn. Called once.
   *
   * @return the result
   */
  TurnResult result();

  /**
   * Called when the result is stored and the instance is unlocked. Activities that the turn
   * scheduled and that this worker took over have not begun yet: an execution that is parked here
   * is found by their completions. The next turn of the instance may however run already, if other
   * messages waited.
   *
   * @param stored the alternative that was stored
   */
  default void applied(TurnOutput stored) {}

  /** Lets go of what was not parked in {@link #applied}. */
  @Override
  default void close() {}
}
