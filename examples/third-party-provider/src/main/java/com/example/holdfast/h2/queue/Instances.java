// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.queue;

import com.example.holdfast.h2.db.Tx;
import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationCode;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.support.StoreTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Instances: their rows, their locks, and when they are ready. */
final class Instances {

  /**
   * What is stored of an instance.
   *
   * @param name its name, null while it has no row in the contract's sense
   * @param execution the greatest execution that was acked, null while nothing was
   */
  record Row(
      String id,
      String name,
      String version,
      Long execution,
      Lock lock,
      long ackedEpoch,
      int deliveries,
      Long readyAt) {

    /** From the first ack on, whatever was in it, every message can be delivered. */
    boolean known() {
      return execution != null;
    }
  }

  private static final String COLUMNS =
      "instance_id, name, version, execution_id, epoch, held, available_at, acked_epoch,"
          + " delivery_count, ready_at";

  /**
   * The code that the item would carry is among the keys: that of the row, without a row that of
   * the first start in the batch. Without either, nobody can tell whose it is: an item without a
   * name, or orphans, which somebody has to look at.
   */
  private static final String IS_SERVED =
      """
      CASE
        WHEN i.name IS NOT NULL
        THEN ARRAY_CONTAINS(?2, i.name || CHR(10) || COALESCE(i.version, ''))
        ELSE COALESCE(
               (SELECT ARRAY_CONTAINS(
                         ?2, m.start_name || CHR(10) || COALESCE(m.start_version, ''))
                  FROM holdfast_message m
                 WHERE m.instance_id = i.instance_id AND m.visible_at <= ?1
                   AND m.start_name IS NOT NULL
                 ORDER BY m.number LIMIT 1),
               TRUE)
      END
      """;

  private Instances() {}

  static Optional<Row> find(Tx tx, String id) throws SQLException {
    return tx.first(
        "SELECT " + COLUMNS + " FROM holdfast_instance WHERE instance_id = ?", Instances::row, id);
  }

  static boolean anyReady(Tx tx, OrchestrationFetch request) throws SQLException {
    return nextReady(tx, request, 0).isPresent();
  }

  /**
   * The next instance to look at, behind some that were looked at in vain. One whose code is not
   * served, or that is pinned to a version outside the filter, is passed by as if it were not
   * there.
   */
  static Optional<Row> nextReady(Tx tx, OrchestrationFetch request, int skip) throws SQLException {
    Set<OrchestrationCode> served = request.served();
    return tx.first(
        "SELECT "
            + COLUMNS
            + " FROM holdfast_instance i WHERE ready_at <= ?1 AND "
            + (served == null ? "?2 IS NULL" : IS_SERVED)
            + " AND "
            + Pins.matches(request.versionFilter())
            + " ORDER BY ready_at, ready_number LIMIT 1 OFFSET ?3",
        Instances::row,
        tx.now(),
        served == null ? null : served.stream().map(Instances::key).toArray(String[]::new),
        skip);
  }

  /** As {@link #IS_SERVED} makes it of columns. Control characters are in no name. */
  private static String key(OrchestrationCode code) {
    return code.name() + "\n" + (code.version() == null ? "" : code.version());
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        row.getString("instance_id"),
        row.getString("name"),
        row.getString("version"),
        row.getObject("execution_id", Long.class),
        new Lock(row.getLong("epoch"), row.getBoolean("held"), row.getLong("available_at")),
        row.getLong("acked_epoch"),
        row.getInt("delivery_count"),
        row.getObject("ready_at", Long.class));
  }

  /** Makes a place for messages to an instance that may not exist; this creates none. */
  static void ensure(Tx tx, String id) throws SQLException {
    if (!tx.exists("SELECT 1 FROM holdfast_instance WHERE instance_id = ?", id)) {
      tx.update(
          """
          INSERT INTO holdfast_instance (instance_id, epoch, held, available_at, delivery_count,
                                         acked_epoch, ready_number)
          VALUES (?, 0, FALSE, ?, 0, 0, 0)
          """,
          id,
          Long.MIN_VALUE);
    }
  }

  /** Locks an instance and counts the delivery. Answers the epoch of the lock. */
  static long lock(Tx tx, Row row, Duration lockFor) throws SQLException {
    long epoch = tx.nextNumber();
    long end = StoreTime.plus(tx.now(), lockFor);
    tx.update(
        """
        UPDATE holdfast_instance
           SET epoch = ?, held = TRUE, available_at = ?, delivery_count = delivery_count + 1,
               ready_at = ?, ready_number = ?
         WHERE instance_id = ?
        """,
        epoch,
        end,
        end,
        epoch,
        row.id());
    return epoch;
  }

  static boolean renew(Tx tx, LockToken token, Duration extendFor) throws SQLException {
    Lock lock = find(tx, token.instanceId()).map(Row::lock).orElse(null);
    if (lock == null || !lock.isLive(tx, token)) {
      return false;
    }
    long end = Math.max(lock.end(), StoreTime.plus(tx.now(), extendFor));
    tx.update(
        "UPDATE holdfast_instance SET available_at = ?, ready_at = ? WHERE instance_id = ?",
        end,
        end,
        token.instanceId());
    return true;
  }

  static void abandon(Tx tx, LockToken token, AbandonOptions how) throws SQLException {
    Optional<Row> row = find(tx, token.instanceId());
    Lock.requireCurrent(tx, token, row.map(Row::lock).orElse(null));
    int deliveries = row.orElseThrow().deliveries() - (how.countDelivery() ? 0 : 1);
    tx.update(
        """
        UPDATE holdfast_instance
           SET held = FALSE, available_at = ?, delivery_count = ?, ready_at = NULL
         WHERE instance_id = ?
        """,
        StoreTime.plus(tx.now(), how.delay()),
        deliveries,
        token.instanceId());
    refresh(tx, token.instanceId());
  }

  /** Releases the lock of an ack and stores what the ack says about the instance. */
  static void acked(Tx tx, Row row, long epoch, long execution, ExecutionMetadata metadata)
      throws SQLException {
    tx.update(
        """
        UPDATE holdfast_instance
           SET held = FALSE, available_at = ?, delivery_count = 0, ready_at = NULL, acked_epoch = ?,
               execution_id = GREATEST(?, COALESCE(execution_id, 0)),
               problem = NULL, problem_at = NULL
         WHERE instance_id = ?
        """,
        tx.now(),
        epoch,
        execution,
        row.id());
    if (metadata.name() != null) {
      boolean created = row.name() == null;
      tx.update(
          """
          UPDATE holdfast_instance
             SET name = ?, version = COALESCE(?, version),
                 parent_id = CASE WHEN ? THEN ? ELSE parent_id END,
                 created_at = CASE WHEN ? THEN ? ELSE created_at END
           WHERE instance_id = ?
          """,
          metadata.name(),
          metadata.version(),
          created,
          metadata.parentInstanceId(),
          created,
          tx.now(),
          row.id());
    }
    tx.update(
        // Stored times never run backwards, even when the clock does.
        """
        UPDATE holdfast_instance SET updated_at = GREATEST(?, COALESCE(updated_at, ?))
         WHERE instance_id = ? AND name IS NOT NULL
        """,
        tx.now(),
        tx.now(),
        row.id());
  }

  static void report(Tx tx, LockToken token, String problem) throws SQLException {
    Lock.requireLive(tx, token, find(tx, token.instanceId()).map(Row::lock).orElse(null));
    tx.update(
        "UPDATE holdfast_instance SET problem = ?, problem_at = ? WHERE instance_id = ?",
        problem,
        tx.now(),
        token.instanceId());
  }

  /** What was reported since the last ack. */
  static Optional<InstanceDescription.Problem> problem(Tx tx, String id) throws SQLException {
    return tx.first(
        """
        SELECT problem, problem_at FROM holdfast_instance
         WHERE instance_id = ? AND problem IS NOT NULL
        """,
        row ->
            new InstanceDescription.Problem(
                null, null, row.getString(1), StoreTime.fromMicros(row.getLong(2))),
        id);
  }

  /**
   * Works out anew when an instance is ready, after its messages or its lock have changed. An
   * instance whose readiness changes goes behind the others of the same moment.
   */
  static void refresh(Tx tx, String id) throws SQLException {
    Row row = find(tx, id).orElseThrow();
    Optional<Long> first = Messages.firstDue(tx, row);
    Long ready = first.isPresent() ? Long.valueOf(Math.max(first.get(), row.lock().end())) : null;
    if (ready == null ? row.readyAt() != null : !ready.equals(row.readyAt())) {
      tx.update(
          "UPDATE holdfast_instance SET ready_at = ?, ready_number = ? WHERE instance_id = ?",
          ready,
          tx.nextNumber(),
          id);
    }
  }

  /** Removes what {@link #ensure} made when nothing came of it. */
  static void forgetIfUnused(Tx tx, String id) throws SQLException {
    tx.update(
        """
        DELETE FROM holdfast_instance
         WHERE instance_id = ? AND execution_id IS NULL
           AND NOT EXISTS (SELECT 1 FROM holdfast_message m WHERE m.instance_id = ?)
        """,
        id,
        id);
  }
}
