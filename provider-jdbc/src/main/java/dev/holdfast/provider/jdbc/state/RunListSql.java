// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.state;

import dev.holdfast.provider.jdbc.admin.AdminStore;
import dev.holdfast.provider.jdbc.admin.PagedSql;
import dev.holdfast.provider.state.RunQuery;
import dev.holdfast.provider.support.RunPlace;
import org.jspecify.annotations.Nullable;

/** The query for a page of runs (RUN-19). {@link PagedSql} says how a page begins. Stateless. */
final class RunListSql {

  private static final String RUNS = "SELECT " + StateRows.RUN + "\n  FROM :schema.run r";

  private RunListSql() {}

  /** A page and one row more, which tells whether there is another page. */
  static PagedSql.Query page(AdminStore store, RunQuery query, @Nullable RunPlace after) {
    PagedSql sql = new PagedSql(RUNS, "r", "run_id", "1 = 1", query.oldestFirst());
    sql.andOneOf("r.status", query.statuses());
    if (query.kinds().size() == 1) {
      sql.and("r.kind = ?", query.kinds().iterator().next());
    } else if (!query.kinds().isEmpty()) {
      sql.and(store.among("r.kind"), JsonTexts.of(query.kinds()));
    }
    sql.andIn("r.created_at", query.createdAt());
    sql.andIn("r.updated_at", query.updatedAt());
    return sql.page(
        query.limit(), after == null ? null : new PagedSql.Place(after.moment(), after.runId()));
  }
}
