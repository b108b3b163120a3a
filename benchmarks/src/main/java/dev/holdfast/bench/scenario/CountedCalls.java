// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.provider.Provider;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/** Counts the calls that a handle makes to its store. Thread-safe. */
final class CountedCalls {

  /** What does not reach the store. */
  private static final Set<String> FREE = Set.of("info", "capability", "close");

  private final LongAdder calls = new LongAdder();

  /** {@return a handle whose calls are counted} */
  Provider of(Provider provider) {
    InvocationHandler counting =
        (proxy, method, arguments) -> {
          if (!FREE.contains(method.getName())) {
            calls.increment();
          }
          try {
            return method.invoke(provider, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        };
    return (Provider)
        Proxy.newProxyInstance(
            Provider.class.getClassLoader(), new Class<?>[] {Provider.class}, counting);
  }

  long calls() {
    return calls.sum();
  }
}
