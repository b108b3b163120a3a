// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/** Makes proxies and passes calls on. Stateless. */
final class Proxies {

  private Proxies() {}

  static <T> T of(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(Proxies.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  /** Whether both are one object: what a proxy says to {@code equals}. */
  @SuppressWarnings("ReferenceEquality")
  static boolean same(Object one, @Nullable Object @Nullable [] arguments) {
    return arguments != null && one == arguments[0];
  }

  /** Calls the real object; what it throws comes out as it is. */
  static @Nullable Object call(
      Object target, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }
}
