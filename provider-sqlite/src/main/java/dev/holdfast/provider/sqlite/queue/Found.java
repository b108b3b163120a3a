// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.jdbc.wait.Polled;
import java.util.List;

/**
 * What a look at a queue has brought.
 *
 * @param items what was locked
 * @param more whether the look ended before the line did, so that no items mean nothing
 * @param whenCommitted what to do once the locks are committed
 */
public record Found<T>(List<T> items, boolean more, Runnable whenCommitted) implements Polled<T> {

  static <T> Found<T> all(List<T> items) {
    return new Found<>(items, false, () -> {});
  }
}
