// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import java.time.Duration;

/** An event could not be handled, and is to be tried again after a while. */
final class RetryLaterException extends Exception {

  private static final long serialVersionUID = 1L;

  private final Duration after;

  RetryLaterException(String message, Duration after, Throwable cause) {
    super(message, cause);
    this.after = after;
  }

  Duration after() {
    return after;
  }
}
