// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite;

import dev.holdfast.provider.feature.Sessions;
import dev.holdfast.provider.sqlite.queue.SessionTable;
import dev.holdfast.provider.sqlite.store.Database;
import dev.holdfast.provider.support.RequestChecks;
import java.time.Duration;
import java.util.Set;

/** The sessions of one store. Thread-safe. */
final class SqliteSessions implements Sessions {

  private final Database database;
  private final RequestChecks checks;

  SqliteSessions(Database database, RequestChecks checks) {
    this.database = database;
    this.checks = checks;
  }

  @Override
  public int renewSessions(Set<String> owners, Duration extendFor, Duration idleTimeout) {
    String operation = "renewSessions";
    checks.checkSessions(operation, owners, extendFor, idleTimeout);
    Set<String> asked = Set.copyOf(owners);
    return database.write(operation, tx -> SessionTable.renew(tx, asked, extendFor, idleTimeout));
  }

  @Override
  public boolean releaseSession(String owner, String sessionId) {
    String operation = "releaseSession";
    checks.checkSession(operation, owner, sessionId);
    return database.write(operation, tx -> SessionTable.release(tx, owner, sessionId));
  }

  @Override
  public int cleanupSessions() {
    return database.write("cleanupSessions", SessionTable::cleanUp);
  }
}
