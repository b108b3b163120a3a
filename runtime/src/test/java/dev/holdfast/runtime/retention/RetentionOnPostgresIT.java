// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.retention;

import dev.holdfast.embedded.EmbeddedServer;
import dev.holdfast.provider.ProviderConfig;
import dev.holdfast.provider.Providers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Retention on PostgreSQL. */
class RetentionOnPostgresIT extends RetentionContract {

  private static final @Nullable String GIVEN = System.getenv("HOLDFAST_TEST_PG_URL");

  @TempDir static Path directory;
  private static @Nullable EmbeddedServer own;
  private static String server;

  private final String schema = "retention_" + UUID.randomUUID().toString().substring(0, 8);

  @BeforeAll
  static void findServer() {
    if (GIVEN == null || GIVEN.isBlank()) {
      own = EmbeddedServer.startForTests(directory);
      server = own.url("postgres");
    } else {
      server = GIVEN;
    }
  }

  @AfterAll
  static void stopServer() throws Exception {
    if (own != null) {
      own.close();
    }
  }

  @BeforeEach
  void open() {
    String url = server + (server.contains("?") ? "&" : "?") + "schema=" + schema;
    provider = Providers.open(ProviderConfig.url(url).build());
  }

  @Override
  void removeStore() throws Exception {
    if (own == null) {
      try (Connection connection = DriverManager.getConnection(server);
          Statement sql = connection.createStatement()) {
        sql.execute("DROP SCHEMA IF EXISTS \"" + schema + "\" CASCADE");
      }
    }
  }
}
