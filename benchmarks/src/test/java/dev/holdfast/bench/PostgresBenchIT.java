// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.bench.measure.ThreadChoice;
import dev.holdfast.bench.report.Result;
import dev.holdfast.bench.scenario.Scenarios;
import dev.holdfast.bench.scenario.Settings;
import dev.holdfast.bench.store.PostgresStore;
import dev.holdfast.embedded.EmbeddedServer;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is different on PostgreSQL: two floors, a snapshot, and schemas that must go. */
class PostgresBenchIT {

  private static final Settings SHORT =
      new Settings(1, Duration.ofMillis(200), 0.0002, ThreadChoice.AUTO);

  @Test
  void measuresOnAServerThatRunsAndLeavesNothingBehind(@TempDir Path dir) throws Exception {
    try (EmbeddedServer server = EmbeddedServer.start(dir)) {
      Run run;
      try (PostgresStore store = PostgresStore.at(server.url("postgres"))) {
        run =
            new Run(
                store,
                List.of(
                    Scenarios.named("floor").orElseThrow(),
                    Scenarios.named("growth").orElseThrow(),
                    Scenarios.named("user-waiters").orElseThrow(),
                    Scenarios.named("runtime-one").orElseThrow()),
                SHORT,
                new PrintStream(PrintStream.nullOutputStream()));
        run.run();
      }

      assertThat(run.failures()).isEmpty();
      assertThat(run.results())
          .extracting(Result::name)
          .contains(
              "F1, 1 connection",
              "F8, 8 connections",
              "a foreign snapshot held",
              "10 callers waiting");
      assertThat(run.results())
          .filteredOn(result -> result.scenario().equals("runtime-one"))
          .allSatisfy(result -> assertThat(result.reference()).isEqualTo("F8"))
          .allSatisfy(result -> assertThat(result.goal()).isNotNull());
      try (PostgresStore store = PostgresStore.at(server.url("postgres"));
          Connection connection = store.connect();
          ResultSet schemas =
              connection
                  .createStatement()
                  .executeQuery(
                      "SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'holdfast%'")) {
        schemas.next();
        assertThat(schemas.getInt(1)).as("the schema of the store that asks").isEqualTo(1);
      }
    }
  }
}
