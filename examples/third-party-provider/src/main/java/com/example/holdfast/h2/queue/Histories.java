// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.queue;

import com.example.holdfast.h2.db.Tx;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.History;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.ProviderError.DuplicateEvent;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.support.StoreTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** Executions and their events. */
public final class Histories {

  private Histories() {}

  /** What {@link #page} returns at most, apart from a first event that is larger. */
  private static final long PAGE_BYTES = 16 << 20;

  /**
   * Reads events for a caller who goes on where the page ends: it has one at least, if there is
   * one.
   *
   * @param tx the transaction
   * @param instanceId the instance
   * @param execution the execution
   * @param after the last event id already known
   * @param limit the most events to answer
   * @return the events, truthful about what follows
   * @throws SQLException when H2 fails
   */
  public static History page(Tx tx, String instanceId, long execution, long after, int limit)
      throws SQLException {
    return read(tx, instanceId, execution, after, limit, new Room(1, PAGE_BYTES));
  }

  /** The first events, as many as fit. */
  static History first(Tx tx, String instanceId, long execution, int limit, long maxBytes)
      throws SQLException {
    return read(tx, instanceId, execution, 0, limit, new Room(0, maxBytes));
  }

  private static History read(
      Tx tx, String instanceId, long execution, long after, int limit, Room room)
      throws SQLException {
    List<HistoryEvent> events =
        tx.queryWhile(
            row -> room.takes(row.getLong("bytes")),
            """
            SELECT event_id, kind, data, recorded_at, OCTET_LENGTH(data) AS bytes
              FROM holdfast_event
             WHERE instance_id = ? AND execution_id = ? AND event_id > ?
             ORDER BY event_id LIMIT ?
            """,
            row -> Stored.readable(tx, instanceId, "an event", row, Histories::event),
            instanceId,
            execution,
            after,
            limit);
    long last = lastEventId(tx, instanceId, execution);
    long reached = events.isEmpty() ? after : events.get(events.size() - 1).eventId();
    return new History(last, events, reached >= last);
  }

  static HistoryEvent event(ResultSet row) throws SQLException {
    return new HistoryEvent(
        row.getLong("event_id"),
        row.getString("kind"),
        Stored.payload(row, "data"),
        StoreTime.fromMicros(row.getLong("recorded_at")));
  }

  /**
   * The greatest execution that was acked.
   *
   * @param tx the transaction
   * @param instanceId the instance
   * @return its id, empty when nothing was acked
   * @throws SQLException when H2 fails
   */
  public static OptionalLong latest(Tx tx, String instanceId) throws SQLException {
    return Instances.find(tx, instanceId)
        .filter(Instances.Row::known)
        .map(row -> OptionalLong.of(row.execution()))
        .orElse(OptionalLong.empty());
  }

  private static long lastEventId(Tx tx, String instanceId, long execution) throws SQLException {
    return tx.first(
            """
            SELECT last_event_id FROM holdfast_execution
             WHERE instance_id = ? AND execution_id = ?
            """,
            row -> row.getLong(1),
            instanceId,
            execution)
        .orElse(0L);
  }

  /** Stores what an ack says about its execution, which is made when it is new. */
  static void update(Tx tx, String instanceId, long execution, ExecutionMetadata metadata)
      throws SQLException {
    if (!tx.exists(
        "SELECT 1 FROM holdfast_execution WHERE instance_id = ? AND execution_id = ?",
        instanceId,
        execution)) {
      tx.update(
          "INSERT INTO holdfast_execution VALUES (?, ?, ?, NULL, ?, NULL, 0)",
          instanceId,
          execution,
          ExecutionStatus.RUNNING.name(),
          tx.now());
    }
    if (metadata.status() != null) {
      ExecutionStatus status = metadata.status();
      tx.update(
          """
          UPDATE holdfast_execution
             SET status = ?, completed_at = CASE WHEN ? THEN GREATEST(?, started_at) END
           WHERE instance_id = ? AND execution_id = ?
          """,
          status.name(),
          status.isEnded(),
          tx.now(),
          instanceId,
          execution);
    }
    if (metadata.output() != null) {
      tx.update(
          "UPDATE holdfast_execution SET output = ? WHERE instance_id = ? AND execution_id = ?",
          metadata.output(),
          instanceId,
          execution);
    }
  }

  /** Appends events to an execution that {@link #update} has made. */
  static void append(Tx tx, String instanceId, long execution, List<HistoryEvent> delta)
      throws SQLException {
    long last = lastEventId(tx, instanceId, execution);
    Set<Long> seen = new HashSet<>();
    for (HistoryEvent event : delta) {
      if (!seen.add(event.eventId()) || isStored(tx, instanceId, execution, event.eventId())) {
        throw new DuplicateEvent(tx.operation(), instanceId, execution, event.eventId());
      }
      if (event.eventId() <= last) {
        throw new InvalidRequest(
            tx.operation(),
            instanceId,
            "event %d does not stand above event %d".formatted(event.eventId(), last));
      }
      last = event.eventId();
      tx.update(
          "INSERT INTO holdfast_event VALUES (?, ?, ?, ?, ?, ?)",
          instanceId,
          execution,
          event.eventId(),
          event.kind(),
          event.data(),
          StoreTime.toMicros(event.recordedAt()));
    }
    tx.update(
        """
        UPDATE holdfast_execution SET last_event_id = ? WHERE instance_id = ? AND execution_id = ?
        """,
        last,
        instanceId,
        execution);
  }

  private static boolean isStored(Tx tx, String instanceId, long execution, long eventId)
      throws SQLException {
    return tx.exists(
        """
        SELECT 1 FROM holdfast_event WHERE instance_id = ? AND execution_id = ? AND event_id = ?
        """,
        instanceId,
        execution,
        eventId);
  }
}
