// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.ProviderError.InvalidRequest;

/**
 * A range of runtime versions, both ends included (VERSION-04).
 *
 * @param from the lowest version that matches
 * @param to the highest version that matches
 */
public record VersionRange(RuntimeVersion from, RuntimeVersion to) {

  /**
   * Checks the order.
   *
   * @throws ProviderError.InvalidRequest when {@code from} is above {@code to} (VERSION-08)
   */
  public VersionRange {
    if (from.compareTo(to) > 0) {
      throw new InvalidRequest(
          "VersionRange", "the lower end %s is above the upper end %s".formatted(from, to));
    }
  }

  /**
   * Returns whether a version lies in the range.
   *
   * @param version the version
   * @return true when it does
   */
  public boolean contains(RuntimeVersion version) {
    return from.compareTo(version) <= 0 && version.compareTo(to) <= 0;
  }
}
