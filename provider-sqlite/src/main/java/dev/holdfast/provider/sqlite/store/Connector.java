// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.sqlite.JDBC;

/** Where connections come from: the driver, unless a test puts something between. */
@FunctionalInterface
public interface Connector {

  /** The driver itself. */
  Connector DRIVER = JDBC::createConnection;

  /** Opens a connection; null when the driver does not accept the URL. */
  @Nullable Connection connect(String url, Properties properties) throws SQLException;
}
