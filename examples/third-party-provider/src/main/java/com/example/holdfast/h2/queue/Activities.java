// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.queue;

import com.example.holdfast.h2.db.Tx;
import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StoreTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The worker queue. */
public final class Activities {

  private static final String WHERE_IDENTITY =
      " WHERE instance_id = ? AND execution_id = ? AND activity_id = ?";

  private record Row(ActivityTask task, int deliveries) {
    long bytes() {
      return task.input().size();
    }
  }

  private Activities() {}

  // ---- what acks do

  /** Schedules activities of the locked instance. */
  static void schedule(Tx tx, String instanceId, List<ActivityTask> tasks) throws SQLException {
    for (ActivityTask task : tasks) {
      if (find(tx, task.identity()).isPresent()) {
        throw new InvalidRequest(
            tx.operation(),
            instanceId,
            "activity %d of execution %d is queued already"
                .formatted(task.activityId(), task.executionId()));
      }
      tx.update(
          """
          INSERT INTO holdfast_activity (instance_id, execution_id, activity_id, name, input, tag,
                                         orchestration_name, orchestration_version, epoch, held,
                                         delivery_count, ready_at, number)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, FALSE, 0, ?, ?)
          """,
          task.instanceId(),
          task.executionId(),
          task.activityId(),
          task.name(),
          task.input(),
          task.tag(),
          task.orchestrationName(),
          task.orchestrationVersion(),
          tx.now(),
          tx.nextNumber());
    }
  }

  /** Removes activities, whoever holds them. */
  static void cancel(Tx tx, List<ActivityIdentity> identities) throws SQLException {
    for (ActivityIdentity identity : identities) {
      remove(tx, identity);
    }
  }

  private static void remove(Tx tx, ActivityIdentity identity) throws SQLException {
    tx.update(
        "DELETE FROM holdfast_activity" + WHERE_IDENTITY,
        identity.instanceId(),
        identity.executionId(),
        identity.activityId());
  }

  // ---- what workers do

  /**
   * Whether a fetch would have anything to do.
   *
   * @param tx the transaction, for reading
   * @param request of which names
   * @return false when nothing is ready
   * @throws SQLException when H2 fails
   */
  public static boolean anyReady(Tx tx, ActivityFetch request) throws SQLException {
    return tx.exists(
        "SELECT 1 FROM holdfast_activity WHERE ready_at <= ?1 AND "
            + isServed(request)
            + " LIMIT 1",
        tx.now(),
        names(request),
        tags(request));
  }

  /**
   * Locks ready activities. One that cannot be read is passed over, as with {@link Turns#fetch}.
   *
   * @param tx the transaction
   * @param request how many, for how long, of which names, with how many bytes
   * @return the items
   * @throws SQLException when H2 fails
   */
  public static List<ActivityItem> fetch(Tx tx, ActivityFetch request) throws SQLException {
    List<ActivityItem> items = new ArrayList<>();
    CorruptData corrupt = null;
    int skip = 0;
    long left = request.maxBytes();
    while (items.size() < request.max()) {
      try {
        Optional<Row> next = nextReady(tx, request, skip);
        // The first comes whatever its size; one that does not fit was read and stays unlocked.
        if (next.isEmpty() || (!items.isEmpty() && next.get().bytes() > left)) {
          break;
        }
        left -= next.get().bytes();
        items.add(lock(tx, next.get(), request.lockFor()));
      } catch (CorruptData e) {
        corrupt = corrupt == null ? e : corrupt;
        skip++;
      }
    }
    if (items.isEmpty() && corrupt != null) {
      throw corrupt;
    }
    return items;
  }

  private static Optional<Row> nextReady(Tx tx, ActivityFetch request, int skip)
      throws SQLException {
    return tx.first(
        "SELECT * FROM holdfast_activity WHERE ready_at <= ?1 AND "
            + isServed(request)
            + " ORDER BY ready_at, number LIMIT 1 OFFSET ?4",
        row ->
            Stored.readable(tx, row.getString("instance_id"), "an activity", row, Activities::row),
        tx.now(),
        names(request),
        tags(request),
        skip);
  }

  /** What is not served is passed by as if it were not there. */
  private static String isServed(ActivityFetch request) {
    return (request.served() == null ? "?2 IS NULL" : "ARRAY_CONTAINS(?2, name)")
        + " AND "
        + switch (request.tagFilter()) {
          case TagFilter.Simple simple ->
              switch (simple) {
                case UNTAGGED -> "?3 IS NULL AND tag IS NULL";
                case ANY -> "?3 IS NULL";
                case NONE -> "?3 IS NOT NULL";
              };
          case TagFilter.Tags tags -> "tag IS NOT NULL AND ARRAY_CONTAINS(?3, tag)";
          case TagFilter.UntaggedOr tags -> "(tag IS NULL OR ARRAY_CONTAINS(?3, tag))";
        };
  }

  private static String[] names(ActivityFetch request) {
    return request.served() == null ? null : request.served().toArray(String[]::new);
  }

  private static String[] tags(ActivityFetch request) {
    return switch (request.tagFilter()) {
      case TagFilter.Simple simple -> null;
      case TagFilter.Tags(Set<String> names) -> names.toArray(String[]::new);
      case TagFilter.UntaggedOr(Set<String> names) -> names.toArray(String[]::new);
    };
  }

  private static Row row(ResultSet row) throws SQLException {
    ActivityIdentity identity =
        new ActivityIdentity(
            row.getString("instance_id"), row.getLong("execution_id"), row.getLong("activity_id"));
    ActivityTask task =
        new ActivityTask(
            identity,
            row.getString("name"),
            Stored.payload(row, "input"),
            null,
            row.getString("tag"),
            row.getString("orchestration_name"),
            row.getString("orchestration_version"));
    return new Row(task, row.getInt("delivery_count"));
  }

  private static ActivityItem lock(Tx tx, Row row, Duration lockFor) throws SQLException {
    ActivityIdentity identity = row.task().identity();
    long epoch = tx.nextNumber();
    tx.update(
        """
        UPDATE holdfast_activity
           SET epoch = ?, held = TRUE, delivery_count = delivery_count + 1, ready_at = ?
        """
            + WHERE_IDENTITY,
        epoch,
        StoreTime.plus(tx.now(), lockFor),
        identity.instanceId(),
        identity.executionId(),
        identity.activityId());
    return new ActivityItem(
        row.task(), row.deliveries() + 1, new LockToken.OfActivity(identity, epoch));
  }

  /**
   * Removes an activity and enqueues its completion. Throws what rejects it; that undoes the
   * transaction.
   *
   * @param tx the transaction
   * @param checks what can be refused without looking
   * @param ack token and completion
   * @return applied, or already applied
   * @throws SQLException when H2 fails
   */
  public static AckResult ack(Tx tx, RequestChecks checks, ActivityAck ack) throws SQLException {
    LockToken.OfActivity token = checks.activityToken(tx.operation(), ack.lockToken());
    // The row is gone then; its completion carries the token until it is consumed.
    if (Messages.hasCompletion(tx, token)) {
      return AckResult.alreadyApplied();
    }
    Lock.requireLive(tx, token, find(tx, token.activity()).orElse(null));
    checks.check(tx.operation(), ack);
    remove(tx, token.activity());
    if (ack.completion() != null) {
      Messages.putCompletion(tx, ack.completion(), token);
    }
    return AckResult.applied();
  }

  /**
   * Gives an activity back.
   *
   * @param tx the transaction
   * @param token the token of the item
   * @param how with which delay, and whether it counts
   * @throws SQLException when H2 fails
   */
  public static void abandon(Tx tx, LockToken.OfActivity token, AbandonOptions how)
      throws SQLException {
    Lock.requireCurrent(tx, token, find(tx, token.activity()).orElse(null));
    tx.update(
        """
        UPDATE holdfast_activity
           SET held = FALSE, delivery_count = delivery_count - ?, ready_at = ?
        """
            + WHERE_IDENTITY,
        how.countDelivery() ? 0 : 1,
        StoreTime.plus(tx.now(), how.delay()),
        token.instanceId(),
        token.activity().executionId(),
        token.activity().activityId());
  }

  /**
   * Prolongs a lock.
   *
   * @param tx the transaction
   * @param token the token of the item
   * @param extendFor how long from now
   * @return whether the lock was live
   * @throws SQLException when H2 fails
   */
  public static boolean renew(Tx tx, LockToken.OfActivity token, Duration extendFor)
      throws SQLException {
    Lock lock = find(tx, token.activity()).orElse(null);
    if (lock == null || !lock.isLive(tx, token)) {
      return false;
    }
    tx.update(
        "UPDATE holdfast_activity SET ready_at = ?" + WHERE_IDENTITY,
        Math.max(lock.end(), StoreTime.plus(tx.now(), extendFor)),
        token.instanceId(),
        token.activity().executionId(),
        token.activity().activityId());
    return true;
  }

  /**
   * Stores why an activity is not moving.
   *
   * @param tx the transaction
   * @param token the token of the item
   * @param problem the text
   * @throws SQLException when H2 fails
   */
  public static void report(Tx tx, LockToken.OfActivity token, String problem) throws SQLException {
    Lock.requireLive(tx, token, find(tx, token.activity()).orElse(null));
    tx.update(
        "UPDATE holdfast_activity SET problem = ?, problem_at = ?, problem_number = ?"
            + WHERE_IDENTITY,
        problem,
        tx.now(),
        tx.nextNumber(),
        token.instanceId(),
        token.activity().executionId(),
        token.activity().activityId());
  }

  /**
   * What was reported of activities that are queued, of all executions, the oldest report first.
   */
  static List<InstanceDescription.Problem> problems(Tx tx, String instanceId, int limit)
      throws SQLException {
    return tx.query(
        """
        SELECT activity_id, name, problem, problem_at FROM holdfast_activity
         WHERE instance_id = ? AND problem IS NOT NULL ORDER BY problem_number LIMIT ?
        """,
        row ->
            new InstanceDescription.Problem(
                row.getLong("activity_id"),
                row.getString("name"),
                row.getString("problem"),
                StoreTime.fromMicros(row.getLong("problem_at"))),
        instanceId,
        limit);
  }

  private static Optional<Lock> find(Tx tx, ActivityIdentity identity) throws SQLException {
    return tx.first(
        "SELECT epoch, held, ready_at FROM holdfast_activity" + WHERE_IDENTITY,
        row -> new Lock(row.getLong(1), row.getBoolean(2), row.getLong(3)),
        identity.instanceId(),
        identity.executionId(),
        identity.activityId());
  }
}
