// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

/**
 * How a worker of queues is at one moment. Immutable.
 *
 * @param running whether it has not been closed
 * @param active how many queues it has under way
 * @param setbacks how many turns in a row were not stored: the store was away, or what is stored
 *     cannot be read
 */
public record QueueHealth(boolean running, int active, int setbacks) {

  /** So many turns in a row that were not stored are no accident. */
  private static final int TOO_MANY = 10;

  /** {@return whether it works: it runs, and the last ten turns were not all in vain} */
  public boolean isWell() {
    return running && setbacks < TOO_MANY;
  }
}
