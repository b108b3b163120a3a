// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.samples;

import dev.holdfast.embedded.EmbeddedServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * The samples on PostgreSQL: on the server that HOLDFAST_TEST_PG_URL names, in a schema that goes
 * afterwards, else on one of its own.
 */
class PostgresSamplesIT extends SamplesContract {

  private static final @Nullable String GIVEN = System.getenv("HOLDFAST_TEST_PG_URL");
  private static final String SCHEMA = "samples_" + UUID.randomUUID().toString().substring(0, 8);

  @TempDir static Path directory;
  private static @Nullable EmbeddedServer own;
  private static String url;

  @BeforeAll
  static void findServer() {
    if (GIVEN == null || GIVEN.isBlank()) {
      own = EmbeddedServer.startForTests(directory);
      url = own.url("postgres");
    } else {
      url = GIVEN + (GIVEN.contains("?") ? "&" : "?") + "schema=" + SCHEMA;
    }
  }

  @AfterAll
  static void leave() throws SQLException {
    if (own != null) {
      own.close();
      return;
    }
    try (Connection connection = SampleStore.connect(url);
        Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS \"" + SCHEMA + "\" CASCADE");
    }
  }

  @Override
  String url() {
    return url;
  }
}
