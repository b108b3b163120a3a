// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

/**
 * From where a queue is looked at. Index entries of what was served stay in front of the queue
 * until they are vacuumed, which an old snapshot anywhere in the database prevents; a look that
 * begins behind them does not have to step over all of them each time.
 */
final class Floor {

  /** Nothing is skipped. */
  long micros() {
    return 0;
  }
}
