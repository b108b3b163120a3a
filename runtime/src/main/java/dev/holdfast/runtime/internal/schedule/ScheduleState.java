// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.schedule;

import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.schedule.Schedule;
import dev.holdfast.runtime.schedule.ScheduleRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a schedule knows: the input of each execution of its instance. Component names are part
 * of the stored form: add, never rename.
 *
 * @param schedule when runs are due
 * @param target what they are
 * @param paused whether it starts none by itself
 * @param note why it was paused or resumed
 * @param doneUntil what is due at this moment or before has been dealt with; absent before the
 *     first turn
 * @param runs its runs, the newest first
 */
record ScheduleState(
    Schedule schedule,
    Target target,
    boolean paused,
    @Nullable String note,
    @Nullable Instant doneUntil,
    List<ScheduleRun> runs) {

  /** The store's clock ends a little later, and so do the years of cron expressions. */
  private static final Instant LATEST = Instant.parse("9999-01-01T00:00:00Z");

  /**
   * What a run is.
   *
   * @param name the name of the orchestration
   * @param version its version, absent where it has none
   * @param input its input
   */
  record Target(String name, @Nullable String version, Json input) {}

  ScheduleState {
    runs = List.copyOf(runs);
  }

  static ScheduleState created(Schedule schedule, Target target) {
    return new ScheduleState(schedule, target, false, null, null, List.of());
  }

  ScheduleState begunAt(Instant now) {
    return doneUntil == null ? new ScheduleState(schedule, target, paused, note, now, runs) : this;
  }

  /** {@return when the next run starts, jitter included; null when there is none} */
  @Nullable Instant nextStart(String id) {
    List<Instant> next = nextStarts(id, 1);
    return next.isEmpty() ? null : next.getFirst();
  }

  /** {@return when the next runs start, jitter included, ascending} */
  List<Instant> nextStarts(String id, int count) {
    List<Instant> starts = new ArrayList<>();
    Instant due = paused || doneUntil == null ? null : schedule.nextDue(doneUntil);
    while (due != null && starts.size() < count && due.isBefore(LATEST)) {
      Instant start = startOf(id, schedule, due);
      // A run does not start before one that was due earlier.
      starts.add(starts.isEmpty() || start.isAfter(starts.getLast()) ? start : starts.getLast());
      due = schedule.nextDue(due);
    }
    return starts;
  }

  /** {@return when a run starts that is due at a moment: the same whenever it is asked for} */
  static Instant startOf(String id, Schedule schedule, Instant due) {
    Duration jitter = schedule.jitter();
    if (jitter.toMillis() == 0) {
      return due;
    }
    long mixed = (due.toEpochMilli() + 31L * id.hashCode()) * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ mixed >>> 32) * 0xD6E8FEB86659FD93L;
    return due.plusMillis(Math.floorMod(mixed ^ mixed >>> 32, jitter.toMillis()));
  }
}
