// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.wait;

import dev.holdfast.provider.jdbc.wait.Polled;
import dev.holdfast.provider.jdbc.wait.WaitingFetch;
import dev.holdfast.provider.sqlite.queue.Found;
import dev.holdfast.provider.sqlite.store.Database;
import dev.holdfast.provider.sqlite.store.Session;
import dev.holdfast.provider.sqlite.store.WriteTx;
import dev.holdfast.provider.support.StoreTime;
import dev.holdfast.provider.support.WorkSignal;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The waiting fetch of one queue: polls with a cheap read, and writes only when there is something
 * to lock. Thread-safe.
 *
 * @param <T> an item
 */
public final class QueueFetch<T> {

  private static final Logger LOG = LoggerFactory.getLogger(QueueFetch.class);

  private final Database database;
  private final String operation;
  private final Runnable beforePoll;
  private final WaitingFetch<Search<T>, T> waiting;

  /**
   * Creates the fetch of one queue.
   *
   * @param beforePoll what else is to be done now and then, before each poll
   */
  public QueueFetch(Database database, WorkSignal signal, String operation, Runnable beforePoll) {
    this.database = database;
    this.operation = operation;
    this.beforePoll = beforePoll;
    this.waiting =
        new WaitingFetch<>(signal, database::isClosed, () -> {}, Search::filter, this::poll);
  }

  /** How to look for work. */
  public interface Search<T> {

    /** {@return what it may take, equal for those that may take the same} */
    Object filter();

    /**
     * Reads when there will be work, or has been since.
     *
     * @param now the store's now, in microseconds since 1970
     * @return the moment, in microseconds since 1970, null for never
     */
    @Nullable Long nextReadyAt(Session session, long now) throws SQLException;

    /** Locks it. */
    Found<T> find(WriteTx tx) throws SQLException;
  }

  /** See {@link WaitingFetch#fetch}. */
  public List<T> fetch(Duration waitUpTo, Search<T> search) {
    database.checkOpen(operation);
    return waiting.fetch(search, waitUpTo);
  }

  private Polled<T> poll(Search<T> search) {
    beforePoll.run();
    long now = StoreTime.toMicros(database.clock().instant());
    Long readyAt = database.read(operation, session -> search.nextReadyAt(session, now));
    if (readyAt == null || readyAt > now) {
      return new NothingYet<>(readyAt == null ? Long.MAX_VALUE : readyAt - now);
    }
    // What looked ready and was not for us does not tell when the next poll is worth it.
    Found<T> found = database.lock(operation, search::find);
    remember(found);
    return found;
  }

  private record NothingYet<T>(long microsUntilReady) implements Polled<T> {
    @Override
    public List<T> items() {
      return List.of();
    }
  }

  /** What was locked reaches its caller, whatever becomes of remembering where it stood. */
  private void remember(Found<?> found) {
    try {
      found.whenCommitted().run();
    } catch (RuntimeException | Error e) {
      LOG.debug("{}: what the poll has found out is not remembered", operation, e);
    }
  }
}
