// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.stream;

/** Which way a read goes. */
public enum Direction {
  /** From old to new. */
  FORWARDS,
  /** From new to old. */
  BACKWARDS
}
