// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.ledger;

/** The warehouse has too few units. Asking again does not help. */
public final class OutOfStockException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With what the service said. */
  public OutOfStockException(String message) {
    super(message);
  }
}
