// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.wait;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.postgres.call.Lane;
import dev.holdfast.provider.postgres.connect.Database;
import dev.holdfast.provider.postgres.queue.Fetched;
import dev.holdfast.provider.support.WorkSignal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A fetch that waits for work: polls, and sleeps between polls without holding anything (POLL-08).
 * Thread-safe.
 *
 * @param <Q> a request
 * @param <T> an item
 */
public final class WaitingFetch<Q, T> {

  private final Database database;
  private final WorkSignal signal;
  private final Runnable onWait;
  private final String operation;
  private final Lane<Q, Fetched<T>> lane;

  /**
   * Creates the fetch of one queue.
   *
   * @param onWait called before a fetch begins to wait
   */
  public WaitingFetch(
      Database database,
      WorkSignal signal,
      Runnable onWait,
      String operation,
      Lane<Q, Fetched<T>> lane) {
    this.database = database;
    this.signal = signal;
    this.onWait = onWait;
    this.operation = operation;
    this.lane = lane;
  }

  /**
   * Fetches, waiting as long as allowed; empty when there was nothing, or when interrupted or
   * closed meanwhile.
   */
  public List<T> fetch(Q request, Duration waitUpTo) {
    database.checkOpen(operation);
    long start = System.nanoTime();
    long wait = TimeUnit.NANOSECONDS.convert(waitUpTo);
    try {
      while (true) {
        long seen = signal.signals();
        Fetched<T> fetched = lane.call(request);
        if (!fetched.items().isEmpty()) {
          return fetched.items();
        }
        long left = wait - (System.nanoTime() - start);
        if (left <= 0) {
          return List.of();
        }
        onWait.run();
        long due = TimeUnit.MICROSECONDS.toNanos(fetched.microsUntilReady());
        if (!signal.await(seen, left, due)) {
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
}
