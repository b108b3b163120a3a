// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.connect;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The threads that wait for a connection of the pool. Closing the pool ends their waits: the pool
 * itself would let them wait until their time is over. Thread-safe.
 */
final class Borrowers {

  /** Lends a connection. */
  @FunctionalInterface
  interface Lender {
    Connection lend() throws SQLException;
  }

  private enum State {
    WAITS,
    INTERRUPTED
  }

  private final ConcurrentHashMap<Thread, State> waiting = new ConcurrentHashMap<>();
  private volatile boolean ended;

  /**
   * Borrows a connection.
   *
   * @param lender waits for it
   * @return the connection
   * @throws SQLException when the pool was closed, or as the lender says
   */
  Connection borrow(Lender lender) throws SQLException {
    Thread self = Thread.currentThread();
    waiting.put(self, State.WAITS);
    try {
      if (ended) {
        throw closed(null);
      }
      return lender.lend();
    } catch (SQLException e) {
      throw leave(self) == State.INTERRUPTED ? closed(e) : e;
    } finally {
      leave(self);
    }
  }

  /** From here on {@link #end} does not interrupt the thread; what it did is undone. */
  private @Nullable State leave(Thread self) {
    State state = waiting.remove(self);
    if (state == State.INTERRUPTED) {
      Thread.interrupted();
    }
    return state;
  }

  /** Ends all waits, and lets none begin. */
  void end() {
    ended = true;
    for (Thread thread : waiting.keySet()) {
      // One step with the removal, so that a thread that has gone on is not interrupted.
      waiting.computeIfPresent(
          thread,
          (waiter, state) -> {
            waiter.interrupt();
            return State.INTERRUPTED;
          });
    }
  }

  private static SQLException closed(@Nullable SQLException problem) {
    return new SQLException("the pool was closed", problem);
  }
}
