// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.admin;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.admin.InstanceFilter;
import dev.holdfast.provider.admin.InstanceQuery;
import dev.holdfast.provider.support.PageToken;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The query for a page of the list of instances (ADMIN-05, ADMIN-32). {@link PagedSql} says how a
 * page begins.
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
      SELECT r.instance_key FROM :locks r WHERE r.delivery_count >= ?
       UNION
      SELECT a.instance_key FROM :schema.activity a WHERE a.delivery_count >= ?\
      """;

  private final PagedSql sql;

  private ListSql(AdminStore store, InstanceQuery query) {
    sql =
        new PagedSql(
            "SELECT " + COLUMNS + "\n" + INSTANCES,
            "i",
            "instance_id",
            "i.created_at IS NOT NULL",
            query.oldestFirst());
    filter(store, query.filter());
  }

  /**
   * A page and one row more, which tells whether there is another page.
   *
   * @param store how the store finds few among many
   */
  static PagedSql.Query page(String operation, InstanceQuery query, AdminStore store) {
    PageToken after = PageToken.of(operation, query);
    return new ListSql(store, query)
        .sql.page(
            query.limit(),
            after == null ? null : new PagedSql.Place(after.createdAt(), after.instanceId()));
  }

  private void filter(AdminStore store, InstanceFilter filter) {
    equal("i.name", filter.name());
    statuses(filter.statuses(), store::fewAre);
    sql.andIn("i.created_at", filter.createdAt());
    sql.andIn("i.updated_at", filter.updatedAt());
    sql.andIn("x.completed_at", filter.completedAt());
    equal("i.parent_instance_id", filter.parentInstanceId());
    if (filter.rootsOnly()) {
      sql.and(ROOTS);
    }
    Integer attempts = filter.minAttempts();
    if (attempts != null) {
      sql.and(store.amongFew("i.instance_key", TRIED), attempts, attempts);
    }
  }

  private void statuses(Set<ExecutionStatus> statuses, Predicate<ExecutionStatus> few) {
    if (statuses.size() == 1 && statuses.stream().allMatch(few)) {
      statuses.forEach(status -> sql.and("x.status = '" + status.name() + "'"));
    } else {
      sql.andOneOf("x.status", statuses);
    }
  }

  private void equal(String column, @Nullable String value) {
    if (value != null) {
      sql.and(column + " = ?", value);
    }
  }
}
