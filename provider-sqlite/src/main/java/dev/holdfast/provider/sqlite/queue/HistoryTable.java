// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.TurnAhead;
import dev.holdfast.provider.jdbc.row.Decoding;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.support.StoreTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of histories. */
final class HistoryTable {

  private static final String INSERT =
      """
      INSERT INTO holdfast_history (instance_key, execution_id, event_id, kind, data, recorded_at)
      VALUES (?, ?, ?, ?, ?, ?)
      """;

  private static final String LAST_EVENT =
      """
      SELECT event_id, recorded_at FROM holdfast_history
       WHERE instance_key = ? AND execution_id = ?
       ORDER BY event_id DESC LIMIT 1
      """;

  private static final String LAST_EVENT_ID =
      "SELECT max(event_id) FROM holdfast_history WHERE instance_key = ? AND execution_id = ?";

  private static final String EXISTS =
      """
      SELECT 1 FROM holdfast_history
       WHERE instance_key = ? AND execution_id = ? AND event_id = ?
      """;

  private static final String PAGE =
      """
      SELECT event_id, kind, data, recorded_at
        FROM holdfast_history
       WHERE instance_key = ? AND execution_id = ? AND event_id > ?
       ORDER BY event_id
       LIMIT ?
      """;

  private HistoryTable() {}

  static void append(
      Session session, InstanceRow instance, long executionId, List<HistoryEvent> delta)
      throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>(delta.size());
    for (HistoryEvent event : delta) {
      rows.add(
          new @Nullable Object[] {
            instance.key(),
            executionId,
            event.eventId(),
            event.kind(),
            Rows.bytes(event.data()),
            StoreTime.toMicros(event.recordedAt())
          });
    }
    session.updateEach(INSERT, rows);
  }

  /** {@return the last event id of an execution, 0 when it has none} */
  static long lastEventId(Session session, InstanceRow instance, long executionId)
      throws SQLException {
    Long last = session.number(LAST_EVENT_ID, instance.key(), executionId);
    return last == null ? 0 : last;
  }

  /** {@return whether a history ends where a turn ahead was computed} */
  static boolean endsWhere(Session session, InstanceRow instance, TurnAhead turn)
      throws SQLException {
    Instant at = turn.onLastEventAt();
    Boolean ends =
        session.first(
            LAST_EVENT,
            row ->
                row.getLong(1) == turn.onLastEventId()
                    && (at == null || row.getLong(2) == StoreTime.toMicros(at)),
            instance.key(),
            turn.onExecutionId());
    return ends == null ? turn.onLastEventId() == 0 : ends;
  }

  static boolean exists(Session session, InstanceRow instance, long executionId, long eventId)
      throws SQLException {
    return session.number(EXISTS, instance.key(), executionId, eventId) != null;
  }

  /**
   * Reads up to {@code limit} events after one, as far as their data fit; a limit of 0 only says
   * where the history ends.
   *
   * @param firstAnyway whether the first event is read although it does not fit
   */
  static History read(
      Session session,
      String operation,
      InstanceRow instance,
      long executionId,
      long afterEventId,
      int limit,
      Bytes bytes,
      boolean firstAnyway)
      throws SQLException {
    long last = lastEventId(session, instance, executionId);
    if (last == 0) {
      return History.empty();
    }
    List<HistoryEvent> events = new ArrayList<>();
    if (limit > 0 && last > afterEventId) {
      session.visit(
          PAGE,
          row -> {
            HistoryEvent event = read(operation, instance, executionId, row);
            boolean comes = bytes.fit(event.data().size()) || (firstAnyway && events.isEmpty());
            if (comes) {
              bytes.take(event.data().size());
              events.add(event);
            }
            return comes;
          },
          instance.key(),
          executionId,
          afterEventId,
          limit);
    }
    long reached = events.isEmpty() ? afterEventId : events.get(events.size() - 1).eventId();
    return new History(last, events, reached >= last);
  }

  private static HistoryEvent read(
      String operation, InstanceRow instance, long executionId, ResultSet row) throws SQLException {
    return Decoding.decode(
        operation,
        instance.id(),
        "event %d of execution %d".formatted(row.getLong(1), executionId),
        () ->
            new HistoryEvent(
                row.getLong(1),
                row.getString(2),
                Rows.payload(row, 3),
                StoreTime.fromMicros(row.getLong(4))));
  }
}
