// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The columns of rows that describe locked instances, in their order; see the fragment item_columns
 * of the schema for which part has which. Read by place, which a constant costs nothing to know.
 */
enum ItemColumn {
  PART,
  INSTANCE_KEY,
  ELEMENT,
  CODE,
  INSTANCE_ID,
  NAME,
  VERSION,
  EXECUTION_ID,
  TOKEN,
  ATTEMPT_COUNT,
  LAST_EVENT_ID,
  STORE_TIME,
  READY_AT,
  VISIBLE_AT,
  SEQ,
  KIND,
  DATA,
  PARENT_INSTANCE_ID,
  MESSAGE_ID,
  DROP_IF_ORPHAN,
  EVENT_ID,
  RECORDED_AT;

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
