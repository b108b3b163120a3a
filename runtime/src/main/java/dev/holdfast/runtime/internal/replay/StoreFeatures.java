// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderInfo;
import java.util.Set;

/**
 * Which features a store declares.
 *
 * @param provider the id of its provider, for people
 * @param declared the features
 */
public record StoreFeatures(String provider, Set<Feature> declared) {

  /** Copies the set. */
  public StoreFeatures {
    declared = Set.copyOf(declared);
  }

  /** {@return the features of a provider} */
  public static StoreFeatures of(ProviderInfo info) {
    return new StoreFeatures(info.id(), info.features());
  }

  boolean declares(Feature feature) {
    return declared.contains(feature);
  }
}
