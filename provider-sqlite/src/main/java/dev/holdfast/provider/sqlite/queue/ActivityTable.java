// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.jdbc.row.Decoding;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rows of the worker queue. */
final class ActivityTable {

  private static final String INSERT =
      """
      INSERT INTO holdfast_activity (
        instance_key, execution_id, activity_id, seq, name, input,
        orchestration_name, orchestration_version, scheduled_at, ready_at, tag, session_id)
      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?9, ?10, ?11)
      ON CONFLICT (instance_key, execution_id, activity_id) DO NOTHING
      """;

  private static final String DELETE =
      """
      DELETE FROM holdfast_activity
       WHERE instance_key = ? AND execution_id = ? AND activity_id = ?
      """;

  private static final String READY_COLUMNS =
      """
      SELECT a.instance_key, i.instance_id, a.execution_id, a.activity_id, a.name, a.input,
             a.orchestration_name, a.orchestration_version, a.delivery_count, a.ready_at, a.seq,
             a.tag, a.session_id
        FROM holdfast_activity a JOIN holdfast_instance i ON i.instance_key = a.instance_key
      """;

  private static final String READY =
      READY_COLUMNS
          + """
           WHERE a.tag IS NULL AND a.session_id IS NULL
             AND a.ready_at <= ? AND (a.ready_at, a.seq) > (?, ?)
           ORDER BY a.ready_at, a.seq
           LIMIT ?
          """;

  private static final String ONE =
      READY_COLUMNS + " WHERE a.instance_key = ? AND a.execution_id = ? AND a.activity_id = ?";

  /** Without the input, which may be large and is not needed for most rows. */
  private static final String READY_NAMES =
      """
      SELECT instance_key, execution_id, activity_id, name, ready_at, seq
        FROM holdfast_activity
       WHERE tag IS NULL AND session_id IS NULL AND ready_at <= ? AND (ready_at, seq) > (?, ?)
       ORDER BY ready_at, seq
       LIMIT ?
      """;

  private static final String GIVEN_BACK = "SELECT given_back FROM holdfast_counter WHERE id = 1";

  private static final String NOTE_GIVEN_BACK =
      "UPDATE holdfast_counter SET given_back = given_back + 1 WHERE id = 1";

  private static final String NEXT_READY_AT =
      """
      SELECT ready_at FROM holdfast_activity
       WHERE tag IS NULL AND session_id IS NULL ORDER BY ready_at LIMIT 1
      """;

  private static final String NEXT_READY_AFTER =
      """
      SELECT ready_at FROM holdfast_activity
       WHERE tag IS NULL AND session_id IS NULL AND (ready_at, seq) > (?, ?) ORDER BY ready_at, seq LIMIT 1
      """;

  private static final String LOCK_OF =
      """
      SELECT ready_at, lock_epoch, delivery_count, session_id
        FROM holdfast_activity
       WHERE instance_key = ? AND execution_id = ? AND activity_id = ?
      """;

  private static final String LOCK =
      """
      UPDATE holdfast_activity
         SET lock_epoch = ?, lock_owner = ?, ready_at = ?, delivery_count = delivery_count + 1
       WHERE instance_key = ? AND execution_id = ? AND activity_id = ?
      """;

  private static final String EXTEND =
      """
      UPDATE holdfast_activity
         SET ready_at = ?
       WHERE instance_key = ? AND execution_id = ? AND activity_id = ?
      """;

  private static final String ABANDON =
      """
      UPDATE holdfast_activity
         SET lock_epoch = 0, ready_at = ?, delivery_count = ?
       WHERE instance_key = ? AND execution_id = ? AND activity_id = ?
      """;

  private static final String POSTPONE =
      """
      UPDATE holdfast_activity
         SET ready_at = ?, seq = ?
       WHERE instance_key = ? AND execution_id = ? AND activity_id = ?
      """;

  private ActivityTable() {}

  /** Where an activity is stored. */
  record Place(long instanceKey, long executionId, long activityId) {
    static Place of(InstanceRow instance, ActivityIdentity identity) {
      return new Place(instance.key(), identity.executionId(), identity.activityId());
    }
  }

  /** An activity that is deliverable now. */
  record Ready(Place place, Position position, Decoded decoded, int deliveryCount) {}

  /** An activity that is deliverable now, of which only the name was read. */
  record Named(Place place, Position position, String name) {}

  /** Receives activities and returns whether the next one is wanted. */
  @FunctionalInterface
  interface ReadyVisitor {
    boolean goOnAfter(Ready ready);
  }

  /** The task of a row, or why it cannot be read. */
  sealed interface Decoded {
    record Readable(ActivityTask task) implements Decoded {}

    record Corrupt(dev.holdfast.provider.ProviderError.CorruptData error) implements Decoded {}
  }

  /** Lock and count of an activity; locked or held back until {@code readyAt}. */
  record Lock(long readyAt, long epoch, int deliveryCount, @Nullable String sessionId) {
    boolean isLive(long token, long now) {
      return epoch == token && now < readyAt;
    }
  }

  /** Inserts activities in order; returns how many were queued already. */
  static int insert(WriteTx tx, InstanceRow instance, List<ActivityTask> tasks, long now)
      throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>(tasks.size());
    for (ActivityTask task : tasks) {
      rows.add(
          new @Nullable Object[] {
            instance.key(),
            task.executionId(),
            task.activityId(),
            tx.next(),
            task.name(),
            Rows.bytes(task.input()),
            task.orchestrationName(),
            task.orchestrationVersion(),
            now,
            task.tag(),
            task.sessionId()
          });
    }
    return tx.session().updateEach(INSERT, rows);
  }

  static void delete(Session session, InstanceRow instance, List<ActivityIdentity> identities)
      throws SQLException {
    List<@Nullable Object[]> rows = new ArrayList<>(identities.size());
    for (ActivityIdentity identity : identities) {
      rows.add(
          new @Nullable Object[] {instance.key(), identity.executionId(), identity.activityId()});
    }
    session.updateEach(DELETE, rows);
  }

  /**
   * Visits the activities without tag and session that are deliverable now, after a place in the
   * line, in the order in which they became ready (QUEUE-18).
   */
  static void visitReady(
      Session session, String operation, Position after, long now, int limit, ReadyVisitor visitor)
      throws SQLException {
    session.visit(
        READY,
        row -> visitor.goOnAfter(read(operation, row)),
        now,
        after.readyAt(),
        after.seq(),
        limit);
  }

  /** Reads the same activities, but their names only. */
  static List<Named> readyNames(Session session, Position after, long now, int limit)
      throws SQLException {
    return session.list(
        READY_NAMES,
        row ->
            new Named(
                new Place(row.getLong(1), row.getLong(2), row.getLong(3)),
                new Position(row.getLong(5), row.getLong(6)),
                row.getString(4)),
        now,
        after.readyAt(),
        after.seq(),
        limit);
  }

  /** Reads an activity that {@link #readyNames} has returned in the same transaction. */
  static Ready ready(Session session, String operation, Place place) throws SQLException {
    return Objects.requireNonNull(
        session.first(
            ONE,
            row -> read(operation, row),
            place.instanceKey(),
            place.executionId(),
            place.activityId()));
  }

  /**
   * Returns how often an activity became ready again and kept its number, since activities of one
   * moment come in insertion order (QUEUE-18).
   */
  static long givenBack(Session session) throws SQLException {
    return Objects.requireNonNull(session.number(GIVEN_BACK));
  }

  /** Counts one more for {@link #givenBack}. */
  static void noteGivenBack(Session session) throws SQLException {
    session.update(NOTE_GIVEN_BACK);
  }

  private static Ready read(String operation, ResultSet row) throws SQLException {
    Place place = new Place(row.getLong(1), row.getLong(3), row.getLong(4));
    String instanceId = row.getString(2);
    Decoded decoded;
    try {
      decoded =
          new Decoded.Readable(
              Decoding.decode(
                  operation,
                  instanceId,
                  "activity %d of execution %d".formatted(place.activityId(), place.executionId()),
                  () ->
                      ActivityTask.builder(
                              new ActivityIdentity(
                                  instanceId, place.executionId(), place.activityId()),
                              row.getString(5),
                              Rows.payload(row, 6),
                              row.getString(7))
                          .orchestrationVersion(row.getString(8))
                          .tag(row.getString(12))
                          .sessionId(row.getString(13))
                          .build()));
    } catch (dev.holdfast.provider.ProviderError.CorruptData e) {
      decoded = new Decoded.Corrupt(e);
    }
    return new Ready(place, new Position(row.getLong(10), row.getLong(11)), decoded, row.getInt(9));
  }

  /**
   * When the next activity without tag and session becomes, or became, deliverable; null when none
   * is queued.
   */
  static @Nullable Long nextReadyAt(Session session) throws SQLException {
    return session.number(NEXT_READY_AT);
  }

  /** {@return the same, after a place in the line} */
  static @Nullable Long nextReadyAt(Session session, Position after) throws SQLException {
    return session.number(NEXT_READY_AFTER, after.readyAt(), after.seq());
  }

  static @Nullable Lock lockOf(Session session, Place place) throws SQLException {
    return session.first(
        LOCK_OF,
        row -> new Lock(row.getLong(1), row.getLong(2), row.getInt(3), row.getString(4)),
        place.instanceKey(),
        place.executionId(),
        place.activityId());
  }

  static void lock(WriteTx tx, Place place, long epoch, long until) throws SQLException {
    tx.session()
        .update(
            LOCK,
            epoch,
            tx.lockOwner(epoch),
            until,
            place.instanceKey(),
            place.executionId(),
            place.activityId());
  }

  static void extend(Session session, Place place, long until) throws SQLException {
    session.update(EXTEND, until, place.instanceKey(), place.executionId(), place.activityId());
  }

  static void abandon(Session session, Place place, long readyAt, int deliveryCount)
      throws SQLException {
    session.update(
        ABANDON,
        readyAt,
        deliveryCount,
        place.instanceKey(),
        place.executionId(),
        place.activityId());
    noteGivenBack(session);
  }

  /** Moves an unreadable activity to the end of the line. */
  static void postpone(WriteTx tx, Place place, long now) throws SQLException {
    tx.session()
        .update(
            POSTPONE, now, tx.next(), place.instanceKey(), place.executionId(), place.activityId());
  }
}
