// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A constant of an enum that names the columns of a row in their order. Rows are read by place,
 * which is cheaper than by name.
 */
interface RowColumn {

  /** {@return the name of the constant: that of the column, in capitals} */
  String name();

  /** {@return the place of the constant in its enum, from 0} */
  int ordinal();

  /** Returns columns as they are written in a query. */
  static String list(RowColumn... columns) {
    return Arrays.stream(columns)
        .map(column -> column.name().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(", "));
  }

  /** {@return the place in a row} */
  default int place() {
    return ordinal() + 1;
  }

  default String text(ResultSet row) throws SQLException {
    return row.getString(place());
  }

  default long number(ResultSet row) throws SQLException {
    return row.getLong(place());
  }

  default boolean flag(ResultSet row) throws SQLException {
    return row.getBoolean(place());
  }
}
