// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import dev.holdfast.provider.sqlite.store.FileGuard.FileLost;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The session that writes, and a new one in its place once it is doubtful: after an error other
 * than contention it is not known whether a transaction is still open, or whether the connection
 * will ever work again (CRASH-05). A database in memory lives in its one connection, which is kept.
 * Used by the leader's thread only.
 */
final class WriterSession {

  private static final Logger LOG = LoggerFactory.getLogger(WriterSession.class);

  private final SqliteFile file;
  private final FileGuard guard;
  private @Nullable Session session;
  private boolean waitsForDisk = true;

  WriterSession(SqliteFile file, FileGuard guard, Session session) {
    this.file = file;
    this.guard = guard;
    this.session = session;
  }

  /**
   * Returns the session, opened again when the last one was given up. Called between transactions.
   *
   * @param durable whether the next commit has to survive a power cut, if commits do at all
   */
  Session get(boolean durable) throws SQLException {
    Session current = session;
    if (current == null) {
      current = file.reopenWriter();
      checkFile(current);
      session = current;
      waitsForDisk = true;
    }
    if (durable != waitsForDisk) {
      file.waitForDisk(current, durable);
      waitsForDisk = durable;
    }
    return current;
  }

  /** Checks that a new connection has not opened another file that has the path now. */
  private void checkFile(Session opened) throws SQLException {
    try {
      guard.check();
    } catch (FileLost e) {
      opened.close();
      throw e;
    }
  }

  /** Ends the transaction of a failed write, by rolling back or by giving up the connection. */
  void endAfter(Throwable failure, boolean begun) {
    boolean doubtful = failure instanceof SQLException e && !SqlErrors.isContention(e);
    boolean ended = false;
    try {
      ended = !begun || rollback();
    } finally {
      if (doubtful || !ended) {
        giveUp();
      }
    }
  }

  private boolean rollback() {
    Session current = session;
    if (current == null) {
      return true;
    }
    try {
      current.execute("ROLLBACK");
      return true;
    } catch (SQLException | RuntimeException | Error e) {
      // SQLite has rolled back by itself when the failure was grave enough.
      LOG.debug("rollback after a failed write", e);
      return false;
    }
  }

  private void giveUp() {
    Session current = session;
    if (current == null || file.inMemory()) {
      return;
    }
    session = null;
    try {
      current.close();
    } catch (SQLException | RuntimeException | Error e) {
      LOG.debug("closing a broken connection", e);
    }
  }

  void close() throws SQLException {
    Session current = session;
    if (current != null) {
      current.close();
    }
  }
}
