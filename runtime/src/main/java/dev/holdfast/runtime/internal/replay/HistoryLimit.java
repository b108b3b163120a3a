// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.Failure;

/**
 * How long the history of an execution may be.
 *
 * @param warnAt from how many events on it is told that it is long
 * @param most how many it may have
 */
public record HistoryLimit(long warnAt, long most) {

  /** What holds unless something else is set. */
  public static final HistoryLimit DEFAULT = new HistoryLimit(10_000, 50_000);

  /** No limit. */
  public static final HistoryLimit NONE = new HistoryLimit(Long.MAX_VALUE, Long.MAX_VALUE);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException when one is out of range
   */
  public HistoryLimit {
    if (warnAt < 1 || most < warnAt) {
      throw new IllegalArgumentException(
          "the history limit warns at %d events and is %d; the first is from 1, the other not below it"
              .formatted(warnAt, most));
    }
  }

  /** {@return with what an execution ends that has so many events} */
  Failure failure(long events) {
    return new Failure(
        Failure.HISTORY_TOO_LONG,
        "the history has %d events and may have %d; code that goes on for ever has to continue as new before, and a large fan-out to give parts to children"
            .formatted(events, most));
  }
}
