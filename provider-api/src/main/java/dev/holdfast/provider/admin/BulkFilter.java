// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.admin;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.internal.Checks;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which instances a bulk call takes; every part that is given must match (DELETE-21, PRUNE-11).
 *
 * @param instanceIds the ids to choose from, none for all
 * @param statuses the statuses of the current execution, none for all
 * @param name the orchestration's name, null for all
 * @param completedBefore the current execution ended before this moment, null for all (DELETE-23)
 * @param limit the most instances to take, from 1; null for the default of {@code limits()}
 *     (DELETE-24, PRUNE-12)
 */
public record BulkFilter(
    Set<String> instanceIds,
    Set<ExecutionStatus> statuses,
    @Nullable String name,
    @Nullable Instant completedBefore,
    @Nullable Integer limit) {

  private static final BulkFilter ALL = new BulkFilter(Set.of(), Set.of(), null, null, null);

  /**
   * Checks and copies the parts.
   *
   * @throws ProviderError.InvalidRequest when one is out of range
   */
  public BulkFilter {
    instanceIds.forEach(id -> Checks.identifier("BulkFilter", "instanceId", id));
    instanceIds = Set.copyOf(instanceIds);
    statuses = Set.copyOf(statuses);
    Checks.optionalIdentifier("BulkFilter", "name", name);
    completedBefore =
        completedBefore == null
            ? null
            : Checks.instant("BulkFilter", "completedBefore", completedBefore);
    if (limit != null) {
      Checks.atLeastOne("BulkFilter", "limit", limit);
    }
  }

  /** {@return the filter that takes everything, up to the default number} */
  public static BulkFilter all() {
    return ALL;
  }

  /**
   * Returns the same filter restricted to some ids.
   *
   * @param instanceIds the ids
   * @return a new filter
   * @throws ProviderError.InvalidRequest when one is not well formed
   */
  public BulkFilter withInstanceIds(Set<String> instanceIds) {
    return new BulkFilter(instanceIds, statuses, name, completedBefore, limit);
  }

  /**
   * Returns the same filter restricted to some statuses.
   *
   * @param statuses the statuses
   * @return a new filter
   */
  public BulkFilter withStatuses(Set<ExecutionStatus> statuses) {
    return new BulkFilter(instanceIds, statuses, name, completedBefore, limit);
  }

  /**
   * Returns the same filter restricted to one orchestration.
   *
   * @param name its name
   * @return a new filter
   * @throws ProviderError.InvalidRequest when it is not well formed
   */
  public BulkFilter withName(String name) {
    return new BulkFilter(instanceIds, statuses, name, completedBefore, limit);
  }

  /**
   * Returns the same filter restricted to what ended before a moment.
   *
   * @param completedBefore the moment, itself excluded
   * @return a new filter
   * @throws ProviderError.InvalidRequest when it is out of range
   */
  public BulkFilter withCompletedBefore(Instant completedBefore) {
    return new BulkFilter(instanceIds, statuses, name, completedBefore, limit);
  }

  /**
   * Returns the same filter with a limit.
   *
   * @param limit the most instances to take
   * @return a new filter
   * @throws ProviderError.InvalidRequest when it is below 1
   */
  public BulkFilter withLimit(int limit) {
    return new BulkFilter(instanceIds, statuses, name, completedBefore, limit);
  }
}
