// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.postings.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/**
 * The demo of events on a database: on the server that HOLDFAST_TEST_PG_URL names, else on the one
 * that the demo starts.
 */
class PostgresDemoEventsIT extends DemoEventsContract {

  private static final String GIVEN = System.getenv("HOLDFAST_TEST_PG_URL");

  @Test
  void theAuditHoldsOnPostgres() throws SQLException {
    if (GIVEN == null || GIVEN.isBlank()) {
      assertHolds(run("--provider", "postgres"));
      return;
    }
    String schema = "demo_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    try {
      assertHolds(
          run(
              "--provider",
              "postgres",
              "--url",
              GIVEN + (GIVEN.contains("?") ? "&" : "?") + "schema=" + schema));
    } finally {
      drop(schema);
    }
  }

  private static void assertHolds(JsonNode report) {
    assertThat(report.get("provider").stringValue()).isEqualTo("postgres");
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
