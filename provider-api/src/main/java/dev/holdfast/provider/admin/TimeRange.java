// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.admin;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A range of moments; the lower end is included, the upper one is not (ADMIN-08).
 *
 * @param from the first moment inside, absent for no lower end
 * @param to the first moment after the range, absent for no upper end
 */
public record TimeRange(@Nullable Instant from, @Nullable Instant to) {

  private static final TimeRange ALL = new TimeRange(null, null);

  /**
   * Cuts both ends to microseconds.
   *
   * @throws ProviderError.InvalidRequest when an end is out of range
   */
  public TimeRange {
    from = from == null ? null : Checks.instant("TimeRange", "from", from);
    to = to == null ? null : Checks.instant("TimeRange", "to", to);
  }

  /** {@return the range without ends, which has every moment} */
  public static TimeRange all() {
    return ALL;
  }

  /** {@return whether it excludes nothing: both ends are absent} */
  public boolean isAll() {
    return from == null && to == null;
  }
}
