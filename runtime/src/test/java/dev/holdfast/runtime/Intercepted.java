// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.Provider;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A real provider that looks away, or goes away, when a test wants it to. */
final class Intercepted {

  /** What a test does around a call; it may throw in place of it, or after it. */
  interface Around {
    Object call(String name, Object[] arguments, Real real) throws Throwable;
  }

  /** The call itself. */
  interface Real {
    Object call() throws Throwable;
  }

  /** The names of the calls that were made. */
  final List<String> calls = new CopyOnWriteArrayList<>();

  /** The names of the calls that have returned, and so have had their effect. */
  final List<String> returned = new CopyOnWriteArrayList<>();

  private final Provider target;
  private volatile Around around = (name, arguments, real) -> real.call();

  Intercepted(Provider target) {
    this.target = target;
  }

  void around(Around newAround) {
    around = newAround;
  }

  Provider provider() {
    return (Provider)
        Proxy.newProxyInstance(
            Provider.class.getClassLoader(),
            new Class<?>[] {Provider.class},
            (proxy, method, arguments) -> {
              String name = name(method, arguments);
              calls.add(name);
              Object result = around.call(name, arguments, () -> invoke(method, arguments));
              returned.add(name);
              return result;
            });
  }

  /** The name of a call; those about locks say of what the (first) lock is. */
  private static String name(Method method, Object[] arguments) {
    String name = method.getName();
    Object about = arguments == null ? null : arguments[0];
    if (about instanceof Collection<?> tokens && name.equals("renew") && !tokens.isEmpty()) {
      return tokens.iterator().next() instanceof LockToken.OfInstance
          ? "renewInstances"
          : "renewActivities";
    }
    if (name.equals("abandon")) {
      return about instanceof LockToken.OfInstance ? "abandonInstance" : "abandonActivity";
    }
    return name;
  }

  private Object invoke(Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
