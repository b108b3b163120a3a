// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.runtime.internal.event.Json;
import dev.holdfast.runtime.internal.schedule.ScheduleCommand.Change;
import dev.holdfast.runtime.internal.schedule.ScheduleCommand.Ended;
import dev.holdfast.runtime.internal.schedule.ScheduleCommand.Pause;
import dev.holdfast.runtime.internal.schedule.ScheduleCommand.Resume;
import dev.holdfast.runtime.internal.schedule.ScheduleCommand.Trigger;
import dev.holdfast.runtime.internal.schedule.ScheduleState.Target;
import dev.holdfast.runtime.schedule.CatchUp;
import dev.holdfast.runtime.schedule.Overlap;
import dev.holdfast.runtime.schedule.Schedule;
import dev.holdfast.runtime.schedule.ScheduleRun;
import dev.holdfast.runtime.schedule.ScheduleRun.State;
import dev.holdfast.runtime.schedule.ScheduledRun;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a schedule does, in a time that the test makes pass. */
class ScheduleTurnTest {

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Schedule HOURLY = Schedule.cron("@hourly");

  private final List<String> started = new ArrayList<>();
  private Instant now = START;
  private ScheduleState state;

  private void create(Schedule schedule) {
    Target target = new Target("report", null, new Json("{}"));
    state = ScheduleState.created(schedule, target).begunAt(now);
  }

  private void turn(ScheduleCommand... commands) {
    ScheduleTurn turn = new ScheduleTurn("s", state, now);
    turn.dues();
    List.of(commands).forEach(turn::take);
    started.addAll(turn.started());
    // as it is stored
    state = ScheduleCode.state(ScheduleCode.encoded(turn.state()).json());
  }

  /** Lets time pass with a worker that is there: each run is started at its moment. */
  private void pass(Duration duration) {
    Instant end = now.plus(duration);
    for (Instant next = state.nextStart("s");
        next != null && !next.isAfter(end);
        next = state.nextStart("s")) {
      now = next;
      turn();
    }
    now = end;
  }

  /** Lets time pass while no worker is there. */
  private void down(Duration duration) {
    now = now.plus(duration);
    turn();
  }

  private void end(String run) {
    turn(ScheduleCommand.of(new Ended(run, State.COMPLETED, null)));
  }

  private static String at(String moment) {
    return ScheduledRun.instanceId("s", Instant.parse(moment));
  }

  private List<String> runs(State of) {
    return state.runs().stream()
        .filter(run -> run.state() == of)
        .map(ScheduleRun::instanceId)
        .toList();
  }

  @Test
  void aYearOfNightsIsARunForEachDay() {
    create(Schedule.cron("30 2 * * *").zone(BERLIN).overlap(Overlap.ALLOW));
    for (int day = 1; day <= 365; day++) {
      pass(Duration.ofDays(1));
      end(started.getLast());
    }
    assertThat(started).hasSize(365).doesNotHaveDuplicates();
    assertThat(started)
        .extracting(run -> ScheduledRun.of(run).orElseThrow().dueAt().atZone(BERLIN).getDayOfYear())
        .isSorted()
        .doesNotHaveDuplicates();
    assertThat(started.get(87)).isEqualTo(at("2026-03-29T01:00:00Z")); // the clock jumps
    assertThat(started.get(297)).isEqualTo(at("2026-10-25T00:30:00Z")); // the first half past two
    assertThat(state.runs()).hasSize(20).allMatch(run -> run.state() == State.COMPLETED);
  }

  @Test
  void anIntervalCountsFromItsBeginning() {
    Instant from = START.plusSeconds(4_000);
    create(Schedule.every(Duration.ofMinutes(45)).from(from).overlap(Overlap.ALLOW));
    pass(Duration.ofHours(3));
    assertThat(started)
        .containsExactly(
            at("2026-01-01T01:06:40Z"), at("2026-01-01T01:51:40Z"), at("2026-01-01T02:36:40Z"));
    create(Schedule.every(Duration.ofMinutes(45)));
    assertThat(state.nextStart("s")).isEqualTo(Instant.parse("2026-01-01T03:45:00Z"));
    assertThat(Schedule.every(Duration.ofMinutes(45)).nextDue(START.minusSeconds(1)))
        .isEqualTo(START);
  }

  @Test
  void nothingIsDueOutsideOfTheBounds() {
    create(
        HOURLY
            .from(START.plus(Duration.ofHours(2)))
            .until(START.plus(Duration.ofHours(4)))
            .overlap(Overlap.ALLOW));
    pass(Duration.ofDays(2));
    assertThat(started)
        .containsExactly(
            at("2026-01-01T02:00:00Z"), at("2026-01-01T03:00:00Z"), at("2026-01-01T04:00:00Z"));
    assertThat(state.nextStart("s")).isNull();
  }

  @Test
  void whileARunIsUnderWayOthersAreSkipped() {
    create(HOURLY);
    pass(Duration.ofHours(3));
    assertThat(started).containsExactly(at("2026-01-01T01:00:00Z"));
    assertThat(runs(State.SKIPPED))
        .containsExactly(at("2026-01-01T03:00:00Z"), at("2026-01-01T02:00:00Z"));
    end(at("2026-01-01T01:00:00Z"));
    pass(Duration.ofHours(1));
    assertThat(started).containsExactly(at("2026-01-01T01:00:00Z"), at("2026-01-01T04:00:00Z"));
  }

  @Test
  void runsWaitForEachOtherInTheirOrder() {
    create(HOURLY.overlap(Overlap.QUEUE));
    pass(Duration.ofHours(3));
    assertThat(started).containsExactly(at("2026-01-01T01:00:00Z"));
    assertThat(runs(State.QUEUED))
        .containsExactly(at("2026-01-01T03:00:00Z"), at("2026-01-01T02:00:00Z"));
    end(started.getLast());
    assertThat(started).last().isEqualTo(at("2026-01-01T02:00:00Z"));
    end(started.getLast());
    assertThat(started).last().isEqualTo(at("2026-01-01T03:00:00Z"));
    end(started.getLast());
    assertThat(started).hasSize(3);
    assertThat(runs(State.COMPLETED)).hasSize(3);
  }

  @Test
  void onlyAHundredRunsWait() {
    create(HOURLY.overlap(Overlap.QUEUE));
    pass(Duration.ofHours(110));
    assertThat(runs(State.QUEUED)).hasSize(100).last().isEqualTo(at("2026-01-01T02:00:00Z"));
    assertThat(runs(State.SKIPPED)).hasSize(9);
  }

  @Test
  void runsMayOverlap() {
    create(HOURLY.overlap(Overlap.ALLOW));
    pass(Duration.ofHours(3));
    assertThat(started).hasSize(3);
    assertThat(runs(State.RUNNING)).hasSize(3);
    end(started.get(1));
    assertThat(runs(State.RUNNING))
        .containsExactly(at("2026-01-01T03:00:00Z"), at("2026-01-01T01:00:00Z"));
    assertThat(runs(State.COMPLETED)).containsExactly(at("2026-01-01T02:00:00Z"));
  }

  @Test
  void withoutCatchUpMissedRunsAreLeftOut() {
    create(HOURLY.catchUp(CatchUp.NONE).overlap(Overlap.ALLOW));
    down(Duration.ofMinutes(5 * 60 + 2));
    assertThat(started).isEmpty();
    assertThat(runs(State.MISSED)).containsExactly(at("2026-01-01T05:00:00Z"));
    pass(Duration.ofHours(1));
    assertThat(started).containsExactly(at("2026-01-01T06:00:00Z"));
  }

  @Test
  void whatIsOnlyAMinuteLateWasNotMissed() {
    create(HOURLY.catchUp(CatchUp.NONE).overlap(Overlap.ALLOW));
    down(Duration.ofMinutes(5 * 60 + 1));
    assertThat(started).containsExactly(at("2026-01-01T05:00:00Z"));
    assertThat(runs(State.MISSED)).containsExactly(at("2026-01-01T04:00:00Z"));
  }

  @Test
  void theLastMissedRunIsMadeUpFor() {
    create(HOURLY.catchUp(CatchUp.LAST).overlap(Overlap.ALLOW));
    down(Duration.ofMinutes(5 * 60 + 30));
    assertThat(started).containsExactly(at("2026-01-01T05:00:00Z"));
    assertThat(runs(State.MISSED)).containsExactly(at("2026-01-01T04:00:00Z"));
    turn();
    assertThat(started).hasSize(1);
  }

  @Test
  void allMissedRunsAreMadeUpForUpToALimit() {
    create(HOURLY.catchUp(CatchUp.all(3)).overlap(Overlap.QUEUE));
    down(Duration.ofMinutes(2 * 60 + 30));
    assertThat(started).containsExactly(at("2026-01-01T01:00:00Z"));
    assertThat(runs(State.QUEUED)).containsExactly(at("2026-01-01T02:00:00Z"));
    assertThat(runs(State.MISSED)).isEmpty();
    end(started.getLast());
    end(started.getLast());
    down(Duration.ofHours(5));
    assertThat(runs(State.MISSED)).containsExactly(at("2026-01-01T04:00:00Z"));
    assertThat(started).last().isEqualTo(at("2026-01-01T05:00:00Z"));
    assertThat(runs(State.QUEUED))
        .containsExactly(at("2026-01-01T07:00:00Z"), at("2026-01-01T06:00:00Z"));
  }

  @Test
  void aYearOfMissedSecondsIsPassedOver() {
    create(Schedule.cron("* * * * * *").catchUp(CatchUp.all(3)).overlap(Overlap.ALLOW));
    down(Duration.ofDays(365));
    // and those of the last minute, which are not missed
    assertThat(started)
        .hasSize(64)
        .startsWith(at("2026-12-31T23:58:57Z"))
        .endsWith(at("2027-01-01T00:00:00Z"));
  }

  @Test
  void jitterIsStableAndSpread() {
    create(HOURLY.jitter(Duration.ofMinutes(30)).overlap(Overlap.ALLOW));
    List<Instant> starts = state.nextStarts("s", 50);
    assertThat(state.nextStarts("s", 50)).isEqualTo(starts).isSorted();
    List<Long> minutes =
        starts.stream().map(start -> Duration.between(START, start).toMinutes() % 60).toList();
    assertThat(minutes).allMatch(minute -> minute < 30).anyMatch(m -> m < 10).anyMatch(m -> m > 20);
    assertThat(state.nextStarts("other", 50)).isNotEqualTo(starts);
    pass(Duration.ofHours(2).plusMinutes(29));
    assertThat(started).containsExactly(at("2026-01-01T01:00:00Z"), at("2026-01-01T02:00:00Z"));
  }

  @Test
  void jitterThatIsLongerThanTheIntervalChangesNoOrder() {
    create(HOURLY.jitter(Duration.ofHours(5)).overlap(Overlap.ALLOW).catchUp(CatchUp.NONE));
    pass(Duration.ofDays(2));
    assertThat(started.size()).isBetween(43, 48);
    assertThat(started).isSorted().startsWith(at("2026-01-01T01:00:00Z"));
    assertThat(runs(State.MISSED)).isEmpty();
  }

  @Test
  void whatIsDueDuringAPauseIsNotMadeUpFor() {
    create(HOURLY.overlap(Overlap.ALLOW).catchUp(CatchUp.all(10)));
    turn(ScheduleCommand.of(new Pause("holiday")));
    assertThat(state.nextStart("s")).isNull();
    assertThat(state.note()).isEqualTo("holiday");
    down(Duration.ofHours(3));
    turn(ScheduleCommand.of(new Resume(null)));
    assertThat(started).isEmpty();
    assertThat(state.note()).isNull();
    pass(Duration.ofHours(1));
    assertThat(started).containsExactly(at("2026-01-01T04:00:00Z"));
  }

  @Test
  void queuedRunsWaitForTheEndOfAPauseAndTriggeredOnesDoNot() {
    create(HOURLY.overlap(Overlap.QUEUE));
    pass(Duration.ofHours(2));
    turn(ScheduleCommand.of(new Pause("holiday")), ScheduleCommand.of(new Trigger("s@trigger-1")));
    end(at("2026-01-01T01:00:00Z"));
    assertThat(started).containsExactly(at("2026-01-01T01:00:00Z"), "s@trigger-1");
    end("s@trigger-1");
    assertThat(started).hasSize(2);
    turn(ScheduleCommand.of(new Resume(null)));
    assertThat(started).last().isEqualTo(at("2026-01-01T02:00:00Z"));
  }

  @Test
  void aTriggeredRunIsNeverSkippedAndNeverOverlaps() {
    create(HOURLY);
    pass(Duration.ofHours(1));
    turn(ScheduleCommand.of(new Trigger("s@trigger-1")));
    turn(ScheduleCommand.of(new Trigger("s@trigger-1")));
    assertThat(runs(State.QUEUED)).containsExactly("s@trigger-1");
    end(started.getFirst());
    assertThat(started).containsExactly(at("2026-01-01T01:00:00Z"), "s@trigger-1");
    assertThat(Objects.requireNonNull(state.runs().getFirst()).dueAt()).isNull();
  }

  @Test
  void aChangeBringsNothingBack() {
    create(Schedule.cron("0 2 * * *").overlap(Overlap.ALLOW));
    pass(Duration.ofHours(15));
    Schedule afternoon = Schedule.cron("0 14 * * *").catchUp(CatchUp.all(10));
    turn(ScheduleCommand.of(new Change(afternoon, new Target("other", "2", new Json("1")))));
    assertThat(started).containsExactly(at("2026-01-01T02:00:00Z"));
    assertThat(state.target()).isEqualTo(new Target("other", "2", new Json("1")));
    assertThat(state.nextStart("s")).isEqualTo(Instant.parse("2026-01-02T14:00:00Z"));
    turn(ScheduleCommand.of(new Change(Schedule.cron("0 2 * * *"), null)));
    assertThat(state.nextStart("s")).isEqualTo(Instant.parse("2026-01-02T02:00:00Z"));
    assertThat(state.target().name()).isEqualTo("other");
  }

  /** Programs say at each start what they need; that must not lose what is due meanwhile. */
  @Test
  void theSameScheduleAgainIsNoChange() {
    create(HOURLY);
    now = now.plus(Duration.ofMinutes(90));
    ScheduleTurn turn = new ScheduleTurn("s", state, now);
    turn.take(ScheduleCommand.of(new Change(HOURLY, null)));
    turn.dues();
    assertThat(turn.started()).containsExactly(at("2026-01-01T01:00:00Z"));
  }

  @Test
  void runsThatMayOverlapAfterAChangeStartAtOnce() {
    create(HOURLY.overlap(Overlap.QUEUE));
    pass(Duration.ofHours(3));
    turn(ScheduleCommand.of(new Change(HOURLY.overlap(Overlap.ALLOW), null)));
    assertThat(started).hasSize(3);
  }

  @Test
  void theEndOfARunThatIsNotKnownDoesNothing() {
    create(HOURLY);
    pass(Duration.ofHours(1));
    ScheduleState before = state;
    end("s@trigger-9");
    assertThat(state).isEqualTo(before);
    turn(ScheduleCommand.of(new Ended(started.getFirst(), State.FAILED, "no paper")));
    assertThat(state.runs())
        .containsExactly(
            new ScheduleRun(
                at("2026-01-01T01:00:00Z"),
                Instant.parse("2026-01-01T01:00:00Z"),
                State.FAILED,
                now,
                now,
                "no paper"));
    // told twice, it stays as it was
    end(started.getFirst());
    assertThat(runs(State.FAILED)).hasSize(1);
  }
}
