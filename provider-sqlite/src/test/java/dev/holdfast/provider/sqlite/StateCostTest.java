// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Changes;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.state.CreateRun;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.EnsureStep;
import dev.holdfast.provider.state.RestartRun;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunPage;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.StepChange;
import dev.holdfast.provider.state.StepPage;
import dev.holdfast.provider.state.StepQuery;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.tck.fixture.PlanReader;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls of runs and steps beside a hundred thousand others (RUN-24, STEP-14). */
class StateCostTest {

  private static final int OTHERS = 100_000;

  @TempDir Path directory;

  @Test
  void noCallReadsWhatItDoesNotShow() throws SQLException {
    Path file = directory.resolve("store.db");
    try (SqliteTestStore store = new SqliteTestStore(file)) {
      PlanReader reader = store.planReader().orElseThrow();
      try (Provider provider = reader.open()) {
        fill(file);
        StateTables tables = provider.capability(StateTables.class).orElseThrow();
        Changes changes = provider.capability(Changes.class).orElseThrow();

        assertThat(reader.badPlans(() -> change(changes))).isEmpty();
        // What stands in the text or was limited before is read as a whole.
        assertThat(reader.badPlans(() -> read(tables)))
            .allMatch(plan -> plan.startsWith("SCAN p:"));
      }
    }
  }

  private static void change(Changes changes) {
    changes.apply(
        List.of(
            CreateRun.running("order", "order"),
            new EnsureStep("order", "a"),
            StepChange.of("order", "b", 0).status(StepStatus.SCHEDULED).build(),
            StepChange.of("order", "b", 1).status(StepStatus.RUNNING).build(),
            RunChange.of("order", 1).status(RunStatus.FAILED).build(),
            new RestartRun("order", 2, Set.of("a", "b")),
            RunChange.of("order", 3).status(RunStatus.CANCELLED).build(),
            new DeleteRun("order", 4),
            CreateRun.running("stays", "order")));
  }

  private static void read(StateTables tables) {
    assertThat(tables.run("stays")).isPresent();
    assertThat(tables.steps("filled-1", Set.of("step-1", "none"))).hasSize(1);
    assertThat(tables.stepCounts("filled-1").get(StepStatus.IDLE)).isEqualTo(2);
    assertThat(tables.runCounts("order").get(RunStatus.RUNNING)).isEqualTo(1);
    for (RunQuery query :
        List.of(
            RunQuery.firstPage(10),
            RunQuery.builder(10).oldestFirst(true).build(),
            RunQuery.builder(10).statuses(RunStatus.COMPLETED).build(),
            RunQuery.builder(10).kinds("filled").build())) {
      RunPage page = tables.runs(query);
      assertThat(page.rows()).hasSize(10);
    }
    StepPage page = tables.steps(StepQuery.firstPage("filled-1", 1));
    assertThat(tables.steps(StepQuery.firstPage("filled-1", 1).from(page.nextPageToken())).steps())
        .hasSize(1);
    oneIdleStep(tables);
    assertThat(tables.stuckRuns(Duration.ZERO, 10, null).rows()).hasSize(1);
  }

  private static void oneIdleStep(StateTables tables) {
    assertThat(tables.steps(StepQuery.firstPage("filled-1", 1, StepStatus.IDLE)).steps())
        .hasSize(1);
  }

  private static void fill(Path file) throws SQLException {
    execute(
        file,
        """
        INSERT INTO holdfast_run (run_key, run_id, kind, status, version, attempt, created_at, updated_at)
        WITH RECURSIVE n (k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n LIMIT %d)
        SELECT k, 'filled-' || k, 'filled', CASE WHEN k %% 2 THEN 'COMPLETED' ELSE 'PAUSED' END, 1, 1, k, k FROM n
        """
            .formatted(OTHERS));
    execute(
        file,
        """
        INSERT INTO holdfast_step (run_key, step_id, status, version, attempt, created_at, updated_at)
        SELECT run_key, 'step-' || s.k, 'IDLE', 1, 1, run_key, run_key
          FROM holdfast_run, (SELECT 1 AS k UNION SELECT 2) s
        """);
  }

  private static void execute(Path file, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }
}
