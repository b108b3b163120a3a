// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.retention;

import dev.holdfast.provider.state.RunStatus;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * For how long runs stay that have ended, with their steps, inboxes and cursors. The instance of a
 * run's id stays; where an {@link InstanceRule} removes it, its run goes with it.
 *
 * @param kind the kind of run, null for any
 * @param statuses statuses of runs that have ended, none for all of them
 * @param after how long after its end a run goes; null for never
 */
public record RunRule(@Nullable String kind, Set<RunStatus> statuses, @Nullable Duration after) {

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException when a status is none of a run that has ended, or the time is
   *     negative
   */
  public RunRule {
    statuses = Set.copyOf(statuses);
    if (!statuses.stream().allMatch(RunStatus::isEnded)) {
      throw new IllegalArgumentException(
          "statuses are %s; runs that go have ended".formatted(statuses));
    }
    Times.check(after);
  }

  /** {@return whether the rule decides about such a run} */
  boolean isFor(String ofKind, RunStatus status) {
    return (kind == null || kind.equals(ofKind))
        && (statuses.isEmpty() ? status.isEnded() : statuses.contains(status));
  }
}
