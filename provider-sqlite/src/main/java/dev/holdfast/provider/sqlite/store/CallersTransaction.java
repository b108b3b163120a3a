// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Writes inside a transaction of a caller, on a connection of the caller, which is left as it was
 * (TXENQ-08). Such a transaction is like that of another process: it has the lock of the one writer
 * from its first write to its end. Used by one thread.
 */
final class CallersTransaction {

  /**
   * The file behind the names that statements use without a qualifier is that of the first row. A
   * table function such as {@code pragma_database_list} would begin to read, and SQLite does not
   * let a reader wait for the writer: it is told at once that the file is busy.
   */
  private static final String FILES = "PRAGMA database_list";

  private static final String QUERY_ONLY = "PRAGMA query_only";

  /** Takes the writer's lock before anything is read: a reader can lose the race for it. */
  private static final String LOCK = "UPDATE holdfast_counter SET value = value WHERE id = 1";

  /** The work of a call is undone as a whole, and the rest of the caller's transaction stays. */
  private static final String MARK = "SAVEPOINT holdfast_call";

  private static final String UNDO = "ROLLBACK TO holdfast_call";
  private static final String UNMARK = "RELEASE holdfast_call";

  private static final String PRODUCT = "SQLite";
  private static final long NO_OWNER = 0;

  private final String operation;
  private final Path file;
  private final InstantSource clock;
  private final Connection connection;

  CallersTransaction(String operation, Path file, InstantSource clock, Connection connection) {
    this.operation = operation;
    this.file = file;
    this.clock = clock;
    this.connection = connection;
  }

  /** Runs a write, whole or not at all. */
  <R extends @Nullable Object> R run(Write.Body<R> body) {
    try {
      checkConnection();
      Session session = new Session(connection);
      try {
        checkStore(session);
        return write(session, body);
      } finally {
        session.closeStatements();
      }
    } catch (SQLException e) {
      throw SqlErrors.isReadOnly(e)
          ? invalid("only reads")
          : SqlErrors.classify(operation, file, e);
    }
  }

  private void checkConnection() throws SQLException {
    if (connection.isClosed()) {
      throw invalid("is closed");
    }
    if (!PRODUCT.equals(connection.getMetaData().getDatabaseProductName())) {
      throw invalid("leads to another product than SQLite");
    }
    if (connection.getAutoCommit()) {
      throw invalid("is in auto-commit mode, so that there is no transaction to be part of");
    }
    if (connection.isReadOnly()) {
      throw invalid("only reads");
    }
  }

  private void checkStore(Session session) throws SQLException {
    String found = session.first(FILES, row -> row.getString(3));
    if (found == null || found.isEmpty() || !isFile(found)) {
      throw invalid("leads to another database than " + file);
    }
    Long queryOnly = session.number(QUERY_ONLY);
    if (queryOnly != null && queryOnly != 0) {
      throw invalid("only reads");
    }
  }

  private boolean isFile(String found) {
    try {
      return Files.isSameFile(Path.of(found), file);
    } catch (IOException | RuntimeException e) {
      return false; // what cannot be looked at is not our file, which is open
    }
  }

  private <R extends @Nullable Object> R write(Session session, Write.Body<R> body)
      throws SQLException {
    session.run(MARK);
    try {
      session.run(LOCK);
      WriteTx tx = new WriteTx(session, clock, NO_OWNER);
      R result = body.apply(tx);
      tx.flush();
      session.run(UNMARK);
      return result;
    } catch (SQLException | RuntimeException | Error e) {
      undo(session, e);
      throw e;
    }
  }

  private static void undo(Session session, Throwable because) {
    try {
      session.run(UNDO);
      session.run(UNMARK);
    } catch (SQLException e) {
      // SQLite has rolled back the whole transaction, which the caller will find out.
      because.addSuppressed(e);
    }
  }

  private ProviderError invalid(String why) {
    return new InvalidRequest(operation, "the caller's connection " + why);
  }
}
