// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.schedule;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A run in the list of a schedule.
 *
 * @param instanceId the id of the instance, which exists unless the state says otherwise
 * @param dueAt when it was due, absent for one that was triggered
 * @param state how it stands
 * @param startedAt when the schedule started it, absent when it has not
 * @param endedAt when the schedule learned of its end, absent when it has not
 * @param failure why it failed or was cancelled, shortened; absent otherwise
 */
public record ScheduleRun(
    String instanceId,
    @Nullable Instant dueAt,
    State state,
    @Nullable Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable String failure) {

  /** Checks the parts. */
  public ScheduleRun {
    Objects.requireNonNull(instanceId, "instanceId");
    Objects.requireNonNull(state, "state");
  }

  /** How a run stands. */
  public enum State {
    /** It waits for earlier runs to end; there is no instance yet. */
    QUEUED,
    /** It has been started, a moment ago perhaps and not there yet, and has not ended. */
    RUNNING,
    /** It ended with an output. */
    COMPLETED,
    /** It ended with a failure. */
    FAILED,
    /** It ended because it was asked to cancel. */
    CANCELLED,
    /** It was left out, because an earlier run had not ended; there is no instance. */
    SKIPPED,
    /**
     * It was left out, because no worker was there when it was due; there is no instance. Stands
     * for all that were missed before it as well.
     */
    MISSED
  }
}
