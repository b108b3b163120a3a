// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.InstanceDescription.Problem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.jdbc.row.Decoding;
import dev.holdfast.provider.sqlite.queue.ActivityTable.Place;
import dev.holdfast.provider.sqlite.queue.MessageTable.StartCode;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.support.StoreTime;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Describes instances, and stores the problems that their holders report. */
public final class InstanceDescriber {

  private static final String DESCRIBE = "describeInstance";

  private static final String PROBLEM_OF_INSTANCE =
      """
      SELECT problem, problem_at FROM holdfast_instance
       WHERE instance_key = ? AND problem IS NOT NULL
      """;

  private static final String PROBLEMS_OF_ACTIVITIES =
      """
      SELECT activity_id, name, problem, problem_at FROM holdfast_activity
       WHERE instance_key = ? AND problem IS NOT NULL
       ORDER BY problem_at
       LIMIT ?
      """;

  private static final String REPORT_OF_INSTANCE =
      "UPDATE holdfast_instance SET problem = ?, problem_at = ? WHERE instance_key = ?";

  private static final String REPORT_OF_ACTIVITY =
      """
      UPDATE holdfast_activity SET problem = ?, problem_at = ?
       WHERE instance_key = ? AND execution_id = ? AND activity_id = ?
      """;

  private InstanceDescriber() {}

  /** Describes an instance that was acked or whose start is queued (DESCRIBE-01 to DESCRIBE-03). */
  public static Optional<InstanceDescription> describe(Session session, String instanceId)
      throws SQLException {
    InstanceRow instance = InstanceTable.find(session, instanceId);
    if (instance == null) {
      return Optional.empty();
    }
    StartCode start =
        instance.born() ? null : MessageTable.firstStart(session, instance, Long.MAX_VALUE);
    if (!instance.known() && !instance.born() && start == null) {
      return Optional.empty();
    }
    return Optional.of(
        Decoding.decode(
            DESCRIBE,
            instanceId,
            "the instance row",
            () ->
                new InstanceDescription(
                    instanceId,
                    instance.executionId(),
                    start == null ? instance.name() : start.name(),
                    start == null ? instance.version() : start.version(),
                    problems(session, instance))));
  }

  private static List<Problem> problems(Session session, InstanceRow instance) throws SQLException {
    List<Problem> problems =
        new ArrayList<>(
            session.list(
                PROBLEM_OF_INSTANCE,
                row ->
                    new Problem(null, null, row.getString(1), StoreTime.fromMicros(row.getLong(2))),
                instance.key()));
    problems.addAll(
        session.list(
            PROBLEMS_OF_ACTIVITIES,
            row ->
                new Problem(
                    row.getLong(1),
                    row.getString(2),
                    row.getString(3),
                    StoreTime.fromMicros(row.getLong(4))),
            instance.key(),
            InstanceDescription.MAX_PROBLEMS - problems.size()));
    return problems;
  }

  /** Stores what keeps an instance or an activity from moving, under its live lock. */
  public static void report(WriteTx tx, String operation, LockToken token, String problem)
      throws SQLException {
    switch (token) {
      case LockToken.OfInstance ofInstance -> {
        InstanceRow instance = Locks.live(tx, operation, ofInstance);
        tx.session().update(REPORT_OF_INSTANCE, problem, tx.now(), instance.key());
      }
      case LockToken.OfActivity ofActivity -> {
        Place place = WorkerQueue.live(tx, operation, ofActivity);
        tx.session()
            .update(
                REPORT_OF_ACTIVITY,
                problem,
                tx.now(),
                place.instanceKey(),
                place.executionId(),
                place.activityId());
      }
    }
  }
}
