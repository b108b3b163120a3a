// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.jdbc.row.Decoding;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.support.StoreTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of the orchestrator queue. */
final class MessageTable {

  private static final long NO_TOKEN = 0;

  private static final String INSERT =
      """
      INSERT INTO holdfast_message (
        instance_key, visible_at, seq, kind, body, start_name, start_version, start_parent,
        message_id, discard_if_unknown, activity_epoch, activity_execution, activity_id)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  private static final String VISIBLE =
      """
      SELECT visible_at, seq, kind, body, start_name, start_version, start_parent,
             message_id, discard_if_unknown
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

  private static final String NEXT_START_AFTER =
      """
      SELECT min(visible_at) FROM holdfast_message
       WHERE instance_key = ? AND visible_at > ? AND start_name IS NOT NULL
      """;

  /** SQLite takes the columns beside min() from the row that has the minimum. */
  private static final String FIRST_START =
      """
      SELECT start_name, start_version, min(seq) FROM holdfast_message
       WHERE instance_key = ? AND visible_at <= ? AND start_name IS NOT NULL
      """;

  private static final String NEXT_DROP_AT =
      "SELECT min(visible_at) FROM holdfast_message WHERE instance_key = ? AND discard_if_unknown ="
          + " 1";

  private static final String DELETE_BATCH =
      """
      DELETE FROM holdfast_message
       WHERE instance_key = ? AND visible_at <= ? AND seq <= ?
      """;

  private static final String DELETE_VISIBLE_DROPS =
      """
      DELETE FROM holdfast_message
       WHERE instance_key = ? AND visible_at <= ? AND discard_if_unknown = 1
      """;

  /**
   * Completions that were stored before the activity was a column of its own are recognised by the
   * epoch alone.
   */
  private static final String COMPLETION_OF =
      """
      SELECT 1 FROM holdfast_message
       WHERE instance_key = ?1
         AND (activity_epoch = ?2
              AND coalesce(activity_execution = ?3 AND activity_id = ?4, TRUE)
              OR instr(merged_acks, ?5) > 0)
       LIMIT 1
      """;

  private static final String MERGE_ACK =
      """
      UPDATE holdfast_message
         SET merged_acks = coalesce(merged_acks, '') || ?
       WHERE instance_key = ? AND message_id = ?
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
      LockToken.@Nullable OfActivity acked)
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
        message.discardIfUnknown(),
        acked == null ? NO_TOKEN : acked.epoch(),
        acked == null ? null : acked.activity().executionId(),
        acked == null ? null : acked.activity().activityId());
  }

  /**
   * Notes that the completion of an acked activity is this message. Nothing is noted when it is not
   * queued any more.
   */
  static void mergeAck(
      Session session, InstanceRow instance, String messageId, LockToken.OfActivity acked)
      throws SQLException {
    session.update(MERGE_ACK, mark(acked), instance.key(), messageId);
  }

  private static String mark(LockToken.OfActivity acked) {
    return "/%d.%d.%d/"
        .formatted(acked.activity().executionId(), acked.activity().activityId(), acked.epoch());
  }

  /**
   * Reads the messages that are visible now, in insertion order (FETCH-05); null when they have
   * more bytes than allowed, and then stops reading.
   */
  static @Nullable List<Stored> visible(
      Session session, String operation, InstanceRow instance, long now, long mostBytes)
      throws SQLException {
    List<Stored> found = new ArrayList<>();
    Bytes bytes = new Bytes(mostBytes);
    boolean[] over = {false};
    session.visit(
        VISIBLE,
        row -> {
          Stored stored =
              Decoding.decode(
                  operation, instance.id(), "a queued message", () -> read(instance.id(), row));
          over[0] = !bytes.fit(stored.message().body().size());
          bytes.take(stored.message().body().size());
          found.add(stored);
          return !over[0];
        },
        instance.key(),
        now);
    if (over[0]) {
      return null;
    }
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
            .discardIfUnknown(row.getLong(9) != 0)
            .build();
    return new Stored(message, row.getLong(2));
  }

  /** {@return whether a message is visible that can begin an execution} */
  static boolean hasVisibleStart(Session session, InstanceRow instance, long now)
      throws SQLException {
    return session.number(HAS_VISIBLE_START, instance.key(), now) != null;
  }

  /** When the earliest message becomes, or became, visible; null when none is queued. */
  static @Nullable Long nextVisibleAt(Session session, InstanceRow instance) throws SQLException {
    return session.number(NEXT_VISIBLE_AT, instance.key());
  }

  /** {@return the same for messages that can begin an execution} */
  static @Nullable Long nextStartAt(Session session, InstanceRow instance) throws SQLException {
    return session.number(NEXT_START_AT, instance.key());
  }

  /** When the next start becomes visible that is not visible yet; null when there is none. */
  static @Nullable Long nextStartAfter(Session session, InstanceRow instance, long now)
      throws SQLException {
    return session.number(NEXT_START_AFTER, instance.key(), now);
  }

  /** What a start asks for. */
  record StartCode(String name, @Nullable String version) {}

  /**
   * Reads what the first start asks for, in insertion order, of those that are visible at a moment;
   * null when there is none.
   */
  static @Nullable StartCode firstStart(Session session, InstanceRow instance, long visibleAt)
      throws SQLException {
    return session.first(
        FIRST_START,
        row -> {
          String name = row.getString(1);
          return name == null ? null : new StartCode(name, row.getString(2));
        },
        instance.key(),
        visibleAt);
  }

  /** {@return the same for messages that are discarded as orphans} */
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

  /**
   * Returns whether the completion that an activity ack enqueued, or the message that it was merged
   * with, is still there (ATOM-15). The whole token counts, not its epoch alone (LOCK-10).
   */
  static boolean hasCompletionOf(Session session, InstanceRow instance, LockToken.OfActivity acked)
      throws SQLException {
    return session.number(
            COMPLETION_OF,
            instance.key(),
            acked.epoch(),
            acked.activity().executionId(),
            acked.activity().activityId(),
            mark(acked))
        != null;
  }
}
