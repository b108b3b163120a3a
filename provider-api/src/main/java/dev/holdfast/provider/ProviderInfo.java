// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;

/**
 * What a provider says about itself; constant for the life of a handle and returned without a call
 * to the store (SPI-06).
 *
 * @param id the factory's id, such as {@code sqlite} (SPI-01)
 * @param version the provider's version
 * @param specVersion the version of the specification it follows, such as {@code 1.0}
 * @param features the features it declares (SPI-07)
 * @param limits how much it takes
 * @param wakeUpBound how long it may take until a waiting fetch notices work that came from
 *     elsewhere or became due (POLL-05, POLL-06)
 */
public record ProviderInfo(
    String id,
    String version,
    String specVersion,
    Set<Feature> features,
    Limits limits,
    Duration wakeUpBound) {

  /** The version of the specification that this SPI belongs to. */
  public static final String SPEC_VERSION = "1.0";

  /**
   * Checks and copies the parts.
   *
   * @throws ProviderError.InvalidRequest when an identifier or the bound is out of range
   */
  public ProviderInfo {
    Checks.identifier("ProviderInfo", "id", id);
    Checks.identifier("ProviderInfo", "version", version);
    Checks.identifier("ProviderInfo", "specVersion", specVersion);
    features = Set.copyOf(features);
    Objects.requireNonNull(limits, "limits");
    Checks.positive("ProviderInfo", "wakeUpBound", wakeUpBound);
  }

  /**
   * Returns whether a feature is declared.
   *
   * @param feature the feature
   * @return true when it is
   */
  public boolean declares(Feature feature) {
    return features.contains(feature);
  }
}
