// SPDX-License-Identifier: Apache-2.0
package com.example.holdfast.h2.db;

import dev.holdfast.provider.ProviderError.StoreContention;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Who writes to one database; shared by all its handles. An open file belongs to one process, so a
 * lock of this process is enough. Thread-safe.
 *
 * <p>Row locks of H2 would not do: when several transactions want one row of a database in a file
 * and one of them rolls back, a committed update of that row can be lost (seen with 2.3.232,
 * 2.4.240 and 2.5.252).
 */
final class Writer {

  private static final Map<String, Writer> WRITERS = new ConcurrentHashMap<>();

  private final String place;
  private final ReentrantLock turn = new ReentrantLock();
  private int handles;

  private Writer(String place) {
    this.place = place;
  }

  interface Job<T> {
    T run() throws SQLException;
  }

  /** The writer of a database, for one more handle. */
  static Writer of(String place) {
    return WRITERS.compute(
        place,
        (key, present) -> {
          Writer writer = present == null ? new Writer(place) : present;
          writer.handles++;
          return writer;
        });
  }

  /** One handle less. */
  void leave() {
    WRITERS.compute(place, (key, present) -> --handles == 0 ? null : this);
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
