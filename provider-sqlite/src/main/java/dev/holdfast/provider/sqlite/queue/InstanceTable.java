// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rows of instances, with lock and readiness. */
final class InstanceTable {

  private static final String FIND =
      "SELECT " + InstanceRow.COLUMNS + " FROM holdfast_instance WHERE instance_id = ?";

  private static final String READY =
      "SELECT "
          + InstanceRow.COLUMNS
          + " FROM holdfast_instance WHERE ready_at <= ? AND (ready_at, ready_seq) > (?, ?)"
          + " ORDER BY ready_at, ready_seq LIMIT ?";

  private static final String NEXT_READY_AT =
      "SELECT ready_at FROM holdfast_instance WHERE ready_at IS NOT NULL ORDER BY ready_at LIMIT 1";

  private static final String NEXT_READY_AFTER =
      """
      SELECT ready_at FROM holdfast_instance
       WHERE ready_at IS NOT NULL AND (ready_at, ready_seq) > (?, ?)
       ORDER BY ready_at, ready_seq LIMIT 1
      """;

  private static final String INSERT =
      "INSERT INTO holdfast_instance (instance_id) VALUES (?) RETURNING instance_key";

  private static final String DELETE = "DELETE FROM holdfast_instance WHERE instance_key = ?";

  private static final String SET_READY =
      "UPDATE holdfast_instance SET ready_at = ?, ready_seq = ? WHERE instance_key = ?";

  private static final String LOCK =
      """
      UPDATE holdfast_instance
         SET lock_epoch = ?, locked_until = ?, ready_at = ?, ready_seq = ?, lock_owner = ?,
             delivery_count = ?, batch_until = ?, batch_seq = ?
       WHERE instance_key = ?
      """;

  private static final String EXTEND =
      "UPDATE holdfast_instance SET locked_until = ?, ready_at = ? WHERE instance_key = ?";

  private static final String ABANDON =
      """
      UPDATE holdfast_instance
         SET lock_epoch = 0, locked_until = ?, ready_at = ?, ready_seq = ?, delivery_count = ?
       WHERE instance_key = ?
      """;

  /**
   * The name is set when given; the parent only together with the first one (CREATE-10, CREATE-11).
   * The pin is that of the greatest execution, unless it ended as ContinuedAsNew (VERSION-13).
   */
  private static final String ACKED =
      """
             name = coalesce(?1, name),
             version = coalesce(?2, version),
             updated_at = ?4,
             execution_id = max(execution_id, ?5),
             pin = CASE
               WHEN ?5 < execution_id THEN pin
               WHEN ?12 THEN NULL
               WHEN ?5 > execution_id THEN ?11
               ELSE coalesce(?11, pin)
             END,
             acked_epoch = ?6,
             lock_epoch = 0,
             locked_until = ?7,
             ready_at = ?8,
             ready_seq = ?9,
             delivery_count = 0,
             problem = NULL,
             problem_at = NULL
       WHERE instance_key = ?10
      """;

  private static final String RELEASE_UNBORN =
      """
      UPDATE holdfast_instance
         SET parent_instance_id = ?3,
             created_at = CASE WHEN ?1 IS NOT NULL THEN ?4 END,
      """
          + ACKED;

  /** Names no column of the indexes for lists: SQLite would write their entries anew. */
  private static final String RELEASE_BORN = "UPDATE holdfast_instance SET\n" + ACKED;

  private InstanceTable() {}

  static @Nullable InstanceRow find(Session session, String instanceId) throws SQLException {
    return session.first(FIND, InstanceRow::read, instanceId);
  }

  static InstanceRow findOrInsert(Session session, String instanceId) throws SQLException {
    InstanceRow found = find(session, instanceId);
    if (found != null) {
      return found;
    }
    Long key = session.number(INSERT, instanceId);
    return InstanceRow.unheardOf(Objects.requireNonNull(key), instanceId);
  }

  /** Reads the ready instances after a place in the line, those that are ready longest first. */
  static List<InstanceRow> ready(Session session, Position after, long now, int limit)
      throws SQLException {
    return session.list(READY, InstanceRow::read, now, after.readyAt(), after.seq(), limit);
  }

  /** {@return when the next instance after a place in the line is ready; null for never} */
  static @Nullable Long nextReadyAt(Session session, Position after) throws SQLException {
    return session.number(NEXT_READY_AFTER, after.readyAt(), after.seq());
  }

  /** {@return when the next instance is ready; null when nothing is queued} */
  static @Nullable Long nextReadyAt(Session session) throws SQLException {
    return session.number(NEXT_READY_AT);
  }

  static void delete(Session session, InstanceRow instance) throws SQLException {
    session.update(DELETE, instance.key());
  }

  static void setReady(WriteTx tx, InstanceRow instance, @Nullable Long readyAt)
      throws SQLException {
    tx.session().update(SET_READY, readyAt, tx.next(), instance.key());
  }

  static void lock(
      WriteTx tx, InstanceRow instance, long epoch, long until, long now, long batchSeq)
      throws SQLException {
    tx.session()
        .update(
            LOCK,
            epoch,
            until,
            until,
            tx.next(),
            tx.lockOwner(epoch),
            instance.deliveryCount() + 1,
            now,
            batchSeq,
            instance.key());
  }

  static void extend(Session session, InstanceRow instance, long until) throws SQLException {
    session.update(EXTEND, until, until, instance.key());
  }

  static void abandon(
      WriteTx tx, InstanceRow instance, long holdUntil, @Nullable Long readyAt, int deliveryCount)
      throws SQLException {
    tx.session().update(ABANDON, holdUntil, readyAt, tx.next(), deliveryCount, instance.key());
  }

  /**
   * What an applied ack leaves in the instance's row.
   *
   * @param name the name, null to leave it alone
   * @param version the version, null to leave it alone
   * @param parentInstanceId the parent, taken with the first name only
   * @param updatedAt the store's time of the ack
   * @param executionId the acked execution
   * @param epoch the token that was acked
   * @param releasedAt when the lock was released
   * @param readyAt when the rest of the queue is deliverable, null when nothing is left
   * @param pin the version that the execution is pinned to, null to leave it alone
   * @param continues whether the execution ended as ContinuedAsNew
   */
  record AckedState(
      @Nullable String name,
      @Nullable String version,
      @Nullable String parentInstanceId,
      long updatedAt,
      long executionId,
      long epoch,
      long releasedAt,
      @Nullable Long readyAt,
      @Nullable String pin,
      boolean continues) {}

  static void releaseAcked(WriteTx tx, InstanceRow instance, AckedState state) throws SQLException {
    tx.session()
        .update(
            instance.born() ? RELEASE_BORN : RELEASE_UNBORN,
            state.name(),
            state.version(),
            state.name() == null ? null : state.parentInstanceId(),
            state.updatedAt(),
            state.executionId(),
            state.epoch(),
            state.releasedAt(),
            state.readyAt(),
            tx.next(),
            instance.key(),
            state.pin(),
            state.continues());
  }
}
