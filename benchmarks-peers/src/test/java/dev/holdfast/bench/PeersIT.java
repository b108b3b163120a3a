// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bench.report.Report;
import dev.holdfast.bench.report.ReportFile;
import dev.holdfast.bench.report.Result;
import dev.holdfast.bench.store.PostgresStore;
import dev.holdfast.embedded.EmbeddedServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Both systems do the work, and leave nothing behind. How fast they were is nobody's business here:
 * the times are far too short to mean anything.
 */
class PeersIT {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void bothSystemsAreMeasuredAndTheirSchemasDropped(@TempDir Path dir) throws Exception {
    try (EmbeddedServer server = EmbeddedServer.start(dir)) {
      Report report = measured(server.url("postgres"), dir);

      assertThat(report.results())
          .extracting(Result::name)
          .containsExactly(
              "1 step, 1 caller",
              "1 step, 8 callers",
              "1 step, 32 callers",
              "5 steps, 1 caller",
              "5 steps, 8 callers",
              "5 steps, 32 callers");
      assertThat(report.results())
          .allSatisfy(result -> {
            assertThat(result.reference()).startsWith("DBOS ");
            assertThat(result.value()).isFinite().isPositive();
            assertThat(result.referenceValue()).isFinite().isPositive();
            assertThat(result.ratios()).hasSize(2);
            assertThat(result.latencies()).containsOnlyKeys("Holdfast", "DBOS");
          });
      assertThat(schemas(server)).as("the schema of the store that asks").isEqualTo(1);
    }
  }

  @Test
  void theModuleDoesNotMakeOtherStoresComparable() {
    int exit = run("--scenario", "peers", "--provider", "sqlite");

    assertThat(exit).isEqualTo(BenchMain.BAD_INPUT);
    assertThat(text(err)).contains("peers compares on PostgreSQL only").hasLineCount(1);
  }

  private Report measured(String url, Path dir) throws Exception {
    int exit =
        run(
            "--scenario",
            "peers",
            "--url",
            url,
            "--rounds",
            "2",
            "--seconds",
            "0.3",
            "--json",
            "-");

    assertThat(exit).as(err::toString).isZero();
    Report report = ReportFile.read(Files.writeString(dir.resolve("out.json"), text(out)));
    assertThat(report.failures()).isEmpty();
    return report;
  }

  /** Counts the schemas that are the applications' own. */
  private static int schemas(EmbeddedServer server) throws Exception {
    try (PostgresStore store = PostgresStore.at(server.url("postgres"));
        Connection connection = store.connect();
        ResultSet schemas =
            connection
                .createStatement()
                .executeQuery(
                    """
                    SELECT count(*) FROM pg_namespace
                    WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('public', 'information_schema')
                    """)) {
      schemas.next();
      return schemas.getInt(1);
    }
  }

  private int run(String... args) {
    return BenchMain.run(stream(out), stream(err), args);
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
