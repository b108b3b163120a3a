// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.admin;

import dev.holdfast.provider.admin.QueueDepths;
import dev.holdfast.provider.admin.QueueDepths.Buckets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Counts both queues: one bucket per row, by the first condition that holds (ADMIN-20).
 * Thread-safe.
 */
final class DepthsQuery {

  private static final String DEPTHS =
      """
      WITH t AS MATERIALIZED (
        SELECT :now AS now
      ), posted AS MATERIALIZED (
        SELECT p.instance_id, i.instance_key, i.execution_id, p.visible_at, p.start_name
          FROM :posted p
          LEFT JOIN :schema.instance i ON i.instance_id = p.instance_id
      ), begun AS MATERIALIZED (
        SELECT DISTINCT p.instance_id, p.instance_key
          FROM posted p CROSS JOIN t WHERE p.start_name IS NOT NULL AND p.visible_at <= t.now
      ), started AS MATERIALIZED (
        SELECT m.instance_key
          FROM :schema.message m CROSS JOIN t WHERE m.start_name IS NOT NULL AND m.visible_at <= t.now
         UNION
        SELECT b.instance_key FROM begun b WHERE b.instance_key IS NOT NULL
      ), row_of AS (
        SELECT 0 AS queue,
               CAST(NULL AS text) AS tag,
               NULL AS session_owner,
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
        SELECT 0,
               NULL,
               NULL,
               CASE WHEN p.visible_at > t.now OR (r.lock_epoch = 0 AND r.locked_until > t.now) THEN 1
                    WHEN coalesce(p.execution_id, 0) = 0 AND s.instance_key IS NULL AND b.instance_id IS NULL THEN 2
                    WHEN r.lock_epoch > 0 AND r.locked_until > t.now THEN 3
                    ELSE 4 END
          FROM posted p
         CROSS JOIN t
          LEFT JOIN :locks r ON r.instance_key = p.instance_key
          LEFT JOIN started s ON s.instance_key = p.instance_key
          LEFT JOIN begun b ON b.instance_id = p.instance_id
         UNION ALL
        SELECT 1,
               a.tag,
               s.owner,
               CASE WHEN a.ready_at <= t.now THEN 4 WHEN a.lock_epoch = 0 THEN 1 ELSE 3 END
          FROM :schema.activity a
         CROSS JOIN t
          LEFT JOIN :schema.session s ON s.session_id = a.session_id AND s.lease_until > t.now
      )
      SELECT o.queue, o.tag,
             count(CASE WHEN o.bucket = 1 THEN 1 END),
             count(CASE WHEN o.bucket = 2 THEN 1 END),
             count(CASE WHEN o.bucket = 3 THEN 1 END),
             count(CASE WHEN o.bucket = 4 THEN 1 END),
             count(o.session_owner)
        FROM row_of o
       GROUP BY o.queue, o.tag
      """;

  private static final Buckets NONE = new Buckets(0, 0, 0, 0);

  private final AdminStore store;
  private final String sql;

  DepthsQuery(AdminStore store) {
    this.store = store;
    sql =
        DEPTHS
            .replace(":now", store.now())
            .replace(":locks", store.locks())
            .replace(":posted", store.posted());
  }

  /** The rows of one queue that have the same tag. */
  private record Group(boolean ofActivities, @Nullable String tag, Buckets buckets, long held) {}

  QueueDepths read(String operation) {
    List<Group> groups = store.query(operation, sql, store.nowParameters(), DepthsQuery::group);
    Map<String, Buckets> byTag = new HashMap<>();
    Buckets messages = NONE;
    Buckets activities = NONE;
    long held = 0;
    for (Group group : groups) {
      held += group.held();
      if (group.ofActivities()) {
        activities = sum(activities, group.buckets());
      } else {
        messages = sum(messages, group.buckets());
      }
      if (group.tag() != null) {
        byTag.put(group.tag(), group.buckets());
      }
    }
    return new QueueDepths(messages, activities, byTag, held);
  }

  private static Group group(ResultSet row) throws SQLException {
    return new Group(
        row.getLong(1) == 1,
        row.getString(2),
        new Buckets(row.getLong(3), row.getLong(4), row.getLong(5), row.getLong(6)),
        row.getLong(7));
  }

  private static Buckets sum(Buckets one, Buckets other) {
    return new Buckets(
        one.delayed() + other.delayed(),
        one.unstarted() + other.unstarted(),
        one.locked() + other.locked(),
        one.ready() + other.ready());
  }
}
