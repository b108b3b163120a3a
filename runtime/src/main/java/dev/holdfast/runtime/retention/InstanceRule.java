// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.retention;

import dev.holdfast.provider.ExecutionStatus;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * For how long finished instances stay, with all that belongs to them: histories, key-values,
 * children, and the runs and inboxes of their ids.
 *
 * @param name the orchestration, null for any
 * @param statuses {@link ExecutionStatus#COMPLETED}, {@link ExecutionStatus#FAILED} or both; none
 *     for both
 * @param after how long after its end an instance goes; null for never
 */
public record InstanceRule(
    @Nullable String name, Set<ExecutionStatus> statuses, @Nullable Duration after) {

  /** The statuses of instances that have finished. */
  static final Set<ExecutionStatus> FINISHED =
      Set.copyOf(EnumSet.of(ExecutionStatus.COMPLETED, ExecutionStatus.FAILED));

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException when a status is none of a finished instance, or the time is
   *     negative
   */
  public InstanceRule {
    statuses = Set.copyOf(statuses);
    if (!FINISHED.containsAll(statuses)) {
      throw new IllegalArgumentException(
          "statuses are %s; instances that go are completed or failed".formatted(statuses));
    }
    Times.check(after);
  }

  /** {@return whether the rule decides about such an instance} */
  boolean isFor(String orchestration, ExecutionStatus status) {
    return (name == null || name.equals(orchestration))
        && (statuses.isEmpty() ? FINISHED : statuses).contains(status);
  }
}
