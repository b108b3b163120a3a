// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a dispatcher asks of {@link Provider#fetchOrchestrationItems}.
 *
 * @param max the most items to answer, from 1 (FETCH-08)
 * @param lockFor how long each item is locked, counted by the store's clock; above zero (FETCH-01)
 * @param waitUpTo how long to wait when there is no work; zero answers at once (POLL-01)
 * @param inlineHistory how many events of each item's history come along, from the first; 0 or more
 *     (FETCH-10)
 * @param versionFilter which pinned executions to take, absent for all; needs {@link
 *     Feature#VERSION_FILTER}
 */
public record OrchestrationFetch(
    int max,
    Duration lockFor,
    Duration waitUpTo,
    int inlineHistory,
    @Nullable VersionFilter versionFilter) {

  /** How many events come inline unless a request says otherwise. */
  public static final int DEFAULT_INLINE_HISTORY = 64;

  /**
   * Checks the numbers.
   *
   * @throws ProviderError.InvalidRequest when one is out of range (FETCH-15)
   */
  public OrchestrationFetch {
    Checks.atLeastOne("OrchestrationFetch", "max", max);
    Checks.positive("OrchestrationFetch", "lockFor", lockFor);
    Checks.notNegative("OrchestrationFetch", "waitUpTo", waitUpTo);
    Checks.notNegative("OrchestrationFetch", "inlineHistory", inlineHistory);
  }

  /**
   * A request that answers at once, takes any version and brings {@link #DEFAULT_INLINE_HISTORY}
   * events along.
   *
   * @param max the most items to answer
   * @param lockFor how long each item is locked
   * @return the request
   * @throws ProviderError.InvalidRequest when a number is out of range
   */
  public static OrchestrationFetch of(int max, Duration lockFor) {
    return new OrchestrationFetch(max, lockFor, Duration.ZERO, DEFAULT_INLINE_HISTORY, null);
  }

  /**
   * The same request with another waiting time.
   *
   * @param waitUpTo how long to wait when there is no work
   * @return a new request
   * @throws ProviderError.InvalidRequest when it is negative
   */
  public OrchestrationFetch withWaitUpTo(Duration waitUpTo) {
    return new OrchestrationFetch(max, lockFor, waitUpTo, inlineHistory, versionFilter);
  }

  /**
   * The same request with another number of inline events.
   *
   * @param inlineHistory how many events come along
   * @return a new request
   * @throws ProviderError.InvalidRequest when it is negative
   */
  public OrchestrationFetch withInlineHistory(int inlineHistory) {
    return new OrchestrationFetch(max, lockFor, waitUpTo, inlineHistory, versionFilter);
  }

  /**
   * The same request with a version filter.
   *
   * @param versionFilter which pinned executions to take, null for all
   * @return a new request
   */
  public OrchestrationFetch withVersionFilter(@Nullable VersionFilter versionFilter) {
    return new OrchestrationFetch(max, lockFor, waitUpTo, inlineHistory, versionFilter);
  }
}
