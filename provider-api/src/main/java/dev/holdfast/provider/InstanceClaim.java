// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Asks that the instance which a call makes ready be handed to the caller in the same commit, as if
 * a fetch had followed at once (CLAIM-02, CLAIM-05). A permission: an answer without a claimed item
 * is always right (CLAIM-01).
 *
 * @param lockFor how long the item is locked; above zero
 * @param inlineHistory how many events of its history come along; 0 or more
 * @param versionFilter which pinned executions the caller can take, absent for all
 */
public record InstanceClaim(
    Duration lockFor, int inlineHistory, @Nullable VersionFilter versionFilter) {
  /**
   * Checks the numbers.
   *
   * @throws ProviderError.InvalidRequest when one is out of range
   */
  public InstanceClaim {
    Checks.positive("InstanceClaim", "lockFor", lockFor);
    Checks.notNegative("InstanceClaim", "inlineHistory", inlineHistory);
  }
}
