// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/** Reads the codes that the store's functions answer. */
final class Codes {

  private Codes() {}

  /** An array of codes, one per request. */
  static List<Integer> read(ResultSet row, int column) throws SQLException {
    return Arrays.asList((Integer[]) row.getArray(column).getArray());
  }

  /** The yes or no of a call. */
  static boolean flag(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getBoolean(1);
    }
  }

  /** The one code of a call. */
  static int single(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
