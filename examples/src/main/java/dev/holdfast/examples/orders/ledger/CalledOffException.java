// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.ledger;

/** A request comes after its undo, and is not carried out. */
public final class CalledOffException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With what the service said. */
  public CalledOffException(String message) {
    super(message);
  }
}
