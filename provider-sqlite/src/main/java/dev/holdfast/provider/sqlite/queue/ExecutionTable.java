// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.ExecutionMetadata;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.sqlite.store.Session;
import java.sql.SQLException;

/** The rows of executions. */
final class ExecutionTable {

  /**
   * Created as running by the first ack; later acks change only what they state (MULTI-06). A
   * stated status decides whether there is a completion time, which is never before the start
   * (MULTI-07, CLOCK-05).
   */
  private static final String UPSERT =
      """
      INSERT INTO holdfast_execution AS e (
        instance_key, execution_id, status, output, started_at, completed_at)
      VALUES (?1, ?2, coalesce(?3, 'RUNNING'), ?4, ?5, CASE WHEN ?6 THEN ?5 END)
      ON CONFLICT (instance_key, execution_id) DO UPDATE
         SET status = coalesce(?3, e.status),
             output = coalesce(?4, e.output),
             completed_at = CASE
               WHEN ?3 IS NULL THEN e.completed_at
               WHEN ?6 THEN max(?5, e.started_at)
             END
       WHERE ?3 IS NOT NULL OR ?4 IS NOT NULL
      """;

  private ExecutionTable() {}

  static void store(
      Session session, InstanceRow instance, long executionId, ExecutionMetadata metadata, long now)
      throws SQLException {
    ExecutionStatus status = metadata.status();
    session.update(
        UPSERT,
        instance.key(),
        executionId,
        status == null ? null : status.name(),
        Rows.bytesOrNull(metadata.output()),
        now,
        status != null && status.isEnded());
  }
}
