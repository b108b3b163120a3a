// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.wait;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.support.WorkSignal;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * A fetch that waits for work: polls, and sleeps between polls without holding anything (POLL-08).
 * A handle has one for each queue. Thread-safe when the poll is.
 *
 * @param <Q> a request
 * @param <T> an item
 */
public final class WaitingFetch<Q, T> {

  private final WorkSignal signal;
  private final BooleanSupplier closed;
  private final Runnable onWait;
  private final Function<? super Q, ?> filter;
  private final Function<? super Q, ? extends Polled<T>> poll;

  /**
   * Creates the fetch of one queue.
   *
   * @param signal signalled after each commit that may make work of the queue ready
   * @param closed whether the handle was closed: then a poll that is refused is an empty fetch
   * @param onWait runs each time before the caller sleeps, not when its time is over
   * @param filter what a request may take: equal values for requests that may take the same
   * @param poll locks what is ready and never waits for work. It throws {@code InvalidRequest} on a
   *     closed handle
   */
  public WaitingFetch(
      WorkSignal signal,
      BooleanSupplier closed,
      Runnable onWait,
      Function<? super Q, ?> filter,
      Function<? super Q, ? extends Polled<T>> poll) {
    this.signal = signal;
    this.closed = closed;
    this.onWait = onWait;
    this.filter = filter;
    this.poll = poll;
  }

  /**
   * Fetches, waiting as long as allowed.
   *
   * @param request what every poll gets
   * @param waitUpTo how long to wait at most; one poll comes always
   * @return the items, empty when there were none in time, or when the thread was interrupted (its
   *     flag is set then) or the handle closed meanwhile
   */
  public List<T> fetch(Q request, Duration waitUpTo) {
    long start = System.nanoTime();
    long wait = TimeUnit.NANOSECONDS.convert(waitUpTo); // far ones do not overflow
    try {
      while (true) {
        // Before the poll, so that work that comes between it and the wait is not missed.
        long seen = signal.signals();
        Polled<T> polled = poll.apply(request);
        if (!polled.items().isEmpty()) {
          return polled.items();
        }
        if (polled.more()) {
          continue;
        }
        long left = wait - (System.nanoTime() - start);
        if (left <= 0) {
          return List.of();
        }
        onWait.run();
        long due = TimeUnit.MICROSECONDS.toNanos(polled.microsUntilReady());
        if (!signal.await(filter.apply(request), seen, left, due)) {
          return List.of();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    } catch (InvalidRequest e) {
      if (closed.getAsBoolean()) {
        return List.of();
      }
      throw e;
    }
  }
}
