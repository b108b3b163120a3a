// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring;

import dev.holdfast.provider.Provider;

/**
 * Something else that works on the application's store: graphs of steps, projections, queues of
 * events. Each bean of this type is started after the worker, in their order, and closed before it,
 * in the reverse order.
 *
 * <pre>{@code
 * @Bean
 * HoldfastEngine graphs(Fetcher fetcher) {
 *   return provider -> Graphs.builder(provider).graph(PUBLISH).step(FETCH, fetcher::fetch).closeOnShutdown(false).start();
 * }
 * }</pre>
 */
@FunctionalInterface
public interface HoldfastEngine {

  /**
   * Starts it.
   *
   * @param provider the store, which stays open until what is returned has been closed
   * @return what is running, to be closed when the application stops
   * @throws Exception any failure; the application does not start
   */
  AutoCloseable start(Provider provider) throws Exception;
}
