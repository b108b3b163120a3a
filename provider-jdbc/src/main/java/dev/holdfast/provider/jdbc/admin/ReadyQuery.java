// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.admin;

import dev.holdfast.provider.admin.ReadyWork;
import dev.holdfast.provider.support.StoreTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Finds since when the oldest work of each queue is ready: what {@link DepthsQuery} counts so.
 * Thread-safe.
 */
final class ReadyQuery {

  private static final String READY =
      """
      WITH t AS MATERIALIZED (
        SELECT :now AS now
      ), started AS MATERIALIZED (
        SELECT DISTINCT m.instance_key
          FROM :schema.message m CROSS JOIN t WHERE m.start_name IS NOT NULL AND m.visible_at <= t.now
      ), waiting AS MATERIALIZED (
        SELECT min(CASE WHEN r.lock_epoch = 0 AND r.locked_until > m.visible_at THEN r.locked_until
                        ELSE m.visible_at END) AS since
          FROM :schema.message m
         CROSS JOIN t
          JOIN :schema.instance i ON i.instance_key = m.instance_key
          LEFT JOIN :locks r ON r.instance_key = m.instance_key
          LEFT JOIN started s ON s.instance_key = m.instance_key
         WHERE m.visible_at <= t.now
           AND (r.locked_until IS NULL OR r.locked_until <= t.now)
           AND (i.execution_id > 0 OR s.instance_key IS NOT NULL)
      ), queued AS MATERIALIZED (
        SELECT min(a.ready_at) AS since FROM :schema.activity a CROSS JOIN t WHERE a.ready_at <= t.now
      )
      SELECT t.now, w.since, q.since FROM t CROSS JOIN waiting w CROSS JOIN queued q
      """;

  private final AdminStore store;
  private final String sql;

  ReadyQuery(AdminStore store) {
    this.store = store;
    sql = READY.replace(":now", store.now()).replace(":locks", store.locks());
  }

  ReadyWork read(String operation) {
    return store.query(operation, sql, store.nowParameters(), ReadyQuery::row).get(0);
  }

  private static ReadyWork row(ResultSet row) throws SQLException {
    return new ReadyWork(StoreTime.fromMicros(row.getLong(1)), moment(row, 2), moment(row, 3));
  }

  private static @Nullable Instant moment(ResultSet row, int column) throws SQLException {
    long micros = row.getLong(column);
    return row.wasNull() ? null : StoreTime.fromMicros(micros);
  }
}
