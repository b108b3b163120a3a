// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.schedule;

import dev.holdfast.runtime.internal.schedule.ScheduleState.Target;
import dev.holdfast.runtime.schedule.Schedule;
import dev.holdfast.runtime.schedule.ScheduleRun;
import org.jspecify.annotations.Nullable;

/**
 * What a schedule is told: exactly one of the components is there. Their names are part of the
 * stored form: add, never rename.
 */
record ScheduleCommand(
    @Nullable Change change,
    @Nullable Pause pause,
    @Nullable Resume resume,
    @Nullable Trigger trigger,
    @Nullable Ended ended) {

  /** Another definition; the target is absent when it stays. */
  record Change(Schedule schedule, @Nullable Target target) {}

  /** Starts no runs until it is resumed. */
  record Pause(@Nullable String note) {}

  /** Starts runs again. */
  record Resume(@Nullable String note) {}

  /** Starts a run of this instance id. */
  record Trigger(String run) {}

  /** A run has ended. */
  record Ended(String run, ScheduleRun.State state, @Nullable String failure) {}

  static ScheduleCommand of(Change change) {
    return new ScheduleCommand(change, null, null, null, null);
  }

  static ScheduleCommand of(Pause pause) {
    return new ScheduleCommand(null, pause, null, null, null);
  }

  static ScheduleCommand of(Resume resume) {
    return new ScheduleCommand(null, null, resume, null, null);
  }

  static ScheduleCommand of(Trigger trigger) {
    return new ScheduleCommand(null, null, null, trigger, null);
  }

  static ScheduleCommand of(Ended ended) {
    return new ScheduleCommand(null, null, null, null, ended);
  }
}
