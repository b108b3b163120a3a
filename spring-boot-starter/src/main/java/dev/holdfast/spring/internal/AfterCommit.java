// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring.internal;

import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.TransactionalClient;
import dev.holdfast.spring.HoldfastTransactions;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * For stores in memory, which no transaction of the application reaches: what is said in one is
 * done after its commit, by the client's call of the same name. Thread-safe.
 */
public final class AfterCommit implements HoldfastTransactions {

  private final HoldfastClient client;

  /**
   * Creates it.
   *
   * @param client does it
   */
  public AfterCommit(HoldfastClient client) {
    this.client = client;
  }

  @Override
  public TransactionalClient current() {
    SpringTransactions.checkUnderWay();
    return (TransactionalClient)
        Proxy.newProxyInstance(
            TransactionalClient.class.getClassLoader(),
            new Class<?>[] {TransactionalClient.class},
            (self, method, arguments) -> {
              if (method.getDeclaringClass() == Object.class) {
                return method.invoke(this, arguments);
              }
              later(method, arguments);
              return null;
            });
  }

  private void later(Method method, @Nullable Object[] arguments) throws NoSuchMethodException {
    Method same = HoldfastClient.class.getMethod(method.getName(), method.getParameterTypes());
    TransactionSynchronizationManager.registerSynchronization(
        new TransactionSynchronization() {
          @Override
          public void afterCommit() {
            call(same, arguments);
          }
        });
  }

  private void call(Method method, @Nullable Object[] arguments) {
    try {
      method.invoke(client, arguments);
    } catch (InvocationTargetException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      }
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
