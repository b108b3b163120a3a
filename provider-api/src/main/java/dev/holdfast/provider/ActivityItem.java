// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider;

import dev.holdfast.provider.internal.Checks;
import java.util.Objects;

/**
 * One activity to execute, under its lock.
 *
 * @param task what to execute, as it was scheduled
 * @param deliveryCount deliveries of this activity, this one included (POISON-03)
 * @param lockToken proof of the lock
 */
public record ActivityItem(ActivityTask task, int deliveryCount, LockToken lockToken) {
  /**
   * Checks the parts.
   *
   * @throws ProviderError.InvalidRequest when the count is below 1
   */
  public ActivityItem {
    Objects.requireNonNull(task, "task");
    Checks.atLeastOne("ActivityItem", "deliveryCount", deliveryCount);
    Objects.requireNonNull(lockToken, "lockToken");
  }
}
