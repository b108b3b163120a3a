// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import java.util.function.Supplier;

/** Where code enters the runtime, and where it waits. */
interface ExecutionScope {

  /**
   * Checks that the caller is the orchestration's code and may go on.
   *
   * @throws IllegalStateException on another thread
   */
  void enter();

  /** Runs code that may issue commands, and leaves the thread if they do not fit the history. */
  void guard(Runnable commands);

  /** Reads the store for the code, and leaves the thread if that fails. */
  <T> T reading(Supplier<T> read);

  /** Waits until a future may have ended. */
  void park(Promise<?> promise);
}
