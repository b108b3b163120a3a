// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.queue;

import com.example.holdfast.h2.db.Tx;
import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.support.StoreTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

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
      int attempts,
      Long readyAt) {

    /** From the first ack on, whatever was in it, every message can be delivered. */
    boolean known() {
      return execution != null;
    }
  }

  private static final String COLUMNS =
      "instance_id, name, version, execution_id, epoch, held, available_at, acked_epoch,"
          + " attempt_count, ready_at";

  private Instances() {}

  static Optional<Row> find(Tx tx, String id) throws SQLException {
    return tx.first(
        "SELECT " + COLUMNS + " FROM holdfast_instance WHERE instance_id = ?", Instances::row, id);
  }

  static boolean anyReady(Tx tx) throws SQLException {
    return tx.exists("SELECT 1 FROM holdfast_instance WHERE ready_at <= ? LIMIT 1", tx.now());
  }

  /** The next instance to look at, behind some that were looked at in vain. */
  static Optional<Row> nextReady(Tx tx, int skip) throws SQLException {
    return tx.first(
        "SELECT "
            + COLUMNS
            + " FROM holdfast_instance WHERE ready_at <= ?"
            + " ORDER BY ready_at, ready_number LIMIT 1 OFFSET ?",
        Instances::row,
        tx.now(),
        skip);
  }

  private static Row row(ResultSet row) throws SQLException {
    return new Row(
        row.getString("instance_id"),
        row.getString("name"),
        row.getString("version"),
        row.getObject("execution_id", Long.class),
        new Lock(row.getLong("epoch"), row.getBoolean("held"), row.getLong("available_at")),
        row.getLong("acked_epoch"),
        row.getInt("attempt_count"),
        row.getObject("ready_at", Long.class));
  }

  /** Makes a place for messages to an instance that may not exist; this creates none. */
  static void ensure(Tx tx, String id) throws SQLException {
    if (!tx.exists("SELECT 1 FROM holdfast_instance WHERE instance_id = ?", id)) {
      tx.update(
          """
          INSERT INTO holdfast_instance (instance_id, epoch, held, available_at, attempt_count,
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
           SET epoch = ?, held = TRUE, available_at = ?, attempt_count = attempt_count + 1,
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

  static void renew(Tx tx, LockToken token, Duration extendFor) throws SQLException {
    Lock lock = find(tx, token.instanceId()).map(Row::lock).orElse(null);
    Lock.requireLive(tx, token, lock);
    long end = Math.max(lock.end(), StoreTime.plus(tx.now(), extendFor));
    tx.update(
        "UPDATE holdfast_instance SET available_at = ?, ready_at = ? WHERE instance_id = ?",
        end,
        end,
        token.instanceId());
  }

  static void abandon(Tx tx, LockToken token, Abandonment how) throws SQLException {
    Optional<Row> row = find(tx, token.instanceId());
    Lock.requireCurrent(tx, token, row.map(Row::lock).orElse(null));
    int attempts = row.orElseThrow().attempts() - (how.countAttempt() ? 0 : 1);
    tx.update(
        """
        UPDATE holdfast_instance
           SET held = FALSE, available_at = ?, attempt_count = ?, ready_at = NULL
         WHERE instance_id = ?
        """,
        StoreTime.plus(tx.now(), how.delay()),
        attempts,
        token.instanceId());
    refresh(tx, token.instanceId());
  }

  /** Releases the lock of an ack and stores what the ack says about the instance. */
  static void acked(Tx tx, Row row, long epoch, long execution, ExecutionMetadata metadata)
      throws SQLException {
    tx.update(
        """
        UPDATE holdfast_instance
           SET held = FALSE, available_at = ?, attempt_count = 0, ready_at = NULL, acked_epoch = ?,
               execution_id = GREATEST(?, COALESCE(execution_id, 0))
         WHERE instance_id = ?
        """,
        tx.now(),
        epoch,
        execution,
        row.id());
    if (metadata.name().isPresent()) {
      boolean created = row.name() == null;
      tx.update(
          """
          UPDATE holdfast_instance
             SET name = ?, version = COALESCE(?, version),
                 parent_id = CASE WHEN ? THEN ? ELSE parent_id END,
                 created_at = CASE WHEN ? THEN ? ELSE created_at END
           WHERE instance_id = ?
          """,
          metadata.name().get(),
          metadata.version().orElse(null),
          created,
          metadata.parentInstanceId().orElse(null),
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
