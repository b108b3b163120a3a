// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.queue;

/**
 * How much of a page is left for payloads, so that what does not fit is not even read. Used by one
 * thread.
 */
final class Room {

  private int free;
  private long left;

  /**
   * Room on a page.
   *
   * @param free how many come whatever their size
   * @param bytes the most bytes of the others, together with those
   */
  Room(int free, long bytes) {
    this.free = free;
    this.left = bytes;
  }

  /** Whether the next one may come; when it may, its place is taken. */
  boolean takes(long bytes) {
    boolean fits = free > 0 || bytes <= left;
    if (fits) {
      free--;
      left -= bytes;
    }
    return fits;
  }
}
