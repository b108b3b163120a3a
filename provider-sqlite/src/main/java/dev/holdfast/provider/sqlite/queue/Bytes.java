// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

/** How many bytes of payload a result may still have (FETCH-17, FETCH-18, QUEUE-25). */
final class Bytes {

  private long left;

  Bytes(long most) {
    this.left = most;
  }

  /**
   * {@return what is left; below zero once something was taken that did not fit, and then nothing
   * fits}
   */
  long left() {
    return left;
  }

  /** Undoes what was taken since {@link #left} returned this. */
  void giveBackTo(long leftThen) {
    left = leftThen;
  }

  boolean fit(long bytes) {
    return bytes <= left;
  }

  /** Takes bytes that have to be delivered, whether they fit or not. */
  void take(long bytes) {
    left -= bytes;
  }
}
