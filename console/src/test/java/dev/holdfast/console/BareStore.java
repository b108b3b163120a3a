// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.console;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderInfo;
import dev.holdfast.provider.admin.InstanceAdmin;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.Set;

/** A store that declares nothing but the questions of operators. */
final class BareStore {

  private BareStore() {}

  static Provider of(Provider whole) {
    ProviderInfo info = whole.info();
    ProviderInfo bare =
        new ProviderInfo(
            "bare",
            info.version(),
            info.specVersion(),
            Set.of(Feature.INSTANCE_ADMIN),
            info.limits(),
            info.wakeUpBound());
    return (Provider)
        Proxy.newProxyInstance(
            Provider.class.getClassLoader(),
            new Class<?>[] {Provider.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("info")) {
                return bare;
              }
              if (method.getName().equals("capability") && arguments[0] != InstanceAdmin.class) {
                return Optional.empty();
              }
              try {
                return method.invoke(whole, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
