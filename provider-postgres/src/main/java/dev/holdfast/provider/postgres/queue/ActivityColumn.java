// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The columns of the rows of fetch_activities, in their order; see there for which part has which.
 * Read by place, which a constant costs nothing to know.
 */
enum ActivityColumn {
  PART,
  INSTANCE_KEY,
  INSTANCE_ID,
  EXECUTION_ID,
  ACTIVITY_ID,
  TOKEN,
  ATTEMPT_COUNT,
  READY_AT,
  SEQ,
  NAME,
  ORCHESTRATION_NAME,
  ORCHESTRATION_VERSION,
  INPUT,
  STORE_TIME;

  /** All of them, as they stand in a query. */
  static final String ALL =
      Arrays.stream(values())
          .map(column -> column.name().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining(", "));

  /** The place in a row. */
  int place() {
    return ordinal() + 1;
  }

  String text(ResultSet row) throws SQLException {
    return row.getString(place());
  }

  long number(ResultSet row) throws SQLException {
    return row.getLong(place());
  }
}
