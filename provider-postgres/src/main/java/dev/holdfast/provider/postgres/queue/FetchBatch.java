// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.queue;

import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.jdbc.batch.Batch;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves several fetches of one queue with one call, in the order in which they came. Thread-safe.
 *
 * @param <Q> a request
 * @param <T> an item
 */
abstract class FetchBatch<Q, T> implements Batch<Q, Fetched<T>> {

  /**
   * The most waits of one fetch: losing a race this often means that there is enough work for all.
   */
  private static final int MOST_WAITS = 50;

  /**
   * The result of one call of the store.
   *
   * @param items what is locked and can be read
   * @param unreadable what was locked and cannot be read
   * @param microsUntilReady see {@link Fetched}
   * @param busy when nothing was locked although something is ready, because other transactions
   *     have locked it: waits for them, and returns false when that takes too long; null otherwise
   */
  record Look<T>(
      List<T> items,
      List<Unreadable> unreadable,
      long microsUntilReady,
      @Nullable BooleanSupplier busy) {}

  /**
   * Something that cannot be read; {@code giveBack} ends its lock as if it had not been fetched.
   */
  record Unreadable(CorruptData error, Runnable giveBack) {}

  /** {@return whether two requests can share a poll} */
  abstract boolean isAlike(Q request, Q other);

  @Override
  public int together(List<Q> requests) {
    int alike = 1;
    while (alike < requests.size() && isAlike(requests.get(0), requests.get(alike))) {
      alike++;
    }
    return alike;
  }

  /** {@return how many items a request wants at most} */
  abstract int max(Q request);

  /** Locks up to so many items as this request asks for them. */
  abstract Look<T> look(Q request, int max);

  @Override
  public long weight(Q request) {
    return max(request);
  }

  @Override
  public List<Fetched<T>> run(List<Q> requests) {
    long wanted = 0;
    for (Q request : requests) {
      wanted += max(request);
    }
    int max = (int) Math.min(wanted, Integer.MAX_VALUE);
    List<T> items = new ArrayList<>();
    List<Unreadable> unreadable = new ArrayList<>();
    long microsUntilReady = Long.MAX_VALUE;
    boolean again = true;
    int waits = 0;
    try {
      while (again && items.size() < max) {
        Look<T> look = look(requests.get(0), max - items.size());
        items.addAll(look.items());
        unreadable.addAll(look.unreadable());
        microsUntilReady = look.microsUntilReady();
        // What cannot be read stays locked until the end, so that the next call skips it. What
        // other transactions have locked may be free in a moment, and then the result is not
        // "nothing".
        BooleanSupplier busy = look.busy();
        again =
            !look.unreadable().isEmpty()
                || (items.isEmpty()
                    && busy != null
                    && ++waits <= MOST_WAITS
                    && busy.getAsBoolean());
      }
    } finally {
      unreadable.forEach(one -> one.giveBack().run());
    }
    // An unreadable item is reported when nothing healthy is left (ERR-11).
    CorruptData corruption = unreadable.isEmpty() ? null : unreadable.get(0).error();
    return handOut(requests, items, corruption, microsUntilReady);
  }

  private List<Fetched<T>> handOut(
      List<Q> requests, List<T> items, @Nullable CorruptData corruption, long microsUntilReady) {
    if (items.isEmpty() && corruption != null) {
      throw corruption;
    }
    List<Fetched<T>> answers = new ArrayList<>(requests.size());
    int from = 0;
    for (Q request : requests) {
      int to = (int) Math.min((long) from + max(request), items.size());
      answers.add(
          from < to
              ? new Fetched<>(List.copyOf(items.subList(from, to)), 0)
              : Fetched.nothing(microsUntilReady));
      from = to;
    }
    return answers;
  }
}
