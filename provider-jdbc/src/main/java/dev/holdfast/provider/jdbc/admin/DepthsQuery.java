// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.admin;

import dev.holdfast.provider.admin.QueueDepths;
import dev.holdfast.provider.admin.QueueDepths.Buckets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;

/**
 * Counts both queues: one bucket per row, by the first condition that holds (ADMIN-20).
 * Thread-safe.
 */
final class DepthsQuery {

  private static final String DEPTHS =
      """
      WITH t AS MATERIALIZED (
        SELECT :now AS now
      ), started AS MATERIALIZED (
        SELECT DISTINCT m.instance_key
          FROM :schema.message m CROSS JOIN t WHERE m.start_name IS NOT NULL AND m.visible_at <= t.now
      ), row_of AS (
        SELECT 0 AS queue,
               CASE WHEN m.visible_at > t.now OR (r.lock_epoch = 0 AND r.locked_until > t.now) THEN 1
                    WHEN i.execution_id = 0 AND s.instance_key IS NULL THEN 2
                    WHEN r.lock_epoch > 0 AND r.locked_until > t.now THEN 3
                    ELSE 4 END AS bucket
          FROM :schema.message m
         CROSS JOIN t
          JOIN :schema.instance i ON i.instance_key = m.instance_key
          LEFT JOIN :locks r ON r.instance_key = m.instance_key
          LEFT JOIN started s ON s.instance_key = m.instance_key
         UNION ALL
        SELECT 1,
               CASE WHEN a.ready_at <= t.now THEN 4 WHEN a.lock_epoch = 0 THEN 1 ELSE 3 END
          FROM :schema.activity a CROSS JOIN t
      )
      SELECT count(CASE WHEN o.queue = 0 AND o.bucket = 1 THEN 1 END),
             count(CASE WHEN o.queue = 0 AND o.bucket = 2 THEN 1 END),
             count(CASE WHEN o.queue = 0 AND o.bucket = 3 THEN 1 END),
             count(CASE WHEN o.queue = 0 AND o.bucket = 4 THEN 1 END),
             count(CASE WHEN o.queue = 1 AND o.bucket = 1 THEN 1 END),
             count(CASE WHEN o.queue = 1 AND o.bucket = 3 THEN 1 END),
             count(CASE WHEN o.queue = 1 AND o.bucket = 4 THEN 1 END)
        FROM row_of o
      """;

  private final AdminStore store;
  private final String sql;

  DepthsQuery(AdminStore store) {
    this.store = store;
    sql = DEPTHS.replace(":now", store.now()).replace(":locks", store.locks());
  }

  QueueDepths read(String operation) {
    return store.query(operation, sql, store.nowParameters(), DepthsQuery::depths).get(0);
  }

  private static QueueDepths depths(ResultSet row) throws SQLException {
    return new QueueDepths(
        new Buckets(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)),
        new Buckets(row.getLong(5), 0, row.getLong(6), row.getLong(7)),
        Map.of(),
        0);
  }
}
