// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.admin;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks a store, one query at a time. Thread-safe.
 *
 * <p>In SQL {@code :schema.instance} means the table of that name.
 */
public interface Queries {

  /**
   * Runs one query, which sees one committed state and waits for no lock (ADMIN-29, ADMIN-30,
   * READ-06).
   *
   * @param <T> what a row becomes
   * @param operation the SPI call, for errors
   * @param sql the query
   * @param parameters its parameters: {@code Long}, {@code Integer}, {@code String} or null
   * @param reader reads a row
   * @return the rows
   */
  <T> List<T> query(
      String operation,
      String sql,
      List<? extends @Nullable Object> parameters,
      RowReader<T> reader);

  /**
   * The store's now, in microseconds since 1970.
   *
   * @return an expression without parameters, or {@code ?} for {@link #nowParameters}
   */
  String now();

  /**
   * What to give to {@link #now()}.
   *
   * @return its parameters, one or none
   */
  List<Long> nowParameters();

  /**
   * Reads a row.
   *
   * @param <T> what it becomes
   */
  @FunctionalInterface
  interface RowReader<T> {
    /**
     * Reads it.
     *
     * @param row the row
     * @return what it becomes
     * @throws SQLException when the store fails
     */
    T read(ResultSet row) throws SQLException;
  }
}
