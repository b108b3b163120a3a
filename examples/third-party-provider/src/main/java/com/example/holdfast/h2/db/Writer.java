// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.db;

import dev.holdfast.provider.ProviderError.StoreContention;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who writes to one database. An open file belongs to one process, so that its handles can share a
 * lock of this process. For a database on a server it is the row of the counter ({@link
 * Database#write}), and this lock, one for each handle, only forms the queue before it.
 * Thread-safe.
 *
 * <p>With a file the lock of the row would not do: when several transactions update one row and one
 * of them rolls back, a committed update of that row can be lost (seen with 2.3.232, 2.4.240 and
 * 2.5.252).
 */
final class Writer {

  private static final Map<String, Writer> WRITERS = new ConcurrentHashMap<>();

  private final ReentrantLock turn = new ReentrantLock();
  private int handles;

  private Writer() {}

  interface Job<T> {
    T run() throws SQLException;
  }

  /** The writer of a database, for one more handle. */
  static Writer of(Location location) {
    if (location.server()) {
      return new Writer();
    }
    return WRITERS.compute(
        location.place(),
        (key, present) -> {
          Writer writer = present == null ? new Writer() : present;
          writer.handles++;
          return writer;
        });
  }

  /** One handle less. */
  void leave(Location location) {
    if (!location.server()) {
      WRITERS.compute(location.place(), (key, present) -> --handles == 0 ? null : this);
    }
  }

  /** Does something while nobody else writes. */
  <T> T alone(String operation, Job<T> job) throws SQLException {
    boolean mine = false;
    try {
      mine = turn.tryLock(Location.LOCK_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
      if (!mine) {
        throw new StoreContention(operation, "other writers did not end in time", null);
      }
      return job.run();
    } catch (InterruptedException e) {
      throw new StoreContention(operation, "interrupted while others wrote", e);
    } finally {
      if (mine) {
        turn.unlock();
      }
    }
  }
}
