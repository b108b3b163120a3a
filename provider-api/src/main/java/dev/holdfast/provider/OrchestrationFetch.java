// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a worker asks for in {@link Provider#fetchOrchestrationItems}.
 *
 * @param max the most items to return, from 1 (FETCH-08)
 * @param lockFor how long each item is locked, counted by the store's clock; above zero (FETCH-01)
 * @param waitUpTo how long to wait when there is no work; zero returns at once (POLL-01)
 * @param inlineHistory how many events of each item's history come along, from the first; 0 or more
 *     (FETCH-10)
 * @param versionFilter which pinned executions to take, absent for all; needs {@link
 *     Feature#VERSION_FILTER}
 * @param served the code that the caller has: instances of other names or versions stay, unlocked
 *     and uncounted, as if they were not there (FETCH-16). Absent: instances of any code; never
 *     empty
 * @param maxBytes the most bytes of payload in one result, messages and inline history together,
 *     from 1; the first item comes whatever its size (FETCH-17)
 */
public record OrchestrationFetch(
    int max,
    Duration lockFor,
    Duration waitUpTo,
    int inlineHistory,
    @Nullable VersionFilter versionFilter,
    @Nullable Set<OrchestrationCode> served,
    long maxBytes) {

  /** The value of {@code maxBytes} that means no bound. */
  public static final long ANY_BYTES = Long.MAX_VALUE;

  /** How many events come inline unless a request says otherwise. */
  public static final int DEFAULT_INLINE_HISTORY = 64;

  /**
   * Checks the numbers and copies the set.
   *
   * @throws ProviderError.InvalidRequest when one is out of range (FETCH-15), or the set is empty
   *     (FETCH-16)
   */
  public OrchestrationFetch {
    Checks.atLeastOne("OrchestrationFetch", "max", max);
    Checks.positive("OrchestrationFetch", "lockFor", lockFor);
    Checks.notNegative("OrchestrationFetch", "waitUpTo", waitUpTo);
    Checks.notNegative("OrchestrationFetch", "inlineHistory", inlineHistory);
    served = Checks.optionalSet("OrchestrationFetch", "served", served);
    Checks.atLeastOne("OrchestrationFetch", "maxBytes", maxBytes);
  }

  /**
   * Creates a request that does not wait, takes any code of any size and brings {@link
   * #DEFAULT_INLINE_HISTORY} events along.
   *
   * @param max the most items to return
   * @param lockFor how long each item is locked
   * @return the request
   * @throws ProviderError.InvalidRequest when a number is out of range
   */
  public static OrchestrationFetch of(int max, Duration lockFor) {
    return new OrchestrationFetch(
        max, lockFor, Duration.ZERO, DEFAULT_INLINE_HISTORY, null, null, ANY_BYTES);
  }

  /**
   * Returns the same request with another waiting time.
   *
   * @param waitUpTo how long to wait when there is no work
   * @return a new request
   * @throws ProviderError.InvalidRequest when it is negative
   */
  public OrchestrationFetch withWaitUpTo(Duration waitUpTo) {
    return new OrchestrationFetch(
        max, lockFor, waitUpTo, inlineHistory, versionFilter, served, maxBytes);
  }

  /**
   * Returns the same request with another number of inline events.
   *
   * @param inlineHistory how many events come along
   * @return a new request
   * @throws ProviderError.InvalidRequest when it is negative
   */
  public OrchestrationFetch withInlineHistory(int inlineHistory) {
    return new OrchestrationFetch(
        max, lockFor, waitUpTo, inlineHistory, versionFilter, served, maxBytes);
  }

  /**
   * Returns the same request with a version filter.
   *
   * @param versionFilter which pinned executions to take, null for all
   * @return a new request
   */
  public OrchestrationFetch withVersionFilter(@Nullable VersionFilter versionFilter) {
    return new OrchestrationFetch(
        max, lockFor, waitUpTo, inlineHistory, versionFilter, served, maxBytes);
  }

  /**
   * Returns the same request for a caller that has certain code only.
   *
   * @param served the code that it has, at least one; null for any
   * @return a new request
   * @throws ProviderError.InvalidRequest when the set is empty
   */
  public OrchestrationFetch withServed(@Nullable Set<OrchestrationCode> served) {
    return new OrchestrationFetch(
        max, lockFor, waitUpTo, inlineHistory, versionFilter, served, maxBytes);
  }

  /**
   * Returns the same request with another bound on the size of its result.
   *
   * @param maxBytes the most bytes of payload, {@link #ANY_BYTES} for no bound
   * @return a new request
   * @throws ProviderError.InvalidRequest when it is below 1
   */
  public OrchestrationFetch withMaxBytes(long maxBytes) {
    return new OrchestrationFetch(
        max, lockFor, waitUpTo, inlineHistory, versionFilter, served, maxBytes);
  }
}
