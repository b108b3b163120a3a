// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/** Reads the codes that the store's functions return. */
final class Codes {

  private Codes() {}

  /** Reads an array of codes, one per request. */
  static List<Integer> read(ResultSet row, int column) throws SQLException {
    return Arrays.asList((Integer[]) row.getArray(column).getArray());
  }

  /** Executes a call that returns a boolean. */
  static boolean flag(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getBoolean(1);
    }
  }

  /** Executes a call that returns one code. */
  static int single(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
