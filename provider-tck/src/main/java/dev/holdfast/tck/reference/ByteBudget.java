// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

/** How many bytes an answer may still have. Not thread-safe. */
final class ByteBudget {

  private long left;
  private boolean begun;

  ByteBudget(long most) {
    left = most;
  }

  /** Whether an item of this size comes: the first one always does. */
  boolean admits(long size) {
    return !begun || size <= left;
  }

  /** Takes an item in. */
  void take(long size) {
    begun = true;
    left = Math.max(0, left - size);
  }

  /** What is left for an item besides a part of it. */
  ByteBudget besides(long size) {
    return new ByteBudget(Math.max(0, left - size));
  }

  /** Takes something in that need not come, if it fits. */
  boolean takeIfItFits(long size) {
    if (size > left) {
      return false;
    }
    left -= size;
    return true;
  }
}
