// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import java.time.Duration;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which code a fetch of one queue asks for. Workers that all have the same code never need to say
 * it: a fetch has no filter until work has come whose code is not here. Then it has one for a
 * while. Now and then a fetch goes without it again: workers with other code come and go, and only
 * a worker that receives work which no worker can run can report what is missing. Thread-safe.
 *
 * @param <C> what tells one piece of code from another
 */
final class Served<C> {

  /** For how long fetches have a filter after work came whose code is not here. */
  static final Duration FILTERED = Duration.ofMinutes(1);

  /** The most codes in a filter that every store accepts. */
  private static final int MOST_CODES = 1_000;

  private final Set<C> code;
  private final Duration filteredFor;
  private final LongSupplier nanoTime;
  private volatile boolean filtered;
  private volatile long since;

  Served(Set<C> code, LongSupplier nanoTime) {
    this(code, FILTERED, false, nanoTime);
  }

  /**
   * Creates it.
   *
   * @param filteredFor for how long fetches have a filter after work came that is not for them
   * @param filtered whether they begin with a filter
   */
  Served(Set<C> code, Duration filteredFor, boolean filtered, LongSupplier nanoTime) {
    this.code = Set.copyOf(code);
    this.filteredFor = filteredFor;
    this.filtered = filtered;
    this.nanoTime = nanoTime;
    this.since = nanoTime.getAsLong();
  }

  /** {@return what always asks for some code and never for other} */
  static <C> Served<C> only(Set<C> code) {
    return new Served<>(code, Duration.ofDays(36_500), true, () -> 0);
  }

  /** {@return whether there is no code at all, so that nothing needs to be fetched} */
  boolean isNothing() {
    return code.isEmpty();
  }

  /** {@return what the next fetch is to ask for, null for everything} */
  @Nullable Set<C> filter() {
    if (filtered && nanoTime.getAsLong() - since >= filteredFor.toNanos()) {
      filtered = false;
    }
    return filtered ? code : null;
  }

  /** Filters fetches from now on: work has come whose code is not here. */
  void metOthers() {
    if (code.size() <= MOST_CODES) {
      since = nanoTime.getAsLong();
      filtered = true;
    }
  }
}
