// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import dev.holdfast.provider.admin.TimeRange;
import dev.holdfast.provider.jdbc.admin.AdminStore;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.support.RunPlace;
import dev.holdfast.provider.support.StoreTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The query for a page of runs: only the conditions that were asked for, so that each kind of
 * filter gets a plan of its own. A page begins by its key and not by its number (RUN-19): what lies
 * before it is not read, also where many were created in one moment, which is why a page after
 * another one is made of two ranges of the index.
 */
final class RunListSql {

  private final StringBuilder conditions = new StringBuilder("1 = 1");
  private final List<Object> parameters = new ArrayList<>();
  private final String order;
  private final String later;
  private final String behind;

  private RunListSql(AdminStore store, RunQuery query) {
    boolean oldest = query.oldestFirst();
    order = oldest ? "created_at, run_id DESC" : "created_at DESC, run_id";
    later = oldest ? ">" : "<";
    behind = oldest ? "<" : ">";
    statuses(query);
    kinds(store, query);
    range("r.created_at", query.createdAt());
    range("r.updated_at", query.updatedAt());
  }

  /**
   * A query with its parameters.
   *
   * @param text the query
   * @param parameters the parameters
   */
  record Query(String text, List<Object> parameters) {}

  /** A page and one row more, which tells whether there is another page. */
  static Query page(AdminStore store, RunQuery query, @Nullable RunPlace after) {
    RunListSql sql = new RunListSql(store, query);
    return after == null ? sql.first(query.limit() + 1) : sql.after(after, query.limit() + 1);
  }

  private Query first(int limit) {
    return new Query(
        range("") + " ORDER BY r." + order.replace(", ", ", r.") + limit(limit), parameters);
  }

  private Query after(RunPlace place, int limit) {
    List<Object> all = new ArrayList<>(parameters);
    Collections.addAll(all, place.moment(), place.runId());
    all.addAll(parameters);
    all.add(place.moment());
    return new Query(
        "SELECT * FROM (SELECT * FROM (%s) AS same UNION ALL SELECT * FROM (%s) AS other) AS page ORDER BY %s"
                .formatted(
                    range(" AND r.created_at = ? AND r.run_id " + behind + " ?")
                        + (" ORDER BY r." + order.substring(order.indexOf("run_id")))
                        + limit(limit),
                    range(" AND r.created_at " + later + " ?")
                        + (" ORDER BY r." + order.replace(", ", ", r."))
                        + limit(limit),
                    order)
            + limit(limit),
        all);
  }

  /** In the text: a server that plans for a parameter takes a tenth of all rows for a page. */
  private static String limit(int limit) {
    return " LIMIT " + limit;
  }

  private String range(String more) {
    return "SELECT " + StateRows.RUN + "\n  FROM :schema.run r WHERE " + conditions + more;
  }

  /** Statuses stand in the text, so that an index of some of them can be used. */
  private void statuses(RunQuery query) {
    if (!query.statuses().isEmpty()) {
      and(
          query.statuses().stream()
              .sorted()
              .map(status -> "'" + status.name() + "'")
              .collect(Collectors.joining(", ", "r.status IN (", ")")));
    }
  }

  private void kinds(AdminStore store, RunQuery query) {
    if (query.kinds().size() == 1) {
      and("r.kind = ?", query.kinds().iterator().next());
    } else if (!query.kinds().isEmpty()) {
      and(store.among("r.kind"), JsonTexts.of(query.kinds()));
    }
  }

  private void range(String column, TimeRange range) {
    if (range.from() != null) {
      and(column + " >= ?", StoreTime.toMicros(range.from()));
    }
    if (range.to() != null) {
      and(column + " < ?", StoreTime.toMicros(range.to()));
    }
  }

  private void and(String condition, Object... values) {
    conditions.append(" AND ").append(condition);
    Collections.addAll(parameters, values);
  }
}
