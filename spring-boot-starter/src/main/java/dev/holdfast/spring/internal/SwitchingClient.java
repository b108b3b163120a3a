// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.spring.internal;

import dev.holdfast.runtime.HoldfastClient;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The client that beans get. It is there before the worker, which needs those beans, and goes by
 * the worker's own client while there is one, which notices at once what that worker completes.
 * Thread-safe.
 *
 * <p>A proxy, so that it has every call that the client has.
 */
public final class SwitchingClient {

  private final Supplier<HoldfastClient> otherwise;
  private final HoldfastClient proxy;
  private volatile @Nullable HoldfastClient current;

  /**
   * Creates it.
   *
   * @param otherwise the client while there is no worker
   */
  public SwitchingClient(Supplier<HoldfastClient> otherwise) {
    this.otherwise = otherwise;
    this.proxy =
        (HoldfastClient)
            Proxy.newProxyInstance(
                HoldfastClient.class.getClassLoader(),
                new Class<?>[] {HoldfastClient.class},
                (self, method, arguments) -> call(method, arguments));
  }

  /** {@return the client for beans} */
  public HoldfastClient client() {
    return proxy;
  }

  /**
   * Has calls go by another client from now on.
   *
   * @param client the other
   */
  public void switchTo(HoldfastClient client) {
    current = client;
  }

  /** Undoes {@link #switchTo}. */
  public void switchBack() {
    current = null;
  }

  @SuppressWarnings("ReferenceEquality") // a proxy is equal to itself alone
  private @Nullable Object call(Method method, @Nullable Object @Nullable [] arguments)
      throws Throwable {
    switch (method.getName()) {
      case "close":
        return null; // the context closes the store
      case "equals":
        return arguments != null && arguments[0] == proxy;
      case "hashCode":
        return System.identityHashCode(proxy);
      case "toString":
        return "the client of the application";
      default:
    }
    HoldfastClient now = current;
    try {
      return method.invoke(now == null ? otherwise.get() : now, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
