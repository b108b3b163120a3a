// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.batch;

import dev.holdfast.provider.ProviderError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes one call of the store for requests that came at the same time.
 *
 * @param <Q> a request
 * @param <R> its result
 */
@FunctionalInterface
public interface Batch<Q, R extends @Nullable Object> {

  /**
   * Carries the requests out, all in one transaction.
   *
   * @param requests not empty
   * @return one result per request, in order
   * @throws ProviderError when nothing of it was carried out, or the outcome is unknown
   */
  List<R> run(List<Q> requests);

  /**
   * How many of these requests, from the first on, can go in one call.
   *
   * @param requests not empty
   * @return at least one
   */
  default int together(List<Q> requests) {
    return requests.size();
  }

  /**
   * How much a request weighs.
   *
   * @param request the request
   * @return a part of {@link CallBatcher#MOST_WEIGHT}, which is a whole call
   */
  default long weight(Q request) {
    return 1;
  }
}
