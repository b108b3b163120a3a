// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.demo;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.function.Function;

/**
 * A run of a demo on a database: on the server that HOLDFAST_TEST_PG_URL names, in a schema that
 * goes when it is over, else on the server that the demo starts.
 */
public final class PostgresRun {

  private static final String GIVEN = System.getenv("HOLDFAST_TEST_PG_URL");

  private PostgresRun() {}

  /** Runs a demo, which is told its options, and returns what it comes to. */
  public static <T> T of(Function<String[], T> demo) throws SQLException {
    if (GIVEN == null || GIVEN.isBlank()) {
      return demo.apply(new String[] {"--provider", "postgres"});
    }
    String schema = "demo_" + UUID.randomUUID().toString().replace("-", "").substring(0, 12);
    String url = GIVEN + (GIVEN.contains("?") ? "&" : "?") + "schema=" + schema;
    try {
      return demo.apply(new String[] {"--provider", "postgres", "--url", url});
    } finally {
      drop(schema);
    }
  }

  private static void drop(String schema) throws SQLException {
    String jdbcUrl = GIVEN.replaceFirst("^postgres(ql)?://(.*@)?", "jdbc:postgresql://");
    String user = GIVEN.replaceFirst("^postgres(ql)?://(([^:@/]*)(:[^@]*)?@)?.*", "$3");
    String password = GIVEN.replaceFirst("^postgres(ql)?://([^:@/]*(:([^@]*))?@)?.*", "$4");
    try (Connection connection =
            GIVEN.startsWith("jdbc:")
                ? DriverManager.getConnection(GIVEN)
                : DriverManager.getConnection(jdbcUrl, user, password);
        Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS \"" + schema + "\" CASCADE");
    }
  }
}
