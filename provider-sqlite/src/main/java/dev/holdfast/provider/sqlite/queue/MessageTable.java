// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.support.StoreTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of the orchestrator queue. */
final class MessageTable {

  private static final String INSERT =
      """
      INSERT INTO holdfast_message (
        instance_key, visible_at, seq, kind, body, start_name, start_version, start_parent,
        message_id, drop_if_orphan, activity_epoch)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  private static final String VISIBLE =
      """
      SELECT visible_at, seq, kind, body, start_name, start_version, start_parent,
             message_id, drop_if_orphan
        FROM holdfast_message
       WHERE instance_key = ? AND visible_at <= ?
      """;

  private static final String HAS_VISIBLE_START =
      """
      SELECT 1 FROM holdfast_message
       WHERE instance_key = ? AND visible_at <= ? AND start_name IS NOT NULL LIMIT 1
      """;

  private static final String NEXT_VISIBLE_AT =
      "SELECT min(visible_at) FROM holdfast_message WHERE instance_key = ?";

  private static final String NEXT_START_AT =
      """
      SELECT min(visible_at) FROM holdfast_message
       WHERE instance_key = ? AND start_name IS NOT NULL
      """;

  private static final String NEXT_DROP_AT =
      "SELECT min(visible_at) FROM holdfast_message WHERE instance_key = ? AND drop_if_orphan = 1";

  private static final String DELETE_BATCH =
      """
      DELETE FROM holdfast_message
       WHERE instance_key = ? AND visible_at <= ? AND seq <= ?
      """;

  private static final String DELETE_VISIBLE_DROPS =
      """
      DELETE FROM holdfast_message
       WHERE instance_key = ? AND visible_at <= ? AND drop_if_orphan = 1
      """;

  private static final String COMPLETION_OF =
      """
      SELECT 1 FROM holdfast_message
       WHERE instance_key = ? AND activity_epoch = ? LIMIT 1
      """;

  private MessageTable() {}

  /** A stored message and its place in the insertion order. */
  record Stored(OrchestratorMessage message, long seq) {}

  static void insert(
      Session session,
      InstanceRow instance,
      OrchestratorMessage message,
      long visibleAt,
      long seq,
      long activityEpoch)
      throws SQLException {
    ExecutionStart start = message.start();
    session.update(
        INSERT,
        instance.key(),
        visibleAt,
        seq,
        message.kind(),
        Rows.bytes(message.body()),
        start == null ? null : start.name(),
        start == null ? null : start.version(),
        start == null ? null : start.parentInstanceId(),
        message.messageId(),
        message.dropIfOrphan(),
        activityEpoch);
  }

  /** What is visible now, in insertion order (FETCH-05). */
  static List<Stored> visible(Session session, String operation, InstanceRow instance, long now)
      throws SQLException {
    List<Stored> found =
        session.list(
            VISIBLE,
            row ->
                Rows.decode(
                    operation, instance.id(), "a queued message", () -> read(instance.id(), row)),
            instance.key(),
            now);
    found.sort(Comparator.comparingLong(Stored::seq));
    return found;
  }

  private static Stored read(String instanceId, ResultSet row) throws SQLException {
    String startName = row.getString(5);
    ExecutionStart start =
        startName == null
            ? null
            : new ExecutionStart(startName, row.getString(6), row.getString(7));
    OrchestratorMessage message =
        OrchestratorMessage.builder(instanceId, row.getString(3), Rows.payload(row, 4))
            .due(Due.at(StoreTime.fromMicros(row.getLong(1))))
            .start(start)
            .messageId(row.getString(8))
            .dropIfOrphan(row.getLong(9) != 0)
            .build();
    return new Stored(message, row.getLong(2));
  }

  /** Whether a message is visible that can begin an execution. */
  static boolean hasVisibleStart(Session session, InstanceRow instance, long now)
      throws SQLException {
    return session.number(HAS_VISIBLE_START, instance.key(), now) != null;
  }

  /** When the earliest message becomes, or became, visible; null when none is queued. */
  static @Nullable Long nextVisibleAt(Session session, InstanceRow instance) throws SQLException {
    return session.number(NEXT_VISIBLE_AT, instance.key());
  }

  /** The same for messages that can begin an execution. */
  static @Nullable Long nextStartAt(Session session, InstanceRow instance) throws SQLException {
    return session.number(NEXT_START_AT, instance.key());
  }

  /** The same for messages that are discarded as orphans. */
  static @Nullable Long nextDropAt(Session session, InstanceRow instance) throws SQLException {
    return session.number(NEXT_DROP_AT, instance.key());
  }

  /** Removes the batch that was fixed at the fetch (LOCK-06). */
  static void deleteBatch(Session session, InstanceRow instance) throws SQLException {
    session.update(DELETE_BATCH, instance.key(), instance.batchUntil(), instance.batchSeq());
  }

  /** Discards visible orphans that asked for it (QUEUE-13). */
  static void deleteVisibleDrops(Session session, InstanceRow instance, long now)
      throws SQLException {
    session.update(DELETE_VISIBLE_DROPS, instance.key(), now);
  }

  /** Whether the completion that an activity ack enqueued is still there (ATOM-15). */
  static boolean hasCompletionOf(Session session, InstanceRow instance, long activityEpoch)
      throws SQLException {
    return session.number(COMPLETION_OF, instance.key(), activityEpoch) != null;
  }
}
