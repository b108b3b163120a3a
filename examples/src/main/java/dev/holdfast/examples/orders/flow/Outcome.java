// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.flow;

/** How an order can end. */
public enum Outcome {
  /** Paid and shipped. */
  COMPLETED("completed"),
  /** There were not enough units. */
  OUT_OF_STOCK("out of stock"),
  /** The payment provider said no. */
  CARD_DECLINED("card declined"),
  /** The approver said no. */
  APPROVAL_DENIED("approval denied"),
  /** The approver did not answer in time. */
  APPROVAL_TIMED_OUT("approval timed out"),
  /** The carrier could not be had. */
  SHIPPING_FAILED("shipping failed");

  private final String label;

  Outcome(String label) {
    this.label = label;
  }

  /** For people. */
  public String label() {
    return label;
  }

  /** Whether the customer's money was taken and must have been given back. */
  public boolean isRefunded() {
    return this == APPROVAL_DENIED || this == APPROVAL_TIMED_OUT || this == SHIPPING_FAILED;
  }
}
