// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.embedded.EmbeddedServer;
import dev.holdfast.provider.Provider;
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

/** What is done to instances from outside, on PostgreSQL; the tests share a schema. */
class LifeOnPostgresIT extends LifeContract {

  private static final @Nullable String GIVEN = System.getenv("HOLDFAST_TEST_PG_URL");
  private static final String SCHEMA = "life_rt_" + UUID.randomUUID().toString().substring(0, 8);

  @TempDir static Path directory;
  private static @Nullable EmbeddedServer own;
  private static String server;
  private static Provider shared;

  @BeforeAll
  static void openStore() {
    if (GIVEN == null || GIVEN.isBlank()) {
      own = EmbeddedServer.startForTests(directory);
      server = own.url("postgres");
    } else {
      server = GIVEN;
    }
    String url = server + (server.contains("?") ? "&" : "?") + "schema=" + SCHEMA;
    shared = Providers.open(ProviderConfig.url(url).build());
  }

  @AfterAll
  static void closeStore() throws Exception {
    shared.close();
    if (own != null) {
      own.close();
    } else {
      try (Connection connection = DriverManager.getConnection(server);
          Statement sql = connection.createStatement()) {
        sql.execute("DROP SCHEMA IF EXISTS \"" + SCHEMA + "\" CASCADE");
      }
    }
  }

  @BeforeEach
  @Override
  void openClient() {
    provider = shared;
    super.openClient();
  }
}
