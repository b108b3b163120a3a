// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

/**
 * Takes an orchestration's code off its thread: the execution leaves memory, does not follow its
 * history, or continues as new. It is an error, so that code which catches exceptions does not
 * catch it.
 */
final class EvictedError extends Error {

  private static final long serialVersionUID = 1L;

  EvictedError() {
    super("the runtime takes this code off its thread", null, false, false);
  }

  /** Shows where code is that caught an {@link EvictedError}; for the log, never thrown. */
  static final class Caught extends Exception {

    private static final long serialVersionUID = 1L;

    Caught() {
      super("the code is here");
    }
  }
}
