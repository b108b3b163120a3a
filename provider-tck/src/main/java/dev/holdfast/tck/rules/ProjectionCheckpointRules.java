// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;

/** Checkpoints of shards, and events that are parked. */
@RuleFamily("PROJECTION")
final class ProjectionCheckpointRules {

  private static final int SHARDS = 4;
  private static final int RUNNERS = 2;
  private static final int EVENTS = 60;
  private static final int LONGEST_ERROR = 4_096;
  private static final String NAME = "totals";

  /** A projection beside some events, whose positions are returned. */
  private static List<LogPosition> positions(Projected a, int events, int shards) {
    a.calls().create(NAME, 0, shards, LogPosition.START);
    for (int n = 0; n < events; n++) {
      a.streams().add(Streamed.stream("s" + n % 3), 1);
    }
    return Streamed.positions(a.streams().log());
  }

  private static UpdateProjection moving(int shard, LogPosition from, LogPosition to) {
    return UpdateProjection.advancing(
        NAME, 1, List.of(Projected.put("row", to)), new Advance(shard, from, to));
  }

  /**
   * An update goes on from the stored checkpoint alone.
   *
   * <p><b>Shape:</b> from behind, ahead and another shard's checkpoint, alone and in a list behind
   * an append: a conflict with the position found, and nothing is written; a repeat of what was
   * applied is one with its own end.
   */
  @Rule("PROJECTION-05")
  void anUpdateGoesOnFromTheCheckpoint(StoreUnderTest store) {
    Projected a = Projected.first(store);
    List<LogPosition> at = positions(a, 5, 2);
    a.update(moving(0, LogPosition.START, at.get(2)));
    a.update(moving(1, LogPosition.START, at.get(1)));
    List<Object> before = a.snapshot(NAME);
    for (int shard : List.of(0, 1)) {
      LogPosition found = at.get(2 - shard);
      for (LogPosition wrong :
          List.of(LogPosition.START, at.get(0), at.get(1 + shard), at.get(3))) {
        UpdateProjection update = moving(shard, wrong, at.get(4));
        VersionConflict conflict =
            a.refused("An update goes on from another checkpoint.", VersionConflict.class, update);
        Expect.equal("A conflict found another position.", found, conflict.foundPosition());
        Expect.that(
            "A conflict does not name its projection.",
            "with " + NAME,
            conflict.subject(),
            conflict.subject().contains(NAME));
        VersionConflict inList =
            Expect.thrown(
                "An update goes on from another checkpoint.",
                VersionConflict.class,
                () ->
                    a.streams()
                        .changes()
                        .apply(List.of(Streamed.append(Streamed.stream("s0"), 1), update)));
        Expect.equal("An error names another place.", 1, inList.changeIndex());
        Expect.equal("A conflict found another position.", found, inList.foundPosition());
      }
    }
    Expect.equal("A refused update wrote something.", before, a.snapshot(NAME));
    Expect.equal("A refused list appended something.", 5, a.streams().log().size());
    UpdateProjection next = moving(0, at.get(2), at.get(4));
    a.update(next);
    Expect.equal(
        "A repeat does not tell what happened.",
        at.get(4),
        Projected.second(store)
            .refused("An update was applied twice.", VersionConflict.class, next)
            .foundPosition());
  }

  /**
   * Of two runners that go on from one checkpoint one wins.
   *
   * <p><b>Shape:</b> two runners without a fence count events page by page, each going on from
   * where the other one is: each step has one winner, and the counts are exact.
   */
  @Rule("PROJECTION-05")
  void ofTwoRunnersOneWinsEachStep(StoreUnderTest store) {
    List<Projected> runners = Projected.several(store, RUNNERS);
    Projected a = runners.get(0);
    List<LogPosition> at = positions(a, store.rounds(EVENTS), 1);
    List<Integer> won = Together.times(RUNNERS, n -> run(runners.get(n), at));
    Expect.equal("A step has not one winner.", at.size(), won.stream().mapToInt(n -> n).sum());
    a.expectCounted("Events were counted twice, or not.", NAME, 1);
  }

  private static int run(Projected runner, List<LogPosition> at) {
    int won = 0;
    while (runner.checkpoint(NAME, 1).isBefore(at.getLast())) {
      UpdateProjection page = runner.nextPage(NAME, 1, 1);
      try {
        runner.meeting(page);
        // The other runner may have taken the last step meanwhile.
        won += page.rows().isEmpty() ? 0 : 1;
      } catch (VersionConflict lost) {
        Expect.that(
            "A conflict found no later position.",
            "behind the one that was expected",
            lost,
            lost.foundPosition() != null
                && page.advance() != null
                && lost.foundPosition().isAfter(page.advance().from()));
      }
    }
    return won;
  }

  /**
   * A checkpoint goes neither back nor ahead of the log.
   *
   * <p><b>Shape:</b> back, and behind the head, with a row and an event to park: refused, nothing
   * written; staying is accepted, and its row is there.
   */
  @Rule("PROJECTION-06")
  void aCheckpointGoesNeitherBackNorAhead(StoreUnderTest store) {
    Projected a = Projected.first(store);
    List<LogPosition> at = positions(a, 3, 1);
    LogPosition head = a.head();
    a.update(moving(0, LogPosition.START, at.get(1)));
    List<Object> before = a.snapshot(NAME);
    Expect.invalid("A checkpoint went back.", () -> a.update(moving(0, at.get(1), at.get(0))));
    Expect.invalid(
        "A checkpoint went back.", () -> a.update(moving(0, at.get(1), LogPosition.START)));
    for (LogPosition far :
        List.of(Projected.behind(head), new LogPosition(head.major() + 1, head.minor()))) {
      a.refused(
          "A checkpoint went ahead of the log.", InvalidRequest.class, moving(0, at.get(1), far));
    }
    Expect.equal("A refused update wrote something.", before, a.snapshot(NAME));
    a.update(Projected.moving(NAME, 1, at.get(1), at.get(1), Projected.put("row", "stayed")));
    Expect.equal(
        "A row of an update that stays is missing.",
        "stayed",
        Projected.second(store).value(NAME, null, "row"));
    a.update(moving(0, at.get(1), head));
    Expect.equal("A checkpoint is not where it was moved.", head, a.checkpoint(NAME, 1));
  }

  /**
   * Readers never see a checkpoint fall.
   *
   * <p><b>Shape:</b> two runners from two handles take turns, one of them going back in what it
   * asks for; a reader on B looks all the while.
   */
  @Rule("PROJECTION-06")
  void noReaderSeesACheckpointFall(StoreUnderTest store) {
    List<Projected> runners = Projected.several(store, RUNNERS);
    Projected a = runners.get(0);
    List<LogPosition> at = positions(a, store.rounds(EVENTS) + 2, 1);
    Projected b = Projected.second(store);
    AtomicReference<LogPosition> last = new AtomicReference<>(LogPosition.START);
    Meanwhile.all(
        at.size() - 1,
        round -> {
          LogPosition from = round == 0 ? LogPosition.START : at.get(round - 1);
          runners.get(round % RUNNERS).meeting(moving(0, from, at.get(round)));
          if (round > 0) {
            runners
                .get(1 - round % RUNNERS)
                .refused(
                    "A checkpoint went back.",
                    VersionConflict.class,
                    moving(0, LogPosition.START, at.get(round - 1)));
          }
        },
        () -> {
          LogPosition now = b.checkpoint(NAME, 1);
          Expect.that(
              "A reader saw a checkpoint fall.",
              "at or behind " + last.get(),
              now,
              !now.isBefore(last.get()));
          last.set(now);
        });
  }

  /**
   * Shards move each for itself.
   *
   * <p><b>Shape:</b> four shards of one generation, updated together by four handles, one of them
   * conflicting again and again: the others' checkpoints and rows go on; one that is not there is
   * refused.
   */
  @Rule("PROJECTION-07")
  void shardsMoveEachForItself(StoreUnderTest store) {
    List<Projected> handles = Projected.several(store, SHARDS);
    Projected a = handles.get(0);
    List<LogPosition> at = positions(a, 20, SHARDS);
    Together.times(SHARDS, n -> moveAll(handles.get(n), n, at));
    List<LogPosition> checkpoints = a.checkpoints(NAME, 1);
    for (int shard = 0; shard < SHARDS; shard++) {
      Expect.equal(
          "A shard is not where it was moved.",
          shard == 0 ? LogPosition.START : at.getLast(),
          checkpoints.get(shard));
      Expect.equal(
          "A shard's row is missing.",
          shard == 0 ? null : at.getLast().toString(),
          a.value(NAME, null, "of " + shard));
    }
    int most = a.streams().calls().limits().maxShards();
    for (int shard : List.of(SHARDS, most - 1, most, Integer.MAX_VALUE)) {
      a.refused(
          "A shard was moved that is not there.",
          InvalidRequest.class,
          moving(shard, LogPosition.START, at.get(0)));
    }
    Expect.invalid("A negative shard was taken.", () -> moving(-1, at.get(0), at.get(0)));
    Expect.equal("A refused update moved a shard.", checkpoints, a.checkpoints(NAME, 1));
  }

  private static boolean moveAll(Projected through, int shard, List<LogPosition> at) {
    LogPosition from = LogPosition.START;
    for (LogPosition to : at) {
      UpdateProjection update =
          UpdateProjection.advancing(
              NAME,
              1,
              List.of(Projected.put("of " + shard, to)),
              new Advance(shard, shard == 0 ? to : from, to));
      if (shard == 0) {
        Expect.thrown(
            "A shard goes on from another checkpoint.",
            VersionConflict.class,
            () -> through.meeting(update));
      } else {
        through.meeting(update);
      }
      from = to;
    }
    return true;
  }

  /**
   * Parked events are kept, listed and taken away by position.
   *
   * <p><b>Shape:</b> parked by updates that advance and that stay, and inline; listed in pages, by
   * both handles; parked again with other attempts; unparked with a row, alone and twice. Neither
   * touches the checkpoint, nor another generation.
   */
  @Rule("PROJECTION-27")
  void parkedEventsAreKept(StoreUnderTest store) {
    Projected a = Projected.first(store);
    List<LogPosition> at = positions(a, 6, 1);
    List<StreamEvent> events = a.streams().log();
    a.create(NAME, 1);
    List<ParkedEvent> expected = new ArrayList<>();
    for (int n = 0; n < events.size(); n++) {
      String error = n == 3 ? "\u00E9".repeat(LONGEST_ERROR) : "error " + n;
      expected.add(ParkedEvent.of(events.get(n), n, error));
    }
    Instant before = a.streams().calls().head().now();
    a.update(
        new UpdateProjection(
            NAME,
            1,
            List.of(),
            new Advance(0, LogPosition.START, at.get(3)),
            expected.subList(2, 4).reversed(),
            List.of()));
    a.update(a.parking(NAME, 1, expected.subList(4, 6), List.of()));
    a.update(new UpdateProjection(NAME, 1, List.of(), null, expected.subList(0, 2), List.of()));
    Instant after = a.streams().calls().head().now();
    for (Projected through : List.of(a, Projected.second(store))) {
      expectParked(through, 1, expected);
      for (ParkedEvent one : through.calls().parked(NAME, 1, LogPosition.START, 10)) {
        Instant time = one.parkedAt();
        Expect.that(
            "An event was not parked at the store's time.",
            "between " + before + " and " + after,
            time,
            time != null && !time.isBefore(before) && !time.isAfter(after));
      }
    }
    expectParked(a, 2, List.of());
    Expect.equal("Parking moved a checkpoint.", at.get(3), a.checkpoint(NAME, 1));
    store.moveTime(store.tick());
    ParkedEvent again = ParkedEvent.of(events.get(1), 9, "another error");
    a.update(a.parking(NAME, 1, List.of(again), List.of()));
    expected.set(1, again);
    expectParked(a, 1, expected);
    a.update(
        new UpdateProjection(
            NAME,
            1,
            List.of(Projected.put("retried", "yes")),
            new Advance(0, at.get(3), at.get(3)),
            List.of(),
            List.of(at.get(2), at.get(4))));
    expected.remove(4);
    expected.remove(2);
    expectParked(Projected.second(store), 1, expected);
    Expect.equal("A retried event's row is missing.", "yes", a.value(NAME, null, "retried"));
    Expect.equal("Unparking moved a checkpoint.", at.get(3), a.checkpoint(NAME, 1));
    ParkedEvent back = ParkedEvent.of(events.get(0), 3, "back");
    a.update(a.parking(NAME, 1, List.of(back), List.of(at.get(0))));
    expected.set(0, back);
    expectParked(a, 1, expected);
  }

  private static void expectParked(Projected through, int generation, List<ParkedEvent> expected) {
    for (int limit : List.of(1, 2, Streamed.PAGE)) {
      List<ParkedEvent> found = new ArrayList<>();
      List<ParkedEvent> page;
      LogPosition after = LogPosition.START;
      do {
        page = through.calls().parked(NAME, generation, after, limit);
        Expect.atMost("A page is too long.", limit, page.size());
        page.forEach(one -> found.add(withoutTime(one)));
        after = page.isEmpty() ? after : page.getLast().position();
      } while (!page.isEmpty());
      Expect.equal("Parked events are others, or in another order.", expected, found);
    }
    Expect.equal(
        "Parked events are counted otherwise.",
        (long) expected.size(),
        through.info(NAME).generations().get(generation - 1).parked());
  }

  private static ParkedEvent withoutTime(ParkedEvent one) {
    return new ParkedEvent(
        one.position(), one.stream(), one.version(), one.attempts(), one.error(), null);
  }

  /**
   * What is not parked cannot be unparked, and what is not in the log not parked.
   *
   * <p><b>Shape:</b> unpark another position, one of another generation, one twice, beside a good
   * one and a row; park behind the head: refused, and nothing is written.
   */
  @Rule("PROJECTION-27")
  void whatIsNotParkedCannotBeUnparked(StoreUnderTest store) {
    Projected a = Projected.first(store);
    List<LogPosition> at = positions(a, 4, 1);
    List<StreamEvent> events = a.streams().log();
    a.create(NAME, 1);
    a.update(a.parking(NAME, 1, List.of(ParkedEvent.of(events.get(0), 1, "e")), List.of()));
    a.update(a.parking(NAME, 2, List.of(ParkedEvent.of(events.get(1), 1, "e")), List.of()));
    List<Object> before = a.snapshot(NAME);
    for (List<LogPosition> wrong :
        List.of(
            List.of(at.get(2)),
            List.of(at.get(0), at.get(1)),
            List.of(at.get(0), at.get(0)),
            List.of(Projected.behind(a.head())))) {
      a.refused(
          "What is not parked was unparked.",
          NotFound.class,
          new UpdateProjection(
              NAME,
              1,
              List.of(Projected.put("row", "1")),
              new Advance(0, LogPosition.START, at.get(3)),
              List.of(ParkedEvent.of(events.get(3), 1, "e")),
              wrong));
    }
    ParkedEvent far =
        new ParkedEvent(Projected.behind(a.head()), Streamed.stream("s0"), 1, 1, "not yet", null);
    a.refused(
        "An event behind the head was parked.",
        InvalidRequest.class,
        a.parking(NAME, 1, List.of(far), List.of(at.get(0))));
    Expect.invalid(
        "An error text of more than the most was taken.",
        () -> ParkedEvent.of(events.get(0), 1, "x".repeat(LONGEST_ERROR + 1)));
    Expect.equal("A refused update wrote something.", before, a.snapshot(NAME));
  }

  /**
   * What is said of a projection never falls, and its live generation is there.
   *
   * <p><b>Shape:</b> a runner, a creator with a switch and a drop behind it, and an operator who
   * looks from B: live is among the generations, no checkpoint of one and no number falls.
   */
  @Rule("PROJECTION-28")
  void whatIsSaidNeverFalls(StoreUnderTest store) {
    List<Projected> handles = Projected.several(store, RUNNERS);
    Projected a = handles.get(0);
    List<LogPosition> at = positions(a, store.rounds(EVENTS) / 2 + 2, 1);
    CountDownLatch atWork = new CountDownLatch(RUNNERS);
    ProjectionWatch watch = new ProjectionWatch(Projected.second(store), NAME);
    List<Callable<Boolean>> all = new ArrayList<>();
    all.add(() -> {
      try {
        LogPosition from = LogPosition.START;
        for (LogPosition to : at) {
          try {
            a.meeting(moving(0, from, to));
          } catch (NotFound dropped) {
            break;
          }
          from = to;
        }
      } finally {
        atWork.countDown();
      }
      return true;
    });
    all.add(() -> {
      try {
        Projected b = handles.get(1);
        for (int live = 1; live < 6; live++) {
          int known = live;
          Contention.repeated(() -> b.create(NAME, known));
          Contention.repeated(() -> {
            b.calls().makeLive(NAME, known + 1, known, LogPosition.START);
            return true;
          });
          if (live > 1) {
            Contention.repeated(() -> b.calls().drop(NAME, known - 1, 10));
          }
        }
      } finally {
        atWork.countDown();
      }
      return true;
    });
    all.add(() -> {
      boolean last;
      do {
        last = atWork.getCount() == 0;
        watch.look();
      } while (!last);
      return true;
    });
    Together.run(all);
  }
}
