// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.ledger;

/** A service did not answer, this time. Whether it did its work is not known. */
public final class ServiceUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** With what the service said. */
  public ServiceUnavailableException(String message) {
    super(message);
  }
}
