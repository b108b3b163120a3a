// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring;

import dev.holdfast.runtime.TransactionalClient;

/**
 * Starts instances and talks to them inside the Spring transaction of the calling thread: an order
 * and the orchestration that works on it are stored together or not at all. Applications get it as
 * a bean. Thread-safe.
 *
 * <pre>{@code
 * @Transactional
 * void place(Order order) {
 *   orders.insert(order);
 *   transactions.current().start(PROCESS, order.id(), order);
 * }
 * }</pre>
 */
@FunctionalInterface
public interface HoldfastTransactions {

  /**
   * Returns the calls that take effect with the transaction of the calling thread.
   *
   * @return the calls, good until that transaction ends, for this thread
   * @throws org.springframework.transaction.IllegalTransactionStateException when no transaction is
   *     under way, it only reads, or it is one of another {@code DataSource} than the store's
   * @throws dev.holdfast.provider.ProviderError.NotSupported when the store cannot be reached by a
   *     connection of the application
   */
  TransactionalClient current();
}
