// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.jdbc.row.Decoding;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.support.StoreTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Reads histories. Thread-safe. */
public final class Histories {

  private static final String READ =
      """
      SELECT (SELECT h.event_id
                FROM :schema.history h
               WHERE h.instance_key = i.instance_key AND h.execution_id = ?
               ORDER BY h.event_id DESC
               LIMIT 1),
             e.event_id, e.kind, e.data, e.recorded_at
        FROM :schema.instance i
        LEFT JOIN LATERAL (
             SELECT h.event_id, h.kind, h.data, h.recorded_at,
                    sum(octet_length(h.data)) OVER (ORDER BY h.event_id) - octet_length(h.data) AS before
               FROM :schema.history h
              WHERE h.instance_key = i.instance_key AND h.execution_id = ? AND h.event_id > ?
              ORDER BY h.event_id
              LIMIT ?) e ON e.before < 16777216
       WHERE i.instance_id = ?
      """;

  private static final String LATEST_EXECUTION =
      "SELECT execution_id FROM :schema.instance WHERE instance_id = ? AND execution_id > 0";

  private final Database database;

  public Histories(Database database) {
    this.database = database;
  }

  /** Reads up to {@code limit} events after one; a page ends when it has 16 MiB (FETCH-18). */
  public History read(String instanceId, long executionId, long afterEventId, int limit) {
    String operation = "readHistory";
    return database.read(
        operation,
        READ,
        (connection, statement) -> {
          statement.setLong(1, executionId);
          statement.setLong(2, executionId);
          statement.setLong(3, afterEventId);
          statement.setInt(4, limit);
          statement.setString(5, instanceId);
          long last = 0;
          List<HistoryEvent> events = new ArrayList<>();
          try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
              last = rows.getLong(1);
              rows.getLong(2);
              if (!rows.wasNull()) {
                events.add(event(operation, instanceId, executionId, rows, 2, 3, 4, 5));
              }
            }
          }
          if (last == 0) {
            return History.empty();
          }
          long reached = events.isEmpty() ? afterEventId : events.get(events.size() - 1).eventId();
          return new History(last, events, reached >= last);
        });
  }

  /** {@return the greatest acked execution} */
  public OptionalLong latestExecutionId(String instanceId) {
    return database.read(
        "latestExecutionId",
        LATEST_EXECUTION,
        (connection, statement) -> {
          statement.setString(1, instanceId);
          try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty();
          }
        });
  }

  /** Reads an event from a row, given where its columns are. */
  static HistoryEvent event(
      String operation,
      String instanceId,
      long executionId,
      ResultSet row,
      int id,
      int kind,
      int data,
      int recordedAt)
      throws SQLException {
    long eventId = row.getLong(id);
    return Decoding.decode(
        operation,
        instanceId,
        "event %d of execution %d".formatted(eventId, executionId),
        () ->
            new HistoryEvent(
                eventId,
                row.getString(kind),
                Decoding.payload(row, data),
                StoreTime.fromMicros(row.getLong(recordedAt))));
  }
}
