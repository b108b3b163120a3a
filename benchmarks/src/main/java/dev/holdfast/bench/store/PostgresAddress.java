// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.store;

import dev.holdfast.provider.ProviderConfig;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;

/** Where a PostgreSQL database is, for the driver: what the provider's URL says. */
final class PostgresAddress {

  /** Options of the provider, which the driver does not know. */
  private static final Set<String> OURS =
      Set.of(
          "schema", "poolSize", "connectTimeoutMillis", "callTimeoutMillis", "listen", "pinPlans");

  private final String jdbcUrl;
  private final Properties properties = new Properties();

  PostgresAddress(String url) {
    ProviderConfig config = ProviderConfig.url(url).build();
    String location = Objects.requireNonNull(config.location());
    if (location.startsWith("jdbc:")) {
      jdbcUrl = location;
    } else {
      String rest = location.substring(location.indexOf("//") + 2);
      int at = rest.indexOf('@');
      if (at >= 0) {
        String[] credentials = rest.substring(0, at).split(":", 2);
        properties.setProperty("user", decoded(credentials[0]));
        if (credentials.length > 1) {
          properties.setProperty("password", decoded(credentials[1]));
        }
      }
      jdbcUrl = "jdbc:postgresql://" + rest.substring(at + 1);
    }
    config
        .options()
        .forEach((name, value) -> {
          if (!OURS.contains(name)) {
            properties.setProperty(name, value);
          }
        });
  }

  String jdbcUrl() {
    return jdbcUrl;
  }

  /** The credentials and the options of the driver. */
  Properties properties() {
    return properties;
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(jdbcUrl, properties);
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
