// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a worker asks for in {@link Provider#fetchActivityItems}.
 *
 * @param max the most items to return, from 1 (QUEUE-19)
 * @param lockFor how long each item is locked, counted by the store's clock; above zero
 * @param waitUpTo how long to wait when there is no work; zero returns at once (POLL-01)
 * @param tagFilter which tags the worker serves
 * @param session in whose name it takes activities of sessions, absent when it takes none
 * @param served the names of the activities whose code the caller has: others stay, unlocked and
 *     uncounted, as if they were not there (QUEUE-24). Absent: activities of any name; never empty
 * @param maxBytes the most bytes of input in one result, from 1; the first item comes whatever its
 *     size (QUEUE-25)
 */
public record ActivityFetch(
    int max,
    Duration lockFor,
    Duration waitUpTo,
    TagFilter tagFilter,
    @Nullable SessionClaim session,
    @Nullable Set<String> served,
    long maxBytes) {

  /** The value of {@code maxBytes} that means no bound. */
  public static final long ANY_BYTES = Long.MAX_VALUE;

  /**
   * Checks the numbers and copies the set.
   *
   * @throws ProviderError.InvalidRequest when one is out of range (FETCH-15), or the set is empty
   *     (QUEUE-24)
   */
  public ActivityFetch {
    Checks.atLeastOne("ActivityFetch", "max", max);
    Checks.positive("ActivityFetch", "lockFor", lockFor);
    Checks.notNegative("ActivityFetch", "waitUpTo", waitUpTo);
    Objects.requireNonNull(tagFilter, "tagFilter");
    served = Checks.optionalSet("ActivityFetch", "served", served);
    Checks.atLeastOne("ActivityFetch", "maxBytes", maxBytes);
  }

  /**
   * Creates a request that does not wait, for activities of any name and size with neither tag nor
   * session.
   *
   * @param max the most items to return
   * @param lockFor how long each item is locked
   * @return the request
   * @throws ProviderError.InvalidRequest when a number is out of range
   */
  public static ActivityFetch of(int max, Duration lockFor) {
    return new ActivityFetch(
        max, lockFor, Duration.ZERO, TagFilter.untagged(), null, null, ANY_BYTES);
  }

  /**
   * Returns the same request with another waiting time.
   *
   * @param waitUpTo how long to wait when there is no work
   * @return a new request
   * @throws ProviderError.InvalidRequest when it is negative
   */
  public ActivityFetch withWaitUpTo(Duration waitUpTo) {
    return new ActivityFetch(max, lockFor, waitUpTo, tagFilter, session, served, maxBytes);
  }

  /**
   * {@return whether it may take something else than activities with neither tag nor session, which
   * any fetch may take}
   */
  public boolean isRouted() {
    return !tagFilter.equals(TagFilter.untagged()) || session != null;
  }

  /**
   * Returns the same request with another tag filter.
   *
   * @param tagFilter which tags the worker serves
   * @return a new request
   */
  public ActivityFetch withTagFilter(TagFilter tagFilter) {
    return new ActivityFetch(max, lockFor, waitUpTo, tagFilter, session, served, maxBytes);
  }

  /**
   * Returns the same request with a session claim.
   *
   * @param session in whose name it takes activities of sessions, null for none
   * @return a new request
   */
  public ActivityFetch withSession(@Nullable SessionClaim session) {
    return new ActivityFetch(max, lockFor, waitUpTo, tagFilter, session, served, maxBytes);
  }

  /**
   * Returns the same request for a caller that has certain code only.
   *
   * @param served the names of the activities that it has, at least one; null for any
   * @return a new request
   * @throws ProviderError.InvalidRequest when the set is empty
   */
  public ActivityFetch withServed(@Nullable Set<String> served) {
    return new ActivityFetch(max, lockFor, waitUpTo, tagFilter, session, served, maxBytes);
  }

  /**
   * Returns the same request with another bound on the size of its result.
   *
   * @param maxBytes the most bytes of input, {@link #ANY_BYTES} for no bound
   * @return a new request
   * @throws ProviderError.InvalidRequest when it is below 1
   */
  public ActivityFetch withMaxBytes(long maxBytes) {
    return new ActivityFetch(max, lockFor, waitUpTo, tagFilter, session, served, maxBytes);
  }
}
