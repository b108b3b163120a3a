// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The table of the application from which a migration leads away, as it is read. Every call is part
 * of the transaction on the connection, and neither commits nor closes it. Thread-safe.
 *
 * @param <R> what a row is, written as JSON where rows are compared: a record, for example
 */
public interface OldTable<R> {

  /**
   * A row with its id.
   *
   * @param id the id, which is the id of the stream and the key of the import too
   * @param row the row
   * @param <R> what a row is
   */
  record OldRow<R>(String id, R row) {}

  /**
   * Reads a row.
   *
   * @param connection the transaction
   * @param id the id
   * @return the row, empty for none
   * @throws SQLException when the database fails
   */
  Optional<R> read(Connection connection, String id) throws SQLException;

  /**
   * Reads rows in an order of their ids that is always the same.
   *
   * @param connection the transaction
   * @param after the id behind which to begin, null for the first page
   * @param limit the most rows, from 1
   * @return the rows in their order; fewer than the limit only when there are no more
   * @throws SQLException when the database fails
   */
  List<OldRow<R>> page(Connection connection, @Nullable String after, int limit)
      throws SQLException;
}
