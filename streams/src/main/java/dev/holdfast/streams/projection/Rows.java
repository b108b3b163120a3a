// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import java.util.Optional;

/**
 * The rows as they are before an event, all earlier ones folded in. For the handler alone, while it
 * runs.
 *
 * @param <R> what the rows are
 */
@FunctionalInterface
public interface Rows<R> {

  /**
   * Reads a row.
   *
   * @param key the key
   * @return the row, a copy of its own; empty when there is none
   */
  Optional<R> get(String key);
}
