// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.tickets.demo;

import dev.holdfast.examples.demo.Store;
import dev.holdfast.provider.ProviderConfig;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The database of the store, as an application has it that was there before: with connections and
 * tables of its own. Thread-safe.
 */
final class Database {

  private static final String SCHEMA = "schema";

  private final String jdbcUrl;
  private final Properties properties = new Properties();
  private final @Nullable String schema;

  Database(Store store) {
    ProviderConfig config = store.config();
    String location = Objects.requireNonNull(config.location(), "location");
    if (store.provider().equals("sqlite")) {
      jdbcUrl = "jdbc:" + location;
      schema = null;
      properties.setProperty("busy_timeout", "30000");
      // A transaction that begins by reading could not write when others have written meanwhile.
      properties.setProperty("transaction_mode", "IMMEDIATE");
      return;
    }
    config
        .options()
        .forEach((name, value) -> {
          if (!name.equals(SCHEMA)) {
            properties.setProperty(name, value);
          }
        });
    schema = config.options().get(SCHEMA);
    if (location.startsWith("jdbc:")) {
      jdbcUrl = location;
      return;
    }
    String rest = location.replaceFirst("^postgres(ql)?://", "");
    int at = rest.indexOf('@');
    if (at > 0) {
      String[] user = rest.substring(0, at).split(":", 2);
      properties.setProperty("user", user[0]);
      if (user.length > 1) {
        properties.setProperty("password", user[1]);
      }
    }
    jdbcUrl = "jdbc:postgresql://" + rest.substring(at + 1);
  }

  /** {@return a connection, which is the caller's to close} */
  Connection open() throws SQLException {
    Connection connection = DriverManager.getConnection(jdbcUrl, properties);
    if (schema != null) {
      connection.setSchema(schema);
    }
    return connection;
  }
}
