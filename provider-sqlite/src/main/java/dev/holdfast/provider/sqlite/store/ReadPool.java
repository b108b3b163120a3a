// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import dev.holdfast.provider.sqlite.store.FileGuard.FileLost;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A few connections for reads, opened when first needed. Readers never wait for the writer.
 * Thread-safe.
 */
final class ReadPool implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ReadPool.class);
  private static final int SIZE = 4;

  private final SqliteFile file;
  private final FileGuard guard;
  private final Semaphore permits = new Semaphore(SIZE);
  private final BlockingQueue<Session> idle = new ArrayBlockingQueue<>(SIZE);
  private volatile boolean closed;

  ReadPool(SqliteFile file, FileGuard guard) {
    this.file = file;
    this.guard = guard;
  }

  /** Runs a read in one snapshot. */
  <T extends @Nullable Object> T read(String operation, Database.Read<T> read) throws SQLException {
    permits.acquireUninterruptibly();
    try {
      if (closed) {
        throw Database.closedError(operation);
      }
      Session session = idle.poll();
      if (session == null) {
        session = file.openReader();
        checkFile(operation, session);
      }
      T result;
      try {
        session.run("BEGIN");
        result = read.apply(session);
        session.run("COMMIT");
      } catch (SQLException | RuntimeException | Error e) {
        // Whatever its state: a new connection is cheaper than a doubtful one.
        closeQuietly(session);
        throw e;
      }
      idle.add(session);
      return result;
    } finally {
      permits.release();
    }
  }

  /** Waits for the reads under way and closes every connection. */
  @Override
  public void close() {
    closed = true;
    permits.acquireUninterruptibly(SIZE);
    try {
      List<Session> open = new ArrayList<>();
      idle.drainTo(open);
      open.forEach(ReadPool::closeQuietly);
    } finally {
      permits.release(SIZE);
    }
  }

  /** Checks that a new connection has not opened another file that has the path now. */
  private void checkFile(String operation, Session session) {
    try {
      guard.check();
    } catch (FileLost e) {
      closeQuietly(session);
      throw e.in(operation);
    }
  }

  private static void closeQuietly(Session session) {
    try {
      session.close();
    } catch (SQLException | RuntimeException | Error e) {
      LOG.debug("closing a read connection", e);
    }
  }
}
