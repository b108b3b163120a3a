// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import org.jspecify.annotations.Nullable;

/**
 * Makes of an old row the event that says all of it, as it is now. Whatever was before it in the
 * stream, the state behind it is that of the row. A pure function; thread-safe.
 *
 * @param <R> what an old row is
 * @param <E> the events
 */
@FunctionalInterface
public interface RowImport<R, E> {

  /**
   * Makes the event.
   *
   * @param id the id of the row and of the stream
   * @param row the row; null for one that was removed from the old table, and not from the events
   * @return the event
   */
  E event(String id, @Nullable R row);
}
