// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.InstanceDescription;
import dev.holdfast.provider.InstanceDescription.Problem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.postgres.call.TokenCodes;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.support.StoreTime;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Describes instances, and stores the problems that workers report of them. Thread-safe. */
public final class Descriptions {

  private static final String DESCRIBE =
      """
      SELECT coalesce(i.execution_id, 0), coalesce(i.name, s.start_name), CASE WHEN i.name IS NULL THEN s.start_version ELSE i.version END,
             p.activity_id, p.name, p.problem, p.problem_at
        FROM (SELECT ?::text AS instance_id) q
        LEFT JOIN :schema.instance i ON i.instance_id = q.instance_id
        LEFT JOIN LATERAL (
             SELECT m.start_name, m.start_version, m.seq
               FROM :schema.message m
              WHERE i.name IS NULL AND m.instance_key = i.instance_key AND m.start_name IS NOT NULL
              UNION ALL
             SELECT p.start_name, p.start_version, p.seq
               FROM :schema.posted p
              WHERE i.name IS NULL AND p.instance_id = q.instance_id AND p.start_name IS NOT NULL
                AND :fn.used_hash(p.instance_id, p.message_id) IS NULL
              ORDER BY seq
              LIMIT 1) s ON true
        LEFT JOIN LATERAL (
             SELECT NULL::bigint AS activity_id, NULL::text AS name, i.problem, i.problem_at
              WHERE i.problem IS NOT NULL
              UNION ALL
             (SELECT a.activity_id, a.name, a.problem, a.problem_at
                FROM :schema.activity a
               WHERE a.instance_key = i.instance_key AND a.problem IS NOT NULL
               ORDER BY a.problem_at, a.seq
               LIMIT ?)
              LIMIT ?) p ON true
       WHERE i.execution_id > 0 OR s.start_name IS NOT NULL
      """;
  private static final String REPORT_INSTANCE =
      "SELECT :fn.report_instance(p_id => ?, p_epoch => ?, p_problem => ?)";
  private static final String REPORT_ACTIVITY =
      """
      SELECT :fn.report_activity(
               p_id => ?, p_execution => ?, p_activity => ?, p_epoch => ?, p_problem => ?)
      """;

  private final Database database;

  public Descriptions(Database database) {
    this.database = database;
  }

  /** {@return the description, empty for an instance that is not known and has no start queued} */
  public Optional<InstanceDescription> of(String instanceId) {
    return database.read(
        "describeInstance",
        DESCRIBE,
        (connection, statement) -> {
          statement.setString(1, instanceId);
          statement.setInt(2, InstanceDescription.MAX_PROBLEMS);
          statement.setInt(3, InstanceDescription.MAX_PROBLEMS);
          try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? Optional.of(read(instanceId, rows)) : Optional.empty();
          }
        });
  }

  private static InstanceDescription read(String instanceId, ResultSet rows) throws SQLException {
    long executionId = rows.getLong(1);
    String name = rows.getString(2);
    String version = rows.getString(3);
    List<Problem> problems = new ArrayList<>();
    do {
      String text = rows.getString(6);
      if (text != null) {
        long activityId = rows.getLong(4);
        problems.add(
            new Problem(
                rows.wasNull() ? null : activityId,
                rows.getString(5),
                text,
                StoreTime.fromMicros(rows.getLong(7))));
      }
    } while (rows.next());
    return new InstanceDescription(instanceId, executionId, name, version, problems);
  }

  /** Stores why the holder of a live lock cannot go on. */
  public void report(LockToken token, String problem) {
    String operation = "reportProblem";
    int code =
        switch (token) {
          case LockToken.OfInstance instance ->
              database.write(
                  operation,
                  REPORT_INSTANCE,
                  (connection, statement) -> {
                    statement.setString(1, instance.instanceId());
                    statement.setLong(2, instance.epoch());
                    return code(statement, 3, problem);
                  });
          case LockToken.OfActivity activity ->
              database.write(
                  operation,
                  REPORT_ACTIVITY,
                  (connection, statement) -> {
                    statement.setString(1, activity.instanceId());
                    statement.setLong(2, activity.activity().executionId());
                    statement.setLong(3, activity.activity().activityId());
                    statement.setLong(4, activity.epoch());
                    return code(statement, 5, problem);
                  });
        };
    if (code != TokenCodes.GOOD) {
      throw TokenCodes.lost(operation, token, code);
    }
  }

  /** Executes a report. PostgreSQL cannot store U+0000 in a text, so it is replaced. */
  private static int code(PreparedStatement statement, int index, String problem)
      throws SQLException {
    statement.setString(index, problem.replace('\u0000', '\uFFFD'));
    return Codes.single(statement);
  }
}
