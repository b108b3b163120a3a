// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.ledger;

/** The payment provider declines the card. Asking again does not help. */
public final class CardDeclinedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With what the service said. */
  public CardDeclinedException(String message) {
    super(message);
  }
}
