// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.model;

/**
 * Text that is shown as it is, without quotation marks.
 *
 * @param text the text
 */
record Words(String text) {

  static Words of(String text) {
    return new Words(text);
  }

  @Override
  public String toString() {
    return text;
  }
}
