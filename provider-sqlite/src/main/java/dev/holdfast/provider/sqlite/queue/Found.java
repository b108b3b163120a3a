// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.jdbc.wait.Polled;
import java.util.List;

/**
 * The result of one poll of a queue.
 *
 * @param items what was locked
 * @param more whether the poll ended before the end of the line, so that there may be work although
 *     no items were found
 * @param whenCommitted what to do once the locks are committed
 */
public record Found<T>(List<T> items, boolean more, Runnable whenCommitted) implements Polled<T> {

  static <T> Found<T> all(List<T> items) {
    return new Found<>(items, false, () -> {});
  }
}
