// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.retention;

import dev.holdfast.provider.Capability;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError.NotSupported;
import java.util.Arrays;

/** The features of a store that a policy needs. */
final class Parts {

  private final Provider provider;

  Parts(Provider provider) {
    this.provider = provider;
  }

  /**
   * {@return the calls of a feature}
   *
   * @throws NotSupported when the store does not declare it
   */
  <C extends Capability> C need(Class<C> type) {
    return provider
        .capability(type)
        .orElseThrow(() ->
            new NotSupported(
                "retention",
                Arrays.stream(Feature.values())
                    .filter(feature -> feature.type() == type)
                    .findFirst()
                    .orElseThrow()));
  }

  /** {@return how many rows to ask for at once} */
  int page() {
    return provider.info().limits().maxPageSize();
  }
}
