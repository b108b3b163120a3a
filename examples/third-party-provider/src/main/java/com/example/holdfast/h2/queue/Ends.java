// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.queue;

import com.example.holdfast.h2.db.Tx;
import dev.holdfast.provider.EndedInstance;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.ProviderError.CorruptData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** Which instances have ended. Stateless. */
public final class Ends {

  private Ends() {}

  /**
   * Reads those of some instances that have ended, in one statement.
   *
   * @param tx the transaction
   * @param ids the instances
   * @return the ended ones
   * @throws SQLException when H2 fails
   */
  public static List<EndedInstance> of(Tx tx, List<String> ids) throws SQLException {
    return tx.query(
        """
        SELECT i.instance_id, i.execution_id, e.status, i.name,
               h.event_id, h.kind, h.data, h.recorded_at
          FROM holdfast_instance i
          JOIN holdfast_execution e
            ON e.instance_id = i.instance_id AND e.execution_id = i.execution_id
          LEFT JOIN holdfast_event h
            ON h.instance_id = i.instance_id AND h.execution_id = i.execution_id
           AND h.event_id = e.last_event_id
         WHERE i.instance_id = ANY(?) AND e.status IN ('COMPLETED', 'FAILED')
        """,
        row -> ended(tx, row),
        (Object) ids.toArray());
  }

  private static EndedInstance ended(Tx tx, ResultSet row) throws SQLException {
    String id = row.getString("instance_id");
    return new EndedInstance(
        id,
        row.getLong("execution_id"),
        ExecutionStatus.valueOf(row.getString("status")),
        row.getString("name"),
        row.getObject("event_id") == null ? null : lastEvent(tx, id, row));
  }

  /** One that is damaged must not keep the others waiting (ENDED-07). */
  private static HistoryEvent lastEvent(Tx tx, String id, ResultSet row) throws SQLException {
    try {
      return Stored.readable(tx, id, "the last event", row, Histories::event);
    } catch (CorruptData e) {
      return null;
    }
  }
}
