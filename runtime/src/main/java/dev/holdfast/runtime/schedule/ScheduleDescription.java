// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.schedule;

import dev.holdfast.runtime.EncodedValue;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as it stood when it was read. What was asked of it and not done yet by a worker is not
 * in it.
 *
 * @param id its id
 * @param instanceId the id of the instance that it is
 * @param state how it stands
 * @param schedule when runs are due; absent while it is pending
 * @param orchestration the name of what it starts; absent while it is pending
 * @param version the version of what it starts, absent where it has none
 * @param input the input of its runs; absent while it is pending
 * @param note why it was paused or resumed, for people; absent where nothing was said
 * @param nextRuns when the next runs start, jitter included, at most 10 and ascending. None while
 *     it is not active. A moment that has passed waits for a worker
 * @param runs its runs, the newest first: those that wait, those that run, and the last 20 of the
 *     others
 * @param failure why it has ended, absent unless it has
 */
public record ScheduleDescription(
    String id,
    String instanceId,
    State state,
    @Nullable Schedule schedule,
    @Nullable String orchestration,
    @Nullable String version,
    @Nullable EncodedValue input,
    @Nullable String note,
    List<Instant> nextRuns,
    List<ScheduleRun> runs,
    @Nullable String failure) {

  /** Checks and copies the parts. */
  public ScheduleDescription {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(instanceId, "instanceId");
    Objects.requireNonNull(state, "state");
    nextRuns = List.copyOf(nextRuns);
    runs = List.copyOf(runs);
  }

  /** How a schedule stands. */
  public enum State {
    /** It was created, and no worker has taken it up yet. */
    PENDING,
    /** It starts runs when they are due. */
    ACTIVE,
    /** It starts no runs by itself. */
    PAUSED,
    /**
     * Its instance was cancelled or has failed; it does nothing more, and can be deleted or created
     * again.
     */
    ENDED
  }
}
