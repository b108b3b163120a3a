// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.ledger;

import org.jspecify.annotations.Nullable;

/**
 * How a service answers a call, once its transaction is committed.
 *
 * @param <T> the type of the value
 * @param result what became of the call, for the log
 * @param value what is returned, unless it is refused
 * @param refusal what is thrown instead
 */
record Answer<T>(Result result, @Nullable T value, @Nullable RuntimeException refusal) {

  /** What becomes of a call. */
  enum Result {
    /** It took effect. */
    APPLIED,
    /** It was made before; the effect is there already and is not repeated. */
    REPEATED,
    /** It took effect and the answer was lost. */
    REPLY_LOST,
    /** There was nothing to do. */
    NOTHING,
    /** It was refused. */
    REFUSED,
    /** The service was not available. */
    UNAVAILABLE
  }

  static <T> Answer<T> of(Result result, T value) {
    return new Answer<>(result, value, null);
  }

  static <T> Answer<T> refused(Result result, RuntimeException refusal) {
    return new Answer<>(result, null, refusal);
  }
}
