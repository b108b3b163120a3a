// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.connect;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Where connections come from: the provider's own pool, or the application's {@code DataSource}.
 * Thread-safe.
 */
public interface Connections extends AutoCloseable {

  /** Returns a connection in auto-commit mode; closing it gives it back. */
  Connection get() throws SQLException;

  /** Returns a connection outside the pool, for notifications, which wait on it for long. */
  Connection getUnpooled() throws SQLException;

  /**
   * Takes connections out of use that lead to a server which cannot serve any more, such as one
   * that was demoted: the next calls make new ones, and so may reach another server.
   *
   * @param connection the one that it was noticed on; it is given back after this as always
   */
  void drop(Connection connection);

  /**
   * Takes a connection out of use that may be in any state: the server has ended its session, or
   * left it in a transaction.
   *
   * @param connection it is given back after this as always
   */
  void discard(Connection connection);

  /** Closes what is the provider's own (SPI-11). */
  @Override
  void close();
}
