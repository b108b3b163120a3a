// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.flow;

import dev.holdfast.embedded.EmbeddedServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The metrics on PostgreSQL (ES-27): on the server that HOLDFAST_TEST_PG_URL names, else on one of
 * its own.
 */
@Timeout(180)
class PostgresMetricsIT extends MetricsContract {

  private static final String GIVEN = System.getenv("HOLDFAST_TEST_PG_URL");

  @TempDir private Path dir;

  @Test
  void theRowsAreTheComputedTableOnPostgres() throws Exception {
    if (GIVEN == null || GIVEN.isBlank()) {
      try (EmbeddedServer server = EmbeddedServer.startForTests(dir)) {
        theRowsAreTheComputedTable(server.url("postgres"));
      }
      return;
    }
    String schema = "metrics_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    try {
      theRowsAreTheComputedTable(GIVEN + (GIVEN.contains("?") ? "&" : "?") + "schema=" + schema);
    } finally {
      drop(schema);
    }
  }

  private static void drop(String schema) throws SQLException {
    String jdbcUrl = GIVEN.replaceFirst("^postgres(ql)?://(.*@)?", "jdbc:postgresql://");
    String user = GIVEN.replaceFirst("^postgres(ql)?://(([^:@/]*)(:[^@]*)?@)?.*", "$3");
    String password = GIVEN.replaceFirst("^postgres(ql)?://([^:@/]*(:([^@]*))?@)?.*", "$4");
    try (Connection connection = DriverManager.getConnection(jdbcUrl, user, password);
        Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS \"" + schema + "\" CASCADE");
    }
  }
}
