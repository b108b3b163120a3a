// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which pinned executions a fetch can take; needs {@link Feature#VERSION_FILTER}. An empty list
 * matches nothing at all, not even an instance without a pin (VERSION-03); otherwise one without a
 * pin always matches (VERSION-09).
 *
 * @param ranges the ranges, in any order; they may overlap (VERSION-05)
 */
public record VersionFilter(List<VersionRange> ranges) {

  /** Copies the ranges. */
  public VersionFilter {
    ranges = List.copyOf(ranges);
  }

  /**
   * Returns whether an execution may be fetched.
   *
   * @param pin the version that the execution is pinned to, null when it is not pinned
   * @return true when it may
   */
  public boolean matches(@Nullable RuntimeVersion pin) {
    if (pin == null) {
      return !ranges.isEmpty();
    }
    return ranges.stream().anyMatch(range -> range.contains(pin));
  }
}
