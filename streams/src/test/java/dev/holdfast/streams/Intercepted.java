// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Provider;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** A real provider, with something between it and its caller: a counter, a cut, another thread. */
public final class Intercepted {

  /** A call on its way to the store. */
  @FunctionalInterface
  public interface Proceed {
    Object call() throws Throwable;
  }

  /** What is between. */
  @FunctionalInterface
  public interface Around {
    /** Makes a call, or does not, and returns what the caller gets. */
    Object call(String method, Proceed proceed) throws Throwable;
  }

  private Intercepted() {}

  /** Puts something between a provider and its callers, on the calls of its features. */
  public static Provider of(Provider inner, Around around) {
    Map<Class<?>, Object> features = new ConcurrentHashMap<>();
    return proxy(
        Provider.class,
        inner,
        (method, proceed) -> {
          Object result = proceed.call();
          if (method.equals("capability") && ((Optional<?>) result).isPresent()) {
            Object feature = ((Optional<?>) result).get();
            for (Class<?> type : feature.getClass().getInterfaces()) {
              if (Capability.class.isAssignableFrom(type)) {
                return Optional.of(
                    features.computeIfAbsent(type, any -> proxyOf(type, feature, around)));
              }
            }
          }
          return result;
        });
  }

  private static <T> Object proxyOf(Class<T> type, Object feature, Around around) {
    return proxy(type, type.cast(feature), around);
  }

  private static <T> T proxy(Class<T> type, T target, Around around) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) ->
                around.call(
                    method.getName(),
                    () -> {
                      try {
                        return method.invoke(target, arguments);
                      } catch (InvocationTargetException e) {
                        throw e.getCause();
                      }
                    })));
  }
}
