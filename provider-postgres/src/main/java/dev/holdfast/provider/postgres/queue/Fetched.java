// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.jdbc.wait.Polled;
import java.util.List;

/**
 * The result of one poll of a queue.
 *
 * @param items what was locked
 * @param microsUntilReady when nothing was: how long until the next work is ready, by the store's
 *     clock, as far as known now; {@code Long.MAX_VALUE} for never
 */
public record Fetched<T>(List<T> items, long microsUntilReady) implements Polled<T> {

  static <T> Fetched<T> nothing(long microsUntilReady) {
    return new Fetched<>(List.of(), microsUntilReady);
  }
}
