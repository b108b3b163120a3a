// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import dev.holdfast.provider.jdbc.admin.AdminStore;
import dev.holdfast.provider.jdbc.admin.PagedSql;
import dev.holdfast.provider.state.Run;
import dev.holdfast.provider.state.RunPage;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.StateTables;
import dev.holdfast.provider.state.Step;
import dev.holdfast.provider.state.StepPage;
import dev.holdfast.provider.state.StepQuery;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.state.StepSummary;
import dev.holdfast.provider.support.IdOrder;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.RunPlace;
import dev.holdfast.provider.support.StateChecks;
import dev.holdfast.provider.support.StepPlace;
import dev.holdfast.provider.support.StoreTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is asked about runs and their steps, each in one statement, which shows one committed state
 * (CHANGE-22). The tables {@code run} and {@code step} have the columns that the questions name.
 * Thread-safe.
 */
public final class JdbcStateTables implements StateTables {

  private static final String RUN =
      "SELECT " + StateRows.WHOLE_RUN + "\n  FROM :schema.run r WHERE r.run_id = ?";

  private static final String RUN_COUNTS =
      "SELECT r.status, count(*) FROM :schema.run r GROUP BY r.status";

  private static final String RUN_COUNTS_OF_KIND =
      "SELECT r.status, count(*) FROM :schema.run r WHERE r.kind = ? GROUP BY r.status";

  private static final String STEP_COUNTS =
      """
      SELECT s.status, count(*)
        FROM :schema.run r
        JOIN :schema.step s ON s.run_key = r.run_key
       WHERE r.run_id = ?
       GROUP BY s.status
      """;

  private static final String STEPS_BY_ID =
      "SELECT "
          + StateRows.WHOLE_STEP
          + """

            FROM :schema.run r
            JOIN :schema.step s ON s.run_key = r.run_key
           WHERE r.run_id = ? AND :among
           ORDER BY s.step_id
          """;

  /**
   * Time is read once. Orphans move nothing: their instance is not known, and no start is queued
   * for it. The range of the index comes first, and each other condition is one look by a key: the
   * limits keep a planner from joining whole tables.
   */
  private static final String STUCK =
      "SELECT "
          + StateRows.RUN
          + """

            FROM :moving
           WHERE r.status IN ('RUNNING', 'RECOVERING')
             AND r.updated_at <= (SELECT :now) - ?
             AND (r.updated_at, r.run_id) > (?, ?)
             AND NOT EXISTS (SELECT 1 FROM :schema.step s
                              WHERE s.run_key = r.run_key AND s.updated_at > (SELECT :now) - ?
                              LIMIT 1 OFFSET 0)
             AND NOT EXISTS (SELECT 1 FROM :schema.lease l
                              WHERE l.name = r.run_id AND l.lease_until > (SELECT :now)
                              LIMIT 1 OFFSET 0)
             AND NOT EXISTS (SELECT 1
                               FROM :schema.instance i
                               JOIN :schema.activity a ON a.instance_key = i.instance_key
                              WHERE i.instance_id = r.run_id
                              LIMIT 1 OFFSET 0)
             AND NOT EXISTS (SELECT 1
                               FROM :schema.instance i
                               JOIN :schema.message m ON m.instance_key = i.instance_key
                              WHERE i.instance_id = r.run_id AND (i.execution_id > 0 OR m.start_name IS NOT NULL)
                              LIMIT 1 OFFSET 0)
             AND NOT EXISTS (SELECT 1
                               FROM :posted p
                               LEFT JOIN :schema.instance i ON i.instance_id = p.instance_id
                              WHERE p.instance_id = r.run_id AND (p.start_name IS NOT NULL OR i.execution_id > 0)
                              LIMIT 1 OFFSET 0)
           ORDER BY r.updated_at, r.run_id
           LIMIT ?
          """;

  private static final Comparator<RunSummary> RUNS_BY_ID =
      Comparator.comparing(RunSummary::runId, IdOrder.BY_CODE_POINT);

  private static final Comparator<StepSummary> STEPS_BY_IDS =
      Comparator.comparing(StepSummary::runId, IdOrder.BY_CODE_POINT)
          .thenComparing(StepSummary::stepId, IdOrder.BY_CODE_POINT);

  private final AdminStore store;
  private final StateChecks checks;
  private final String stepsById;
  private final String stuck;

  /**
   * Creates the calls of one handle.
   *
   * @param store the store to ask
   * @param checks what it refuses
   */
  public JdbcStateTables(AdminStore store, RequestChecks checks) {
    this.store = store;
    this.checks = new StateChecks(checks);
    stepsById = STEPS_BY_ID.replace(":among", store.among("s.step_id"));
    stuck =
        STUCK
            .replace(":moving", store.along(":schema.run r", "run_moving"))
            .replace(":now", store.now())
            .replace(":posted", store.posted());
  }

  @Override
  public Optional<Run> run(String runId) {
    String operation = "run";
    checks.checkRunId(operation, runId);
    return store
        .query(operation, RUN, List.of(runId), row -> StateRows.wholeRun(operation, row))
        .stream()
        .findFirst();
  }

  @Override
  public RunPage runs(RunQuery query) {
    String operation = "runs";
    checks.check(operation, query);
    PagedSql.Query sql = RunListSql.page(store, query, RunPlace.of(operation, query));
    return RunPlace.page(
        store.query(
            operation, sql.text(), sql.parameters(), row -> StateRows.run(operation, row, 1)),
        query);
  }

  /**
   * How many rows have a status.
   *
   * @param status the status as it is stored
   */
  private record Count(String status, long rows) {}

  private List<Count> counts(String operation, String sql, List<String> parameters) {
    return store.query(
        operation, sql, parameters, row -> new Count(row.getString(1), row.getLong(2)));
  }

  @Override
  public Map<RunStatus, Long> runCounts(@Nullable String kind) {
    String operation = "runCounts";
    checks.checkKind(operation, kind);
    Map<RunStatus, Long> counts = new EnumMap<>(RunStatus.class);
    for (RunStatus status : RunStatus.values()) {
      counts.put(status, 0L);
    }
    List<Count> found =
        kind == null
            ? counts(operation, RUN_COUNTS, List.of())
            : counts(operation, RUN_COUNTS_OF_KIND, List.of(kind));
    found.forEach(
        count -> counts.put(StateRows.runStatus(operation, kind, count.status()), count.rows()));
    return counts;
  }

  @Override
  public Map<StepStatus, Long> stepCounts(String runId) {
    String operation = "stepCounts";
    checks.checkRunId(operation, runId);
    Map<StepStatus, Long> counts = new EnumMap<>(StepStatus.class);
    for (StepStatus status : StepStatus.values()) {
      counts.put(status, 0L);
    }
    counts(operation, STEP_COUNTS, List.of(runId))
        .forEach(count ->
            counts.put(StateRows.stepStatus(operation, runId, count.status()), count.rows()));
    return counts;
  }

  /** A run or a step of an answer that has both. */
  private record RunOrStep(@Nullable RunSummary run, @Nullable StepSummary step) {}

  @Override
  public StepPage steps(StepQuery query) {
    String operation = "steps";
    checks.check(operation, query);
    StepPlace after = StepPlace.of(operation, query);
    if (query.runIds().isEmpty()) {
      return new StepPage(List.of(), List.of(), null);
    }
    StepListSql.Query sql = StepListSql.page(store, query, after);
    List<RunOrStep> rows =
        store.query(
            operation,
            sql.text(),
            sql.parameters(),
            row ->
                row.getInt(1) == 0
                    ? new RunOrStep(StateRows.run(operation, row, 2), null)
                    : new RunOrStep(null, StateRows.step(operation, row, StepListSql.STEP_AT)));
    List<RunSummary> runs = new ArrayList<>();
    List<StepSummary> steps = new ArrayList<>();
    for (RunOrStep row : rows) {
      if (row.run() != null) {
        runs.add(row.run());
      }
      if (row.step() != null) {
        steps.add(row.step());
      }
    }
    runs.sort(RUNS_BY_ID);
    steps.sort(STEPS_BY_IDS);
    return StepPlace.page(runs, steps, query);
  }

  @Override
  public List<Step> steps(String runId, Set<String> stepIds) {
    String operation = "steps";
    checks.checkSteps(operation, runId, stepIds);
    return store.query(
        operation,
        stepsById,
        List.of(runId, JsonTexts.of(stepIds)),
        row -> StateRows.wholeStep(operation, row));
  }

  @Override
  public RunPage stuckRuns(Duration olderThan, int limit, @Nullable String pageToken) {
    String operation = "stuckRuns";
    checks.checkStuck(operation, olderThan, limit);
    RunPlace after = RunPlace.ofStuck(operation, olderThan, pageToken);
    long age = StoreTime.plus(0, olderThan);
    List<Object> parameters = new ArrayList<>(store.nowParameters());
    Collections.addAll(
        parameters,
        age,
        after == null ? Long.MIN_VALUE : (Long) after.moment(),
        after == null ? "" : after.runId());
    parameters.addAll(store.nowParameters());
    parameters.add(age);
    parameters.addAll(store.nowParameters());
    parameters.add(limit + 1);
    return RunPlace.stuckPage(
        store.query(operation, stuck, parameters, row -> StateRows.run(operation, row, 1)),
        olderThan,
        limit);
  }
}
