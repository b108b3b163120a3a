// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.wait;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.sqlite.store.Database;
import dev.holdfast.provider.sqlite.store.Write;
import dev.holdfast.provider.support.StoreTime;
import dev.holdfast.provider.support.WorkSignal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A fetch that waits for work: looks with a cheap read, writes only when there is something to
 * lock, and sleeps in between without holding anything (POLL-08). Thread-safe.
 */
public final class WaitingFetch {

  private final Database database;
  private final WorkSignal signal;
  private final String operation;
  private final Runnable beforeLook;
  private final Database.Read<@Nullable Long> nextReadyAt;

  /**
   * Creates the fetch of one queue.
   *
   * @param beforeLook what else is to be done now and then, before each look
   * @param nextReadyAt when the next work is ready, in microseconds since 1970, null for never
   */
  public WaitingFetch(
      Database database,
      WorkSignal signal,
      String operation,
      Runnable beforeLook,
      Database.Read<@Nullable Long> nextReadyAt) {
    this.database = database;
    this.signal = signal;
    this.operation = operation;
    this.beforeLook = beforeLook;
    this.nextReadyAt = nextReadyAt;
  }

  /**
   * Fetches, waiting as long as allowed; empty when there was nothing, or when interrupted or
   * closed meanwhile.
   */
  public <T> List<T> fetch(Duration waitUpTo, Write.Body<List<T>> fetch) {
    database.checkOpen(operation);
    long start = System.nanoTime();
    long wait = TimeUnit.NANOSECONDS.convert(waitUpTo);
    try {
      while (true) {
        long seen = signal.signals();
        beforeLook.run();
        Long readyAt = database.read(operation, nextReadyAt);
        long now = StoreTime.toMicros(database.clock().instant());
        if (readyAt != null && readyAt <= now) {
          List<T> items = database.lock(operation, fetch);
          if (!items.isEmpty()) {
            return items;
          }
          // What looked ready was not for us; the next look comes at its usual time.
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

  private static long nanosUntil(@Nullable Long readyAt, long now) {
    if (readyAt == null) {
      return Long.MAX_VALUE;
    }
    return TimeUnit.MICROSECONDS.toNanos(Math.max(0, readyAt - now));
  }
}
