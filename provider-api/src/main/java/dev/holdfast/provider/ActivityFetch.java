// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a worker asks of {@link Provider#fetchActivityItems}.
 *
 * @param max the most items to answer, from 1 (QUEUE-19)
 * @param lockFor how long each item is locked, counted by the store's clock; above zero
 * @param waitUpTo how long to wait when there is no work; zero answers at once (POLL-01)
 * @param tagFilter which tags the worker serves
 * @param session in whose name it takes activities of sessions, absent when it takes none
 */
public record ActivityFetch(
    int max,
    Duration lockFor,
    Duration waitUpTo,
    TagFilter tagFilter,
    @Nullable SessionClaim session) {

  /**
   * Checks the numbers.
   *
   * @throws ProviderError.InvalidRequest when one is out of range (FETCH-15)
   */
  public ActivityFetch {
    Checks.atLeastOne("ActivityFetch", "max", max);
    Checks.positive("ActivityFetch", "lockFor", lockFor);
    Checks.notNegative("ActivityFetch", "waitUpTo", waitUpTo);
    Objects.requireNonNull(tagFilter, "tagFilter");
  }

  /**
   * A request that answers at once, for activities with neither tag nor session.
   *
   * @param max the most items to answer
   * @param lockFor how long each item is locked
   * @return the request
   * @throws ProviderError.InvalidRequest when a number is out of range
   */
  public static ActivityFetch of(int max, Duration lockFor) {
    return new ActivityFetch(max, lockFor, Duration.ZERO, TagFilter.untagged(), null);
  }

  /**
   * The same request with another waiting time.
   *
   * @param waitUpTo how long to wait when there is no work
   * @return a new request
   * @throws ProviderError.InvalidRequest when it is negative
   */
  public ActivityFetch withWaitUpTo(Duration waitUpTo) {
    return new ActivityFetch(max, lockFor, waitUpTo, tagFilter, session);
  }

  /**
   * The same request with another tag filter.
   *
   * @param tagFilter which tags the worker serves
   * @return a new request
   */
  public ActivityFetch withTagFilter(TagFilter tagFilter) {
    return new ActivityFetch(max, lockFor, waitUpTo, tagFilter, session);
  }

  /**
   * The same request with a session claim.
   *
   * @param session in whose name it takes activities of sessions, null for none
   * @return a new request
   */
  public ActivityFetch withSession(@Nullable SessionClaim session) {
    return new ActivityFetch(max, lockFor, waitUpTo, tagFilter, session);
  }
}
