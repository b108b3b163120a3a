// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.queue;

import com.example.holdfast.h2.db.Tx;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.support.MessageContent;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StoreTime;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** The orchestrator queue. */
public final class Messages {

  private static final String COLUMNS =
      "visible_at, kind, body, start_name, start_version, start_parent, message_id,"
          + " discard_if_unknown";

  private Messages() {}

  /**
   * Stores messages in list order.
   *
   * @param tx the transaction
   * @param messages the messages
   * @return whether any was stored; false when all were there before
   * @throws IdempotencyMismatch when a message id was used with other content
   * @throws SQLException when H2 fails
   */
  public static boolean putAll(Tx tx, List<OrchestratorMessage> messages) throws SQLException {
    boolean stored = false;
    Set<String> addressed = new LinkedHashSet<>();
    for (OrchestratorMessage message : messages) {
      Instances.ensure(tx, message.instanceId());
      if (!isRepeated(tx, message)) {
        insert(tx, message);
        stored = true;
      }
      addressed.add(message.instanceId());
    }
    for (String id : addressed) {
      Instances.refresh(tx, id);
    }
    return stored;
  }

  /**
   * Stores the completion of an activity, and with it, or with the equal message that is queued
   * already, the mark by which the repeated ack is recognised.
   */
  static void putCompletion(Tx tx, OrchestratorMessage message, LockToken.OfActivity token)
      throws SQLException {
    Instances.ensure(tx, message.instanceId());
    OptionalLong queued =
        isRepeated(tx, message) ? numberOf(tx, message) : OptionalLong.of(insert(tx, message));
    if (queued.isPresent()) {
      tx.update(
          "INSERT INTO holdfast_acked_activity VALUES (?, ?, ?, ?, ?)",
          token.instanceId(),
          token.activity().executionId(),
          token.activity().activityId(),
          token.epoch(),
          queued.getAsLong());
    }
    Instances.refresh(tx, message.instanceId());
  }

  /** Whether an activity was acked with this token and its completion is still queued. */
  static boolean hasCompletion(Tx tx, LockToken.OfActivity token) throws SQLException {
    return tx.exists(
        """
        SELECT 1 FROM holdfast_acked_activity
         WHERE instance_id = ? AND execution_id = ? AND activity_id = ? AND epoch = ?
        """,
        token.instanceId(),
        token.activity().executionId(),
        token.activity().activityId(),
        token.epoch());
  }

  /** Answers the number of the message. */
  private static long insert(Tx tx, OrchestratorMessage message) throws SQLException {
    ExecutionStart start = message.start();
    long number = tx.nextNumber();
    tx.update(
        """
        INSERT INTO holdfast_message (number, instance_id, visible_at, kind, body, start_name,
                                      start_version, start_parent, message_id, discard_if_unknown)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        number,
        message.instanceId(),
        RequestChecks.visibleAt(tx.operation(), message, tx.now()),
        message.kind(),
        message.body(),
        start == null ? null : start.name(),
        start == null ? null : start.version(),
        start == null ? null : start.parentInstanceId(),
        message.messageId(),
        message.discardIfUnknown());
    return number;
  }

  /** The number of the queued message with the same id; empty when it was consumed. */
  private static OptionalLong numberOf(Tx tx, OrchestratorMessage message) throws SQLException {
    return tx.first(
            "SELECT number FROM holdfast_message WHERE instance_id = ? AND message_id = ?",
            row -> OptionalLong.of(row.getLong(1)),
            message.instanceId(),
            message.messageId())
        .orElse(OptionalLong.empty());
  }

  // ---- message ids

  /** Whether the message was stored before; one without an id never was. Remembers its id. */
  private static boolean isRepeated(Tx tx, OrchestratorMessage message) throws SQLException {
    if (message.messageId() == null) {
      return false;
    }
    byte[] content = MessageContent.hash(message);
    Optional<byte[]> first =
        tx.first(
            "SELECT content FROM holdfast_message_id WHERE instance_id = ? AND message_id = ?",
            row -> row.getBytes(1),
            message.instanceId(),
            message.messageId());
    if (first.isPresent() && !MessageDigest.isEqual(first.get(), content)) {
      throw new IdempotencyMismatch(tx.operation(), message.instanceId(), message.messageId());
    }
    if (first.isEmpty()) {
      tx.update(
          "INSERT INTO holdfast_message_id VALUES (?, ?, ?)",
          message.instanceId(),
          message.messageId(),
          content);
    }
    return first.isPresent();
  }

  // ---- batches

  /** When the first message that can make an instance ready becomes visible. */
  static Optional<Long> firstDue(Tx tx, Instances.Row instance) throws SQLException {
    if (instance.known()) {
      return firstDue(tx, instance.id(), "");
    }
    // Others wait for a start. Without one, a fetch has to come for those it must discard.
    Optional<Long> start = firstDue(tx, instance.id(), " AND start_name IS NOT NULL");
    return start.isPresent() ? start : firstDue(tx, instance.id(), " AND discard_if_unknown");
  }

  private static Optional<Long> firstDue(Tx tx, String instanceId, String condition)
      throws SQLException {
    return tx.first(
        "SELECT visible_at FROM holdfast_message WHERE instance_id = ?"
            + condition
            + " ORDER BY instance_id, visible_at LIMIT 1",
        row -> row.getLong(1),
        instanceId);
  }

  /** Whether there is a start in what is visible now. */
  static boolean anyVisibleStart(Tx tx, String instanceId) throws SQLException {
    return tx.exists(
        """
        SELECT 1 FROM holdfast_message
         WHERE instance_id = ? AND visible_at <= ? AND start_name IS NOT NULL LIMIT 1
        """,
        instanceId,
        tx.now());
  }

  /** How many bytes of payload are visible now. */
  static long visibleBytes(Tx tx, String instanceId) throws SQLException {
    return tx.first(
            """
            SELECT COALESCE(SUM(OCTET_LENGTH(body)), 0) FROM holdfast_message
             WHERE instance_id = ? AND visible_at <= ?
            """,
            row -> row.getLong(1),
            instanceId,
            tx.now())
        .orElseThrow();
  }

  /** The first start that is queued, visible or not. */
  static Optional<ExecutionStart> firstStart(Tx tx, String instanceId) throws SQLException {
    return tx.first(
        """
        SELECT start_name, start_version, start_parent FROM holdfast_message
         WHERE instance_id = ? AND start_name IS NOT NULL ORDER BY number LIMIT 1
        """,
        row -> Stored.readable(tx, instanceId, "a start", row, Messages::start),
        instanceId);
  }

  private static ExecutionStart start(ResultSet row) throws SQLException {
    String name = row.getString("start_name");
    return name == null
        ? null
        : new ExecutionStart(name, row.getString("start_version"), row.getString("start_parent"));
  }

  /** What is visible now, in insertion order. */
  static List<OrchestratorMessage> visible(Tx tx, String instanceId) throws SQLException {
    return tx.query(
        "SELECT "
            + COLUMNS
            + " FROM holdfast_message WHERE instance_id = ? AND visible_at <= ? ORDER BY number",
        row -> Stored.readable(tx, instanceId, "a message", row, r -> message(instanceId, r)),
        instanceId,
        tx.now());
  }

  private static OrchestratorMessage message(String instanceId, ResultSet row) throws SQLException {
    return new OrchestratorMessage(
        instanceId,
        row.getString("kind"),
        Stored.payload(row, "body"),
        Due.at(StoreTime.fromMicros(row.getLong("visible_at"))),
        start(row),
        row.getString("message_id"),
        row.getBoolean("discard_if_unknown"));
  }

  /** Marks what is visible now as the batch of a lock. */
  static void take(Tx tx, String instanceId, long epoch) throws SQLException {
    tx.update(
        "UPDATE holdfast_message SET batch_epoch = ? WHERE instance_id = ? AND visible_at <= ?",
        epoch,
        instanceId,
        tx.now());
  }

  /** Removes the batch of a lock. Its message ids are remembered when the instance has a row. */
  static void remove(Tx tx, String instanceId, long epoch, boolean rememberIds)
      throws SQLException {
    if (!rememberIds) {
      tx.update(
          """
          DELETE FROM holdfast_message_id
           WHERE instance_id = ? AND message_id IN (
                 SELECT message_id FROM holdfast_message WHERE instance_id = ? AND batch_epoch = ?)
          """,
          instanceId,
          instanceId,
          epoch);
    }
    tx.update(
        "DELETE FROM holdfast_message WHERE instance_id = ? AND batch_epoch = ?",
        instanceId,
        epoch);
  }

  /** Discards the visible orphans of an instance without a start that ask for it. */
  static void discardOrphans(Tx tx, String instanceId) throws SQLException {
    tx.update(
        """
        DELETE FROM holdfast_message_id
         WHERE instance_id = ? AND message_id IN (
               SELECT message_id FROM holdfast_message
                WHERE instance_id = ? AND visible_at <= ? AND discard_if_unknown)
        """,
        instanceId,
        instanceId,
        tx.now());
    tx.update(
        "DELETE FROM holdfast_message WHERE instance_id = ? AND visible_at <= ? AND"
            + " discard_if_unknown",
        instanceId,
        tx.now());
    Instances.refresh(tx, instanceId);
    Instances.forgetIfUnused(tx, instanceId);
  }
}
