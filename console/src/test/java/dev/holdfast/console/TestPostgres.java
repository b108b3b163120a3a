// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console;

import dev.holdfast.embedded.EmbeddedServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A schema on the server that HOLDFAST_TEST_PG_URL names, else a server of its own. */
final class TestPostgres implements AutoCloseable {

  private static final @Nullable String GIVEN = System.getenv("HOLDFAST_TEST_PG_URL");

  private final String url;
  private final @Nullable String schema;
  private final @Nullable EmbeddedServer server;

  private TestPostgres(String url, @Nullable String schema, @Nullable EmbeddedServer server) {
    this.url = url;
    this.schema = schema;
    this.server = server;
  }

  static TestPostgres open(Path directory) {
    if (GIVEN == null || GIVEN.isBlank()) {
      EmbeddedServer own = EmbeddedServer.startForTests(directory.resolve("postgres"));
      return new TestPostgres(own.url("postgres"), null, own);
    }
    String schema = "console_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    return new TestPostgres(
        GIVEN + (GIVEN.contains("?") ? "&" : "?") + "schema=" + schema, schema, null);
  }

  String url() {
    return url;
  }

  @Override
  public void close() throws SQLException {
    if (server != null) {
      server.close();
    } else if (schema != null && GIVEN != null) {
      drop(GIVEN, schema);
    }
  }

  private static void drop(String given, String schema) throws SQLException {
    String jdbcUrl = given.replaceFirst("^postgres(ql)?://(.*@)?", "jdbc:postgresql://");
    String user = given.replaceFirst("^postgres(ql)?://(([^:@/]*)(:[^@]*)?@)?.*", "$3");
    String password = given.replaceFirst("^postgres(ql)?://([^:@/]*(:([^@]*))?@)?.*", "$4");
    try (Connection connection =
            given.startsWith("jdbc:")
                ? DriverManager.getConnection(given)
                : DriverManager.getConnection(jdbcUrl, user, password);
        Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS \"" + schema + "\" CASCADE");
    }
  }
}
