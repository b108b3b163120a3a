// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.migration;

import java.sql.Connection;
import java.sql.SQLException;

/** What the application has always written to its table. */
@FunctionalInterface
public interface OldWrite {

  /**
   * Writes, as part of the transaction on the connection, and neither commits nor closes it.
   *
   * @param connection the transaction
   * @throws SQLException when the database fails
   */
  void write(Connection connection) throws SQLException;
}
