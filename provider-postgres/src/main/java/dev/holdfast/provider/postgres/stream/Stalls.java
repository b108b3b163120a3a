// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.stream;

import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.stream.Stall;
import dev.holdfast.provider.support.StoreTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds out what holds back appends or reads: sessions that wait for a lock while they append, or
 * for a table of streams, and the sessions at the front of these queues. Thread-safe.
 */
public final class Stalls {

  private static final String SQL =
      """
      WITH t AS (
        SELECT c.oid, c.relname
          FROM pg_catalog.pg_class c
         WHERE c.relname IN ('stream', 'event', 'event_label', 'append_key')
           AND c.relnamespace = (SELECT k.relnamespace FROM pg_catalog.pg_class k WHERE k.oid = to_regclass(?))
      ),
      w AS (
        SELECT l.pid,
               l.locktype = 'relation' AND l.mode = 'AccessShareLock' AS reads
          FROM pg_catalog.pg_locks l
         WHERE NOT l.granted
           AND (l.locktype = 'relation' AND l.relation IN (SELECT t.oid FROM t)
                OR EXISTS (SELECT FROM pg_catalog.pg_locks s JOIN t ON t.oid = s.relation
                            WHERE s.pid = l.pid AND s.granted AND s.locktype = 'relation'
                              AND t.relname = 'stream'
                              AND s.mode IN ('RowShareLock', 'RowExclusiveLock')))
      )
      SELECT DISTINCT w.reads, b.pid, (extract(epoch FROM a.xact_start) * 1000000)::bigint,
             coalesce(a.usename, ''), coalesce(a.application_name, ''), coalesce(a.state, '')
        FROM w
       CROSS JOIN LATERAL unnest(pg_catalog.pg_blocking_pids(w.pid)) AS b (pid)
        LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = b.pid
       WHERE b.pid NOT IN (SELECT w.pid FROM w)
       ORDER BY 1, 2
      """;

  private final Database database;

  /** Creates it. */
  public Stalls(Database database) {
    this.database = database;
  }

  /** {@return what holds them now, empty for nothing} */
  public List<Stall> now(String operation) {
    return database.read(
        operation,
        SQL,
        (connection, statement) -> {
          statement.setString(1, database.inSql(":schema.stream"));
          List<Stall> stalls = new ArrayList<>();
          try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              stalls.add(stall(rows));
            }
          }
          return stalls;
        });
  }

  private static Stall stall(ResultSet row) throws SQLException {
    boolean reads = row.getBoolean(1);
    int pid = row.getInt(2);
    long since = row.getLong(3);
    return new Stall(
        reads ? Stall.Kind.READERS : Stall.Kind.APPENDS,
        row.wasNull() ? null : StoreTime.fromMicros(since),
        pid == 0
            ? "a prepared transaction, see pg_prepared_xacts; commit it or roll it back"
            : ("the transaction of server process %d, of user \"%s\" and application \"%s\", which"
                    + " is %s; end it, or let the server do so by pg_terminate_backend(%d)")
                .formatted(
                    pid,
                    row.getString(4),
                    row.getString(5),
                    row.getString(6).isEmpty() ? "in a state not shown to us" : row.getString(6),
                    pid));
  }
}
