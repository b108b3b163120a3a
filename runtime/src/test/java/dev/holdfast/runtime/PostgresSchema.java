// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.embedded.EmbeddedServer;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A server for the tests of a class: the one that is given, or one of its own. */
final class PostgresSchema implements AutoCloseable {

  private static final @Nullable String GIVEN = System.getenv("HOLDFAST_TEST_PG_URL");

  private final @Nullable EmbeddedServer own;
  private final String server;
  private String schema = "";

  PostgresSchema(Path directory) {
    if (GIVEN == null || GIVEN.isBlank()) {
      own = EmbeddedServer.startForTests(directory);
      server = own.url("postgres");
    } else {
      own = null;
      server = GIVEN;
    }
  }

  /** A provider on a schema that nobody else has. */
  Provider open() {
    schema = "runtime_" + UUID.randomUUID().toString().substring(0, 8);
    return openAgain();
  }

  /** Another handle on the same schema. */
  Provider openAgain() {
    String url = server + (server.contains("?") ? "&" : "?") + "schema=" + schema;
    return Providers.open(ProviderConfig.url(url).build());
  }

  void drop() throws SQLException {
    if (own == null) {
      try (Connection connection = DriverManager.getConnection(server);
          Statement sql = connection.createStatement()) {
        sql.execute("DROP SCHEMA IF EXISTS \"" + schema + "\" CASCADE");
      }
    }
  }

  @Override
  public void close() throws Exception {
    if (own != null) {
      own.close();
    }
  }
}
