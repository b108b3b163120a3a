// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.schedule;

import dev.holdfast.runtime.internal.schedule.ScheduleState.Target;
import dev.holdfast.runtime.schedule.Overlap;
import dev.holdfast.runtime.schedule.Schedule;
import dev.holdfast.runtime.schedule.ScheduleRun;
import dev.holdfast.runtime.schedule.ScheduleRun.State;
import dev.holdfast.runtime.schedule.ScheduledRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a schedule does at one moment: a function of its state, of the time and of what it is told.
 * Not thread-safe.
 */
final class ScheduleTurn {

  /** What is later than this was missed. */
  static final Duration GRACE = Duration.ofMinutes(1);

  private static final int MOST_ENDED = 20;
  private static final int MOST_QUEUED = 100;
  private static final int MOST_RUNNING = 1000;

  /** After so many missed runs half of the time that is left is passed over. */
  private static final int MANY_MISSED = 2_000;

  private final String id;
  private final Instant now;
  private final List<ScheduleRun> runs;
  private final List<String> started = new ArrayList<>();
  private Schedule schedule;
  private Target target;
  private boolean paused;
  private @Nullable String note;
  private Instant doneUntil;

  ScheduleTurn(String id, ScheduleState state, Instant now) {
    this.id = id;
    this.now = now;
    runs = new ArrayList<>(state.runs());
    schedule = state.schedule();
    target = state.target();
    paused = state.paused();
    note = state.note();
    doneUntil = Objects.requireNonNull(state.begunAt(now).doneUntil());
  }

  /** {@return the instance ids of the runs to be started} */
  List<String> started() {
    return List.copyOf(started);
  }

  /** {@return the state behind it} */
  ScheduleState state() {
    trim();
    return new ScheduleState(schedule, target, paused, note, doneUntil, runs);
  }

  /** Does what a command says; one that says nothing known does nothing. */
  void take(ScheduleCommand command) {
    if (command.change() != null) {
      change(command.change());
    } else if (command.pause() != null) {
      paused = true;
      note = command.pause().note();
    } else if (command.resume() != null) {
      doneUntil = paused ? later(doneUntil, now) : doneUntil;
      paused = false;
      note = command.resume().note();
      startQueued();
    } else if (command.trigger() != null) {
      trigger(command.trigger().run());
    } else if (command.ended() != null) {
      end(command.ended());
    }
  }

  private void change(ScheduleCommand.Change change) {
    if (!schedule.equals(change.schedule())) {
      schedule = change.schedule();
      doneUntil = later(doneUntil, now);
      startQueued();
    }
    target = change.target() == null ? target : change.target();
  }

  private void trigger(String run) {
    if (runs.stream().noneMatch(known -> known.instanceId().equals(run))) {
      boolean free = mayStart();
      State state = free ? State.RUNNING : State.QUEUED;
      add(run, null, !free && count(State.QUEUED) >= MOST_QUEUED ? State.SKIPPED : state);
    }
  }

  private void end(ScheduleCommand.Ended ended) {
    runs.replaceAll(run ->
        run.instanceId().equals(ended.run()) && run.state() == State.RUNNING
            ? new ScheduleRun(
                run.instanceId(), run.dueAt(), ended.state(), run.startedAt(), now, ended.failure())
            : run);
    startQueued();
  }

  /** Deals with what is due. */
  void dues() {
    if (paused) {
      doneUntil = later(doneUntil, now);
      return;
    }
    Instant onTime = now.minus(GRACE);
    int limit = schedule.catchUp().limit();
    Deque<Instant> missed = new ArrayDeque<>();
    List<Instant> due = new ArrayList<>();
    int passed = 0;
    Instant next = schedule.nextDue(doneUntil);
    while (next != null && !ScheduleState.startOf(id, schedule, next).isAfter(now)) {
      doneUntil = next;
      // With jitter a run may have waited for one that was due before it.
      if (!next.plus(schedule.jitter()).isBefore(onTime)) {
        due.add(next);
      } else {
        missed.add(next);
        if (missed.size() > limit + 1) {
          missed.remove();
        }
        if (++passed == MANY_MISSED) {
          passed = 0;
          doneUntil = next.plus(Duration.between(next, onTime).dividedBy(2));
        }
      }
      next = schedule.nextDue(doneUntil);
    }
    if (missed.size() > limit) {
      add(ScheduledRun.instanceId(id, missed.element()), missed.remove(), State.MISSED);
    }
    missed.forEach(this::due);
    due.forEach(this::due);
  }

  private void due(Instant moment) {
    State state = State.SKIPPED;
    if (mayStart()) {
      state = State.RUNNING;
    } else if (schedule.overlap() == Overlap.QUEUE && count(State.QUEUED) < MOST_QUEUED) {
      state = State.QUEUED;
    }
    add(ScheduledRun.instanceId(id, moment), moment, state);
  }

  private boolean mayStart() {
    return count(State.RUNNING) < (schedule.overlap() == Overlap.ALLOW ? MOST_RUNNING : 1);
  }

  private void startQueued() {
    for (int i = runs.size() - 1; i >= 0 && mayStart(); i--) {
      ScheduleRun run = runs.get(i);
      // While it is paused, runs start that were asked for, and no others.
      if (run.state() == State.QUEUED && (!paused || run.dueAt() == null)) {
        runs.set(i, started(run.instanceId(), run.dueAt()));
      }
    }
  }

  private void add(String run, @Nullable Instant dueAt, State state) {
    runs.addFirst(
        state == State.RUNNING
            ? started(run, dueAt)
            : new ScheduleRun(run, dueAt, state, null, null, null));
  }

  private ScheduleRun started(String run, @Nullable Instant dueAt) {
    started.add(run);
    return new ScheduleRun(run, dueAt, State.RUNNING, now, null, null);
  }

  private int count(State state) {
    return (int) runs.stream().filter(run -> run.state() == state).count();
  }

  private void trim() {
    int ended = 0;
    for (int i = 0; i < runs.size(); i++) {
      State state = runs.get(i).state();
      if (state != State.RUNNING && state != State.QUEUED && ++ended > MOST_ENDED) {
        runs.remove(i--);
      }
    }
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
