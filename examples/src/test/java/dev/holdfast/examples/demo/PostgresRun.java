// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.demo;

import dev.holdfast.embedded.TestSchema;
import java.sql.SQLException;
import java.util.function.Function;

/**
 * A run of a demo on a database: in a schema of the server that is given to tests, else on the
 * server that the demo starts.
 */
public final class PostgresRun {

  private PostgresRun() {}

  /** Runs a demo, which is told its options, and returns what it comes to. */
  public static <T> T of(Function<String[], T> demo) throws SQLException {
    if (!TestSchema.onGivenServer()) {
      return demo.apply(new String[] {"--provider", "postgres"});
    }
    try (TestSchema schema = TestSchema.create("demo")) {
      return demo.apply(new String[] {"--provider", "postgres", "--url", schema.url()});
    }
  }
}
