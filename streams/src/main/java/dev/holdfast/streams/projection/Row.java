// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import dev.holdfast.streams.event.Reserved;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a row.
 *
 * @param key the key of the row
 * @param value the whole new row, absent for none
 * @param <R> what the rows are
 */
public record Row<R>(String key, @Nullable R value) {

  /**
   * Checks the key.
   *
   * @throws IllegalArgumentException when it is empty, or one of the library's own
   */
  public Row {
    if (key.isEmpty() || key.startsWith(Reserved.PREFIX)) {
      throw new IllegalArgumentException(
          "the key \"%s\" of a row is empty, or begins with %s, which is the library's own"
              .formatted(key, Reserved.PREFIX));
    }
  }

  /**
   * Puts a row, or replaces it.
   *
   * @param key the key
   * @param value the whole row
   * @param <R> what the rows are
   * @return the change
   */
  public static <R> Row<R> put(String key, R value) {
    return new Row<>(key, Objects.requireNonNull(value, "value"));
  }

  /**
   * Removes a row; without effect when there is none.
   *
   * @param key the key
   * @param <R> what the rows are
   * @return the change
   */
  public static <R> Row<R> remove(String key) {
    return new Row<>(key, null);
  }
}
