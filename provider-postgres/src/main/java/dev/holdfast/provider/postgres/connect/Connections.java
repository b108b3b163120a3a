// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.connect;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Where connections come from: the provider's own pool, or the application's {@code DataSource}.
 * Thread-safe.
 */
public interface Connections extends AutoCloseable {

  /** A connection in auto-commit mode; closing it gives it back. */
  Connection get() throws SQLException;

  /** A connection that belongs to no pool, for notifications: there they wait for long. */
  Connection getUnpooled() throws SQLException;

  /** Closes what is the provider's own (SPI-11). */
  @Override
  void close();
}
