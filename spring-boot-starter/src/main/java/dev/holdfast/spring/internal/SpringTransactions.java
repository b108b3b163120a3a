// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring.internal;

import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.TransactionalClient;
import dev.holdfast.spring.HoldfastTransactions;
import java.sql.Connection;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DataSourceUtils;
import org.springframework.transaction.IllegalTransactionStateException;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Joins the transaction that Spring has bound to a thread, by its connection. Thread-safe. */
public final class SpringTransactions implements HoldfastTransactions {

  private final HoldfastClient client;
  private final @Nullable DataSource dataSource;

  /**
   * Creates it.
   *
   * @param client the application's client
   * @param dataSource has the transactions, null when there is none to choose
   */
  public SpringTransactions(HoldfastClient client, @Nullable DataSource dataSource) {
    this.client = client;
    this.dataSource = dataSource;
  }

  @Override
  public TransactionalClient current() {
    DataSource joined = dataSource;
    if (joined == null) {
      throw new IllegalTransactionStateException(
          "of several DataSource beans none is the store's; mark one as @HoldfastDataSource");
    }
    checkUnderWay();
    if (!TransactionSynchronizationManager.hasResource(joined)) {
      throw new IllegalTransactionStateException(
          "the transaction under way is not one of the DataSource that Holdfast's store is in, so"
              + " that they cannot be stored together; name its transaction manager in"
              + " @Transactional");
    }
    Connection connection = DataSourceUtils.getConnection(joined);
    try {
      return client.within(connection);
    } finally {
      // Counts down who uses it; the connection stays the transaction's until that ends.
      DataSourceUtils.releaseConnection(connection, joined);
    }
  }

  /** Refuses threads without a transaction that can write. */
  static void checkUnderWay() {
    if (!TransactionSynchronizationManager.isActualTransactionActive()) {
      throw new IllegalTransactionStateException(
          "no transaction is under way on this thread; call this in a method with @Transactional"
              + " or in a TransactionTemplate, or use HoldfastClient, which needs none");
    }
    if (TransactionSynchronizationManager.isCurrentTransactionReadOnly()) {
      throw new IllegalTransactionStateException(
          "the transaction under way only reads (readOnly = true), and this writes");
    }
  }
}
