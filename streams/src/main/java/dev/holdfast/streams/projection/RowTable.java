// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.projection;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/**
 * A table of the application that holds the rows of a projection. Every call is part of the
 * transaction on the connection, neither commits nor closes it, and keeps to one generation: a
 * column of the table, or a part of its name. Thread-safe.
 *
 * @param <R> what the rows are
 */
public interface RowTable<R> {

  /** Gives connections to the database of the store, each a transaction's own. Thread-safe. */
  @FunctionalInterface
  interface Connections {

    /**
     * Opens a connection; the library closes it.
     *
     * @return the connection
     * @throws SQLException when there is none
     */
    Connection open() throws SQLException;
  }

  /**
   * Reads a row.
   *
   * @param connection the transaction
   * @param generation the build of the rows
   * @param key the key
   * @return the row, empty for none
   * @throws SQLException when the database fails
   */
  Optional<R> read(Connection connection, int generation, String key) throws SQLException;

  /**
   * Writes what has become of a row.
   *
   * @param connection the transaction
   * @param generation the build of the rows
   * @param key the key
   * @param value the whole row; null when it is to go
   * @throws SQLException when the database fails
   */
  void write(Connection connection, int generation, String key, @Nullable R value)
      throws SQLException;

  /**
   * Reads rows by key, page by page, to be listed and verified. Keys are in code point order, which
   * for PostgreSQL is {@code ORDER BY key COLLATE "C"} and for SQLite its usual one.
   *
   * @param connection the transaction
   * @param generation the build of the rows
   * @param after the key behind which the page begins, null for the first one
   * @param limit the most rows; fewer say that there are no more
   * @return the rows, in order
   * @throws SQLException when the database fails
   */
  SequencedMap<String, R> page(
      Connection connection, int generation, @Nullable String after, int limit) throws SQLException;

  /**
   * Removes all rows of a generation that is dropped.
   *
   * @param connection the transaction
   * @param generation the build of the rows
   * @throws SQLException when the database fails
   */
  void drop(Connection connection, int generation) throws SQLException;
}
