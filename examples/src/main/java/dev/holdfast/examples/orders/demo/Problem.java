// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.demo;

/**
 * Something that the audit found wrong.
 *
 * @param kind what sort of thing
 * @param subject the order or SKU
 * @param detail what is wrong
 */
record Problem(Kind kind, String subject, String detail) {

  enum Kind {
    /** The order did not end, or not as it should, or an effect is missing. */
    LOST,
    /** An effect happened more than once. */
    DUPLICATE,
    /** An effect is there that should not be, or is of the wrong size. */
    WRONG,
    /** Units of stock are missing, or came from nowhere. */
    STOCK
  }

  @Override
  public String toString() {
    return subject + ": " + detail;
  }
}
