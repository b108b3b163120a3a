// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.schedule;

import dev.holdfast.runtime.OrchestrationContext;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a run of a schedule knows of it. It is in the run's instance id: that of the schedule, an at
 * sign, and the moment at which the run was due, such as {@code nightly@2030-01-31T01:00:00Z}; for
 * a run that was triggered, {@code trigger-} and something unique in place of the moment.
 *
 * @param scheduleId the schedule
 * @param dueAt when the run was due, without jitter; absent for one that was triggered
 */
public record ScheduledRun(String scheduleId, @Nullable Instant dueAt) {

  /** Begins what stands behind the at sign for a run that was triggered. */
  public static final String TRIGGER = "trigger-";

  /** Checks the parts. */
  public ScheduledRun {
    Objects.requireNonNull(scheduleId, "scheduleId");
  }

  /**
   * Tells which run of which schedule an orchestration is.
   *
   * @param context the context of the orchestration
   * @return the run; empty when the instance was not started by a schedule
   */
  public static Optional<ScheduledRun> of(OrchestrationContext context) {
    return of(context.instanceId());
  }

  /**
   * Tells which run of which schedule an instance is.
   *
   * @param instanceId the instance id
   * @return the run; empty when the id is not that of a run
   */
  public static Optional<ScheduledRun> of(String instanceId) {
    int at = instanceId.lastIndexOf('@');
    if (at < 1) {
      return Optional.empty();
    }
    String id = instanceId.substring(0, at);
    String rest = instanceId.substring(at + 1);
    if (rest.startsWith(TRIGGER)) {
      return Optional.of(new ScheduledRun(id, null));
    }
    try {
      return Optional.of(new ScheduledRun(id, Instant.parse(rest)));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns the instance id of a run, such as to await it.
   *
   * @param scheduleId the schedule
   * @param dueAt when the run is due, without jitter
   * @return the id
   */
  public static String instanceId(String scheduleId, Instant dueAt) {
    return scheduleId + "@" + dueAt;
  }
}
