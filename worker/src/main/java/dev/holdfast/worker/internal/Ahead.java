// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.TurnAhead;
import org.jspecify.annotations.Nullable;

/** What goes ahead with a call: a turn, or nothing. Not thread-safe. */
interface Ahead extends AutoCloseable {

  /** Nothing. */
  Ahead NONE =
      new Ahead() {
        @Override
        public @Nullable TurnAhead turn() {
          return null;
        }

        @Override
        public void settled(@Nullable AckResult result) {}

        @Override
        public void close() {}
      };

  /** {@return the turn, as the store gets it; null for none} */
  @Nullable TurnAhead turn();

  /** Takes note of what the store says about it, null for that it was not used. */
  void settled(@Nullable AckResult result);

  /**
   * Ends it: begins the activities that were handed over with it, and has the engine let go of a
   * turn that was not applied. Closing again does nothing.
   */
  @Override
  void close();
}
