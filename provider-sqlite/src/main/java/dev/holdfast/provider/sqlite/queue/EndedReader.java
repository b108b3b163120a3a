// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.EndedInstance;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.jdbc.row.Decoding;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.support.StoreTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads which instances have ended (ENDED-01). */
public final class EndedReader {

  private static final String OPERATION = "readEnded";

  // CROSS JOIN keeps the order: one look-up per asked instance, however many there are.
  private static final String READ =
      """
      SELECT i.instance_id, i.execution_id, e.status, i.name, h.event_id, h.kind, h.data, h.recorded_at
        FROM json_each(?) a
       CROSS JOIN holdfast_instance i ON i.instance_id = a.value
       CROSS JOIN holdfast_execution e
          ON e.instance_key = i.instance_key AND e.execution_id = i.execution_id
             AND e.status IN ('COMPLETED', 'FAILED')
        LEFT JOIN holdfast_history h
          ON h.instance_key = i.instance_key AND h.execution_id = i.execution_id
             AND h.event_id = (SELECT max(l.event_id)
                                 FROM holdfast_history l
                                WHERE l.instance_key = i.instance_key
                                  AND l.execution_id = i.execution_id)
      """;

  private EndedReader() {}

  /** Those of some instances that have ended. */
  public static List<EndedInstance> read(Session session, List<String> ids) throws SQLException {
    return session.list(READ, EndedReader::ended, asJson(ids));
  }

  private static EndedInstance ended(ResultSet row) throws SQLException {
    String id = row.getString(1);
    long executionId = row.getLong(2);
    return new EndedInstance(
        id,
        executionId,
        ExecutionStatus.valueOf(row.getString(3)),
        row.getString(4),
        Session.nullableLong(row, 5) == null ? null : lastEvent(row, id));
  }

  /** The others that are asked for shall not wait for one that is damaged (ENDED-07). */
  private static @Nullable HistoryEvent lastEvent(ResultSet row, String id) throws SQLException {
    try {
      return Decoding.decode(
          OPERATION,
          id,
          "the last event",
          () ->
              new HistoryEvent(
                  row.getLong(5),
                  row.getString(6),
                  Rows.payload(row, 7),
                  StoreTime.fromMicros(row.getLong(8))));
    } catch (CorruptData e) {
      return null;
    }
  }

  private static String asJson(List<String> ids) {
    StringBuilder json = new StringBuilder("[");
    for (String id : ids) {
      json.append(json.length() == 1 ? "\"" : ",\"");
      for (int i = 0; i < id.length(); i++) {
        char c = id.charAt(i);
        if (c == '"' || c == '\\') {
          json.append('\\').append(c);
        } else if (c < ' ') {
          json.append("\\u%04x".formatted((int) c));
        } else {
          json.append(c);
        }
      }
      json.append('"');
    }
    return json.append(']').toString();
  }
}
