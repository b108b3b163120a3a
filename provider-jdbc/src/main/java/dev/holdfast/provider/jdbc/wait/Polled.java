// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.wait;

import java.util.List;

/**
 * What one poll of a queue has brought.
 *
 * @param <T> an item
 */
public interface Polled<T> {

  /**
   * What was locked for the caller.
   *
   * @return the items, empty for none
   */
  List<T> items();

  /**
   * Whether the poll ended before the queue did, so that no items mean nothing yet: then the next
   * poll comes at once.
   *
   * @return false unless the provider says otherwise
   */
  default boolean more() {
    return false;
  }

  /**
   * Without items: when the next work that is known becomes ready.
   *
   * @return microseconds from the poll on, {@code Long.MAX_VALUE} when nothing is known
   */
  default long microsUntilReady() {
    return Long.MAX_VALUE;
  }

  /**
   * Makes the result of a poll that knows nothing about the future.
   *
   * @param <T> an item
   * @param items what was locked
   * @return the result
   */
  static <T> Polled<T> of(List<T> items) {
    return () -> items;
  }
}
