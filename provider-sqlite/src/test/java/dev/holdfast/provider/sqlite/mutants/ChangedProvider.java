// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.mutants;

import dev.holdfast.provider.Provider;
import dev.holdfast.tck.fixture.TestStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Makes handles that do some of their calls in another way. */
final class ChangedProvider {

  /** What is done instead of a call. */
  @FunctionalInterface
  interface Way {
    /**
     * Makes a call.
     *
     * @param right the right handle
     * @param call its name
     * @param argument its first argument, null for none
     * @param proceed makes the call in the right way
     * @return the answer
     */
    @Nullable Object of(Provider right, String call, @Nullable Object argument, Right proceed)
        throws Throwable;
  }

  /** Makes a call in the right way. */
  @FunctionalInterface
  interface Right {
    @Nullable Object call() throws Throwable;
  }

  private ChangedProvider() {}

  /** Stores whose handles work in another way, each by itself. */
  static UnaryOperator<TestStore> handles(UnaryOperator<Provider> change) {
    return store ->
        new NamedFixture.ChangedStore(store) {
          @Override
          public Provider open() {
            return change.apply(super.open());
          }
        };
  }

  /** A handle that works in another way. */
  static Provider of(Provider right, Way way) {
    return (Provider)
        Proxy.newProxyInstance(
            ChangedProvider.class.getClassLoader(),
            new Class<?>[] {Provider.class},
            (self, method, arguments) ->
                way.of(
                    right,
                    method.getName(),
                    arguments == null ? null : arguments[0],
                    () -> {
                      try {
                        return method.invoke(right, arguments);
                      } catch (InvocationTargetException e) {
                        throw e.getCause() == null ? e : e.getCause();
                      }
                    }));
  }
}
