// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.flow;

import java.util.Optional;

/** An order was not completed, and whatever had been done for it was undone. */
public final class OrderFailedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With the outcome, which leads the message, and what happened. */
  public OrderFailedException(Outcome outcome, String detail) {
    // Without a stack trace: this is an answer, not a mistake in the code.
    super(outcome.name() + ": " + detail, null, false, false);
  }

  /** Reads the outcome back from a message: class and message are what a store keeps of it. */
  public static Optional<Outcome> outcomeIn(String message) {
    for (Outcome outcome : Outcome.values()) {
      if (message.startsWith(outcome.name() + ": ")) {
        return Optional.of(outcome);
      }
    }
    return Optional.empty();
  }
}
