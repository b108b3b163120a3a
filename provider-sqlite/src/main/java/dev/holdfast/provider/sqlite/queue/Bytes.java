// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

/** How many bytes of payload an answer may still have (FETCH-17, FETCH-18, QUEUE-25). */
final class Bytes {

  private long left;

  Bytes(long most) {
    this.left = most;
  }

  /** What is left; below zero once something came that did not fit, and then nothing fits. */
  long left() {
    return left;
  }

  /** Takes back what was taken since then. */
  void giveBackTo(long leftThen) {
    left = leftThen;
  }

  boolean fit(long bytes) {
    return bytes <= left;
  }

  /** Takes what has to come, whether it fits or not. */
  void take(long bytes) {
    left -= bytes;
  }
}
