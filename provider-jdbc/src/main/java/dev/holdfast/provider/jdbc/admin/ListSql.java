// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.admin;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.admin.TimeRange;
import dev.holdfast.provider.support.PageToken;
import dev.holdfast.provider.support.StoreTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The query for a page of the list: only the conditions that the filter has, so that each kind of
 * filter gets a plan of its own. A page begins by its key and not by its number (ADMIN-05,
 * ADMIN-32): what lies before it is not read, also where many were created in one moment, which is
 * why a page after another one is made of two ranges of the index.
 */
final class ListSql {

  /** What a row of the list is read from, see {@link Rows#summary}. */
  static final String COLUMNS =
      """
      i.instance_id, i.name, i.version, i.execution_id, x.status, i.parent_instance_id,
             i.created_at, i.updated_at, x.completed_at\
      """;

  /** An instance and its current execution. */
  static final String INSTANCES =
      """
        FROM :schema.instance i
        JOIN :schema.execution x ON x.instance_key = i.instance_key AND x.execution_id = i.execution_id
      """;

  /** Whether an instance {@code i} has no parent that exists. */
  static final String ROOTS =
      """
      (i.parent_instance_id IS NULL
       OR NOT EXISTS (SELECT 1 FROM :schema.instance p WHERE p.instance_id = i.parent_instance_id AND p.name IS NOT NULL))\
      """;

  private static final String TRIED =
      """
      i.instance_key IN (SELECT r.instance_key FROM :locks r WHERE r.delivery_count >= ?
                          UNION
                         SELECT a.instance_key FROM :schema.activity a WHERE a.delivery_count >= ?)\
      """;

  private final StringBuilder conditions = new StringBuilder("i.created_at IS NOT NULL");
  private final List<Object> parameters = new ArrayList<>();
  private final String order;
  private final String later;
  private final String behind;

  private ListSql(InstanceQuery query, Predicate<ExecutionStatus> few) {
    boolean oldest = query.oldestFirst();
    order = oldest ? "created_at, instance_id DESC" : "created_at DESC, instance_id";
    later = oldest ? ">" : "<";
    behind = oldest ? "<" : ">";
    filter(query.filter(), few);
  }

  /**
   * A query with its parameters.
   *
   * @param text the query
   * @param parameters the parameters
   */
  record Query(String text, List<Object> parameters) {}

  /**
   * A page and one row more, which tells whether there is another page.
   *
   * @param few see {@link AdminStore#fewAre}
   */
  static Query page(String operation, InstanceQuery query, Predicate<ExecutionStatus> few) {
    ListSql sql = new ListSql(query, few);
    PageToken after = PageToken.of(operation, query);
    return after == null ? sql.first(query.limit() + 1) : sql.after(after, query.limit() + 1);
  }

  private Query first(int limit) {
    return new Query(
        range("") + " ORDER BY i." + order.replace(", ", ", i.") + limit(limit), parameters);
  }

  private Query after(PageToken place, int limit) {
    List<Object> all = new ArrayList<>(parameters);
    Collections.addAll(all, place.createdAt(), place.instanceId());
    all.addAll(parameters);
    all.add(place.createdAt());
    return new Query(
        "SELECT * FROM (SELECT * FROM (%s) AS same UNION ALL SELECT * FROM (%s) AS other) AS page ORDER BY %s"
                .formatted(
                    range(" AND i.created_at = ? AND i.instance_id " + behind + " ?")
                        + (" ORDER BY i." + order.substring(order.indexOf("instance_id")))
                        + limit(limit),
                    range(" AND i.created_at " + later + " ?")
                        + (" ORDER BY i." + order.replace(", ", ", i."))
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
    return "SELECT " + COLUMNS + "\n" + INSTANCES + " WHERE " + conditions + more;
  }

  private void filter(InstanceFilter filter, Predicate<ExecutionStatus> few) {
    equal("i.name", filter.name());
    statuses(filter.statuses(), few);
    range("i.created_at", filter.createdAt());
    range("i.updated_at", filter.updatedAt());
    range("x.completed_at", filter.completedAt());
    equal("i.parent_instance_id", filter.parentInstanceId());
    if (filter.rootsOnly()) {
      and(ROOTS);
    }
    Integer attempts = filter.minAttempts();
    if (attempts != null) {
      and(TRIED, attempts, attempts);
    }
  }

  /** Statuses stand in the text, so that an index of some of them can be used. */
  private void statuses(Set<ExecutionStatus> statuses, Predicate<ExecutionStatus> few) {
    if (statuses.size() == 1 && statuses.stream().allMatch(few)) {
      statuses.forEach(status -> and("x.status = '" + status.name() + "'"));
    } else if (!statuses.isEmpty()) {
      and(
          statuses.stream()
              .sorted()
              .map(status -> "'" + status.name() + "'")
              .collect(Collectors.joining(", ", "x.status IN (", ")")));
    }
  }

  private void equal(String column, @Nullable String value) {
    if (value != null) {
      and(column + " = ?", value);
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
