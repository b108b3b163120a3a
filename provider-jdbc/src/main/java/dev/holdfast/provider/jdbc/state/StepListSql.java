// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import dev.holdfast.provider.jdbc.admin.AdminStore;
import dev.holdfast.provider.state.StepQuery;
import dev.holdfast.provider.state.StepStatus;
import dev.holdfast.provider.support.StepPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The query for a page of steps with the rows of their runs, in one statement, so that both are of
 * one committed state. Each row says which it is; the columns of the other are NULL. One status of
 * one run is one range of an index, and so is all of one run (STEP-14); several statuses are a
 * range each. The rows come in no order.
 */
final class StepListSql {

  /** Where the columns of a step begin. */
  static final int STEP_AT = 2 + StateRows.RUN_COLUMNS;

  private static final String NO_RUN = "NULL, ".repeat(StateRows.RUN_COLUMNS);
  private static final String NO_STEP = ", NULL".repeat(StateRows.STEP_COLUMNS);

  private final boolean one;
  private final String runs;
  private final Object runsParameter;
  private final @Nullable StepPlace after;
  private final int limit;

  private StepListSql(AdminStore store, StepQuery query, @Nullable StepPlace after) {
    boolean one = query.runIds().size() == 1;
    this.one = one;
    runs = one ? "r.run_id = ?" : store.among("r.run_id");
    runsParameter = one ? query.runIds().iterator().next() : JsonTexts.of(query.runIds());
    this.after = after;
    limit = query.limit() + 1;
  }

  /**
   * A query with its parameters.
   *
   * @param text the query
   * @param parameters the parameters
   */
  record Query(String text, List<Object> parameters) {}

  static Query page(AdminStore store, StepQuery query, @Nullable StepPlace after) {
    StepListSql sql = new StepListSql(store, query, after);
    List<Object> parameters = new ArrayList<>(List.of(sql.runsParameter));
    List<StepStatus> statuses = query.statuses().stream().sorted().toList();
    List<String> ranges =
        (statuses.isEmpty() ? Stream.of("") : statuses.stream().map(StepListSql::only))
            .map(condition -> sql.range(condition, parameters))
            .toList();
    String steps =
        ranges.size() == 1
            ? ranges.get(0)
            : ranges.stream()
                    .map(range -> "SELECT * FROM (" + range + ") AS one")
                    .collect(Collectors.joining("\nUNION ALL\n"))
                + "\n ORDER BY 1, 2 LIMIT "
                + sql.limit;
    return new Query(
        "SELECT 0 AS part, %s%s\n  FROM :schema.run r WHERE %s\nUNION ALL\nSELECT 1, %sp.* FROM (%s) AS p"
            .formatted(StateRows.RUN, NO_STEP, sql.runs, NO_RUN, steps),
        parameters);
  }

  private static String only(StepStatus status) {
    return " AND s.status = '" + status.name() + "'";
  }

  private String range(String condition, List<Object> parameters) {
    return one ? rangeOfOne(condition, parameters) : rangeOfMany(condition, parameters);
  }

  /** The run is looked up before, so that the index gives the order. */
  private String rangeOfOne(String condition, List<Object> parameters) {
    parameters.addAll(List.of(runsParameter, runsParameter));
    if (after != null) {
      parameters.add(after.stepId());
    }
    return "SELECT CAST(? AS text) AS run_id, "
        + StateRows.STEP_BEHIND_RUN
        + "\n"
        + "  FROM :schema.step s\n"
        + " WHERE s.run_key = (SELECT r.run_key FROM :schema.run r WHERE r.run_id = ?)"
        + condition
        + (after == null ? "" : " AND s.step_id > ?")
        + "\n ORDER BY s.step_id LIMIT "
        + limit;
  }

  private String rangeOfMany(String condition, List<Object> parameters) {
    parameters.add(runsParameter);
    if (after != null) {
      parameters.addAll(List.of(after.runId(), after.runId(), after.stepId()));
    }
    return "SELECT "
        + StateRows.STEP
        + "\n  FROM :schema.run r JOIN :schema.step s ON s.run_key = r.run_key\n WHERE "
        + runs
        + condition
        + (after == null ? "" : " AND (r.run_id > ? OR (r.run_id = ? AND s.step_id > ?))")
        + "\n ORDER BY r.run_id, s.step_id LIMIT "
        + limit;
  }
}
