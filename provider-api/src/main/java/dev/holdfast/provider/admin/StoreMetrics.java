// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.admin;

import dev.holdfast.provider.ExecutionStatus;
import java.util.Map;

/**
 * Counts of the whole store, all of one moment (ADMIN-19).
 *
 * @param instances the number of instances
 * @param executions the number of executions
 * @param events the number of events
 * @param instancesByStatus instances by the status of their current execution; the values add up to
 *     {@code instances}
 */
public record StoreMetrics(
    long instances, long executions, long events, Map<ExecutionStatus, Long> instancesByStatus) {
  /** Copies the map. */
  public StoreMetrics {
    instancesByStatus = Map.copyOf(instancesByStatus);
  }
}
