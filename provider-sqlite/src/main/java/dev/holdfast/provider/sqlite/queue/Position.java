// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

/**
 * A place in the line of one queue: ready since when, and the order among those of that moment.
 *
 * @param readyAt in microseconds since 1970
 * @param seq the order within the moment
 */
record Position(long readyAt, long seq) {

  /** Before everything. */
  static final Position START = new Position(Long.MIN_VALUE, Long.MIN_VALUE);

  /** {@return the place before everything of the same moment} */
  Position startOfMoment() {
    return new Position(readyAt, Long.MIN_VALUE);
  }
}
