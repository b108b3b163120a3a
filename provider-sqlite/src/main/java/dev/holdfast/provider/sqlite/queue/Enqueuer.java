// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.queue;

import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.support.RequestChecks;
import java.sql.SQLException;

/** Puts messages into the orchestrator queue and keeps the readiness of their instances true. */
public final class Enqueuer {

  private static final long NO_ACTIVITY = 0;

  private Enqueuer() {}

  /** Stores a message. */
  public static void enqueue(WriteTx tx, String operation, OrchestratorMessage message)
      throws SQLException {
    store(tx, operation, message, tx.now(), NO_ACTIVITY);
  }

  /** Stores a message that an ack sends; a completion carries the token that acked its activity. */
  static void store(
      WriteTx tx, String operation, OrchestratorMessage message, long now, long activityEpoch)
      throws SQLException {
    long visibleAt = RequestChecks.visibleAt(operation, message, now);
    InstanceRow instance = InstanceTable.findOrInsert(tx.session(), message.instanceId());
    if (!MessageIdTable.remember(tx.session(), operation, instance, message)) {
      return;
    }
    MessageTable.insert(tx.session(), instance, message, visibleAt, tx.next(), activityEpoch);
    if (instance.held()) {
      // The lock end decides when to look again; the release works out what is left.
      return;
    }
    // An orphan without a start waits unseen, unless a fetch has to discard it (QUEUE-13).
    if (instance.known() || message.start() != null || message.dropIfOrphan()) {
      long readyAt = Math.max(visibleAt, instance.holdUntil());
      if (instance.readyAt() == null || readyAt < instance.readyAt()) {
        InstanceTable.setReady(tx, instance, readyAt);
        tx.orchestrationsMayBeReady();
      }
    }
  }
}
