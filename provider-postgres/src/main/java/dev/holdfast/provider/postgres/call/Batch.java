// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.call;

import dev.holdfast.provider.ProviderError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes one call of the store for requests that came at the same time.
 *
 * @param <Q> a request
 * @param <A> its result
 */
public interface Batch<Q, A extends @Nullable Object> {

  /**
   * Carries the requests out, all in one transaction.
   *
   * @return one result per request, in order
   * @throws ProviderError when nothing of it was carried out, or the outcome is unknown
   */
  List<A> run(List<Q> requests);

  /**
   * Returns how many of these requests, from the first on, can go in one call: at least one.
   *
   * @param requests not empty
   */
  default int together(List<Q> requests) {
    return requests.size();
  }

  /** {@return the weight of a request; a call takes at most {@link Lane#MOST_WEIGHT}} */
  default long weight(Q request) {
    return 1;
  }
}
