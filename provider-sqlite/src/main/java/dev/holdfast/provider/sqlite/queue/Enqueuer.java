// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.support.RequestChecks;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Puts messages into the orchestrator queue and updates the readiness of their instances. */
public final class Enqueuer {

  private Enqueuer() {}

  /** Stores a message; returns false when it was stored before, so that nothing was added. */
  public static boolean enqueue(WriteTx tx, String operation, OrchestratorMessage message)
      throws SQLException {
    return store(tx, operation, message, tx.now(), null);
  }

  /**
   * Stores a message that an ack sends; a completion carries the token that acked its activity.
   * Returns false when it was stored before, so that nothing was added.
   */
  static boolean store(
      WriteTx tx,
      String operation,
      OrchestratorMessage message,
      long now,
      LockToken.@Nullable OfActivity acked)
      throws SQLException {
    long visibleAt = RequestChecks.visibleAt(operation, message, now);
    InstanceRow instance = InstanceTable.findOrInsert(tx.session(), message.instanceId());
    if (!MessageIdTable.remember(tx.session(), operation, instance, message)) {
      String messageId = message.messageId();
      if (acked != null && messageId != null) {
        MessageTable.mergeAck(tx.session(), instance, messageId, acked);
      }
      return false;
    }
    MessageTable.insert(tx.session(), instance, message, visibleAt, tx.next(), acked);
    if (instance.held()) {
      // The instance stays unready until its lock end; the release works out what is left.
      return true;
    }
    Long readyAt = newReadyAt(tx.session(), instance, message, visibleAt);
    if (readyAt != null) {
      InstanceTable.setReady(tx, instance, readyAt);
      tx.orchestrationMayBeReady(instance.key());
    }
    return true;
  }

  /**
   * Returns the new time of readiness of the instance of a message that was just stored, null to
   * leave it. An instance that is not known is ready since its start (FETCH-06); an orphan without
   * a start waits, and no fetch sees it, unless it has to be discarded (QUEUE-13).
   */
  private static @Nullable Long newReadyAt(
      Session session, InstanceRow instance, OrchestratorMessage message, long visibleAt)
      throws SQLException {
    boolean makesReady = instance.known() || message.start() != null;
    if (!makesReady && !message.discardIfUnknown()) {
      return null;
    }
    long readyAt = Math.max(visibleAt, instance.holdUntil());
    Long before = instance.readyAt();
    if (before == null || (makesReady && readyAt < before)) {
      return readyAt;
    }
    if (instance.known() || readyAt == before) {
      return null;
    }
    // Two cases are left, and both are rare: an orphan that may have to be discarded before the
    // time that is stored, and a start after it.
    Long startAt = MessageTable.nextStartAt(session, instance);
    boolean discard = startAt == null && readyAt < before;
    boolean firstStart = startAt != null && startAt == visibleAt && readyAt > before;
    return discard || firstStart ? readyAt : null;
  }
}
