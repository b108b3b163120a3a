// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderInfo;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** A real provider that declares less than it does. */
final class Featureless {

  private Featureless() {}

  /** Without some features. */
  static Provider without(Provider target, Feature... hidden) {
    Intercepted store = new Intercepted(target);
    store.around((name, arguments, real) -> {
      if (name.equals("capability")
          && Set.of(hidden).stream().anyMatch(feature -> arguments[0] == feature.type())) {
        return Optional.empty();
      }
      Object result = real.call();
      return result instanceof ProviderInfo info ? without(info, hidden) : result;
    });
    return store.provider();
  }

  private static ProviderInfo without(ProviderInfo info, Feature... hidden) {
    Set<Feature> left = EnumSet.copyOf(info.features());
    left.removeAll(Set.of(hidden));
    return new ProviderInfo(
        info.id(), info.version(), info.specVersion(), left, info.limits(), info.wakeUpBound());
  }
}
