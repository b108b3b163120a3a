// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.EndedInstance;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.postgres.connect.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads which instances have ended (ENDED-01). Thread-safe. */
public final class Ends {

  private static final String OPERATION = "readEnded";

  // OFFSET 0 keeps the order: one look-up per asked instance, however many there are.
  private static final String READ =
      """
      SELECT i.instance_id, i.execution_id, i.status, i.name, h.event_id, h.kind, h.data, h.recorded_at
        FROM unnest(?::text[]) AS a (id)
       CROSS JOIN LATERAL (
             SELECT i.instance_key, i.instance_id, i.execution_id, i.name, e.status
               FROM :schema.instance i
               JOIN :schema.execution e ON e.instance_key = i.instance_key AND e.execution_id = i.execution_id
              WHERE i.instance_id = a.id COLLATE "C" AND e.status IN ('COMPLETED', 'FAILED')
             OFFSET 0) i
        LEFT JOIN LATERAL (
             SELECT h.event_id, h.kind, h.data, h.recorded_at
               FROM :schema.history h
              WHERE h.instance_key = i.instance_key AND h.execution_id = i.execution_id
              ORDER BY h.event_id DESC
              LIMIT 1) h ON true
      """;

  private final Database database;

  public Ends(Database database) {
    this.database = database;
  }

  /** Those of some instances that have ended. */
  public List<EndedInstance> read(List<String> ids) {
    return database.read(
        OPERATION,
        READ,
        (connection, statement) -> {
          statement.setArray(1, connection.createArrayOf("text", ids.toArray()));
          List<EndedInstance> ended = new ArrayList<>();
          try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              ended.add(ended(rows));
            }
          }
          return ended;
        });
  }

  private static EndedInstance ended(ResultSet row) throws SQLException {
    String id = row.getString(1);
    long executionId = row.getLong(2);
    row.getLong(5);
    boolean hasEvents = !row.wasNull();
    return new EndedInstance(
        id,
        executionId,
        ExecutionStatus.valueOf(row.getString(3)),
        row.getString(4),
        hasEvents ? lastEvent(row, id, executionId) : null);
  }

  /** The others that are asked for shall not wait for one that is damaged (ENDED-07). */
  private static @Nullable HistoryEvent lastEvent(ResultSet row, String id, long executionId)
      throws SQLException {
    try {
      return Histories.event(OPERATION, id, executionId, row, 5, 6, 7, 8);
    } catch (CorruptData e) {
      return null;
    }
  }
}
