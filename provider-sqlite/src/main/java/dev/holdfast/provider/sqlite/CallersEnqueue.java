// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.feature.TransactionalEnqueue;
import dev.holdfast.provider.sqlite.queue.Enqueuer;
import dev.holdfast.provider.sqlite.store.Database;
import dev.holdfast.provider.support.RequestChecks;
import dev.holdfast.provider.support.StoreTime;
import java.sql.Connection;
import java.util.List;

/**
 * Messages in transactions of callers. Waiting fetches look by themselves, as they do for what
 * other processes write. Thread-safe as far as the connections are.
 */
final class CallersEnqueue implements TransactionalEnqueue {

  private static final String OPERATION = "enqueue";

  private final Database database;
  private final RequestChecks checks;

  CallersEnqueue(Database database, RequestChecks checks) {
    this.database = database;
    this.checks = checks;
  }

  @Override
  public void enqueueAll(Connection connection, List<OrchestratorMessage> messages) {
    checks.check(OPERATION, messages);
    long now = StoreTime.toMicros(database.clock().instant());
    for (OrchestratorMessage message : messages) {
      RequestChecks.visibleAt(OPERATION, message, now);
    }
    database.writeFor(
        OPERATION,
        connection,
        tx -> {
          for (OrchestratorMessage message : messages) {
            Enqueuer.enqueue(tx, OPERATION, message);
          }
          return true;
        });
  }
}
