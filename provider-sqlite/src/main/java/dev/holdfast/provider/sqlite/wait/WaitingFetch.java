// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.wait;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.sqlite.queue.Found;
import dev.holdfast.provider.sqlite.store.Database;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.support.StoreTime;
import dev.holdfast.provider.support.WorkSignal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A fetch that waits for work: polls with a cheap read, writes only when there is something to
 * lock, and sleeps in between without holding anything (POLL-08). Thread-safe.
 */
public final class WaitingFetch {

  private static final Logger LOG = LoggerFactory.getLogger(WaitingFetch.class);

  private final Database database;
  private final WorkSignal signal;
  private final String operation;
  private final Runnable beforeLook;

  /**
   * Creates the fetch of one queue.
   *
   * @param beforeLook what is to be done before each poll
   */
  public WaitingFetch(Database database, WorkSignal signal, String operation, Runnable beforeLook) {
    this.database = database;
    this.signal = signal;
    this.operation = operation;
    this.beforeLook = beforeLook;
  }

  /** How to find work: first with a read, then with a write that locks it. */
  public interface Search<T> {

    /**
     * Reads since when there is work, or when there will be.
     *
     * @param now the store's now, in microseconds since 1970
     * @return the moment, in microseconds since 1970, null for never
     */
    @Nullable Long nextReadyAt(Session session, long now) throws SQLException;

    /** Locks work that is ready. */
    Found<T> find(WriteTx tx) throws SQLException;
  }

  /**
   * Fetches, waiting as long as allowed; empty when there was nothing, or when interrupted or
   * closed meanwhile.
   */
  public <T> List<T> fetch(Duration waitUpTo, Search<T> search) {
    database.checkOpen(operation);
    long start = System.nanoTime();
    long wait = TimeUnit.NANOSECONDS.convert(waitUpTo);
    try {
      while (true) {
        long seen = signal.signals();
        beforeLook.run();
        long now = StoreTime.toMicros(database.clock().instant());
        Long readyAt = database.read(operation, session -> search.nextReadyAt(session, now));
        if (readyAt != null && readyAt <= now) {
          Found<T> found = database.lock(operation, search::find);
          remember(found);
          if (!found.items().isEmpty()) {
            return found.items();
          }
          if (found.more()) {
            continue;
          }
          // What seemed ready was not for this fetch; the next poll comes at its usual time.
          readyAt = null;
        }
        long left = wait - (System.nanoTime() - start);
        if (left <= 0 || !signal.await(seen, left, nanosUntil(readyAt, now))) {
          return List.of();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    } catch (InvalidRequest e) {
      if (database.isClosed()) {
        return List.of();
      }
      throw e;
    }
  }

  /**
   * Remembers what the fetch has found out. What was locked reaches the caller even if that fails.
   */
  private void remember(Found<?> found) {
    try {
      found.whenCommitted().run();
    } catch (RuntimeException | Error e) {
      LOG.debug("{}: what the look has found out is not remembered", operation, e);
    }
  }

  private static long nanosUntil(@Nullable Long readyAt, long now) {
    if (readyAt == null) {
      return Long.MAX_VALUE;
    }
    return TimeUnit.MICROSECONDS.toNanos(Math.max(0, readyAt - now));
  }
}
