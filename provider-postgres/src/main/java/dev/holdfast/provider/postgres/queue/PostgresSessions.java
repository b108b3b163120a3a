// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.feature.Sessions;
import dev.holdfast.provider.postgres.call.MessageColumns;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.support.RequestChecks;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.Set;

/** The sessions of one store. Thread-safe. */
public final class PostgresSessions implements Sessions {

  private static final String RENEW =
      "SELECT :fn.renew_sessions(p_owners => ?, p_extend_for => ?, p_idle => ?)";
  private static final String RELEASE = "SELECT :fn.release_session(p_owner => ?, p_session => ?)";
  private static final String CLEAN_UP = "SELECT :fn.clean_up_sessions()";

  private final Database database;
  private final RequestChecks checks;
  private final Runnable released;

  /**
   * Creates the calls of one handle.
   *
   * @param released told when a session was given up, so that others may have its activities
   */
  public PostgresSessions(Database database, RequestChecks checks, Runnable released) {
    this.database = database;
    this.checks = checks;
    this.released = released;
  }

  @Override
  public int renewSessions(Set<String> owners, Duration extendFor, Duration idleTimeout) {
    String operation = "renewSessions";
    checks.checkSessions(operation, owners, extendFor, idleTimeout);
    Set<String> asked = Set.copyOf(owners);
    database.checkOpen(operation);
    return database.write(
        operation,
        RENEW,
        (connection, statement) -> {
          MessageColumns.setTexts(connection, statement, 1, asked);
          statement.setLong(2, MessageColumns.micros(extendFor));
          statement.setLong(3, MessageColumns.micros(idleTimeout));
          try (ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getInt(1);
          }
        });
  }

  @Override
  public boolean releaseSession(String owner, String sessionId) {
    String operation = "releaseSession";
    checks.checkSession(operation, owner, sessionId);
    database.checkOpen(operation);
    boolean had =
        database.write(
            operation,
            RELEASE,
            (connection, statement) -> {
              statement.setString(1, owner);
              statement.setString(2, sessionId);
              return Codes.flag(statement);
            });
    if (had) {
      released.run();
    }
    return had;
  }

  @Override
  public int cleanupSessions() {
    database.checkOpen("cleanupSessions");
    return database.write(
        "cleanupSessions",
        CLEAN_UP,
        (connection, statement) -> {
          try (ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getInt(1);
          }
        });
  }
}
