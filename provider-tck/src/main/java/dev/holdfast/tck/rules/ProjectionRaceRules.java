// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.Fence;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.DropStep;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ProjectionRow;
import dev.holdfast.provider.stream.RowAnswer;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.RowPage;
import dev.holdfast.provider.stream.RowRead;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.CommitHold;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.instrument.Pace;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Runners, readers, appenders and operators that meet at a projection. */
@RuleFamily("PROJECTION")
final class ProjectionRaceRules {

  private static final Duration HANG = Duration.ofMinutes(2);
  private static final int HANDLES = 4;
  private static final int ROUNDS = 4;
  private static final int CONTESTS_IN_REAL_TIME = 2;
  private static final int EACH = 6;
  private static final int ROWS = 10;
  private static final int TOTAL = 1_000;
  private static final int EVENTS = 60;
  private static final String NAME = "totals";

  /**
   * A read shows one committed state, and never one that is older than what has returned.
   *
   * <p><b>Shape:</b> updates that keep the sum of ten rows and write their end into each, a switch
   * of generations in between; readers on B: the sum is right, each row says the checkpoint that is
   * answered with it, and none is older than the last update that returned before.
   */
  @Rule("PROJECTION-11")
  void aReadShowsOneCommittedState(StoreUnderTest store) {
    Projected a = Projected.first(store);
    Projected b = Projected.second(store);
    for (int generation : List.of(1, 2)) {
      a.create(NAME, generation - 1);
      a.update(summing(generation, LogPosition.START, LogPosition.START, 0));
    }
    AtomicReference<LogPosition> returned = new AtomicReference<>(LogPosition.START);
    AtomicInteger live = new AtomicInteger(1);
    Meanwhile.all(
        store.rounds(20),
        round -> {
          LogPosition to = a.streams().add(Streamed.stream("s"), 1).lastPosition();
          for (int generation : List.of(1, 2)) {
            LogPosition from = a.checkpoint(NAME, generation);
            a.meeting(summing(generation, from, to, round));
          }
          returned.set(to);
          if (round % 5 == 4) {
            int next = 3 - live.get();
            Contention.repeated(() -> {
              a.calls().makeLive(NAME, next, live.get(), to);
              return true;
            });
            live.set(next);
          }
        },
        () -> {
          LogPosition least = returned.get();
          expectWhole(b.calls().rows(RowRead.live(NAME, Streamed.PAGE)), least);
          RowAnswer one = b.calls().row(NAME, null, "row 3");
          expectAt(one.row(), one.checkpoints(), least);
        });
  }

  private static UpdateProjection summing(
      int generation, LogPosition from, LogPosition to, int round) {
    RowChange[] rows = new RowChange[ROWS];
    for (int n = 0; n < ROWS; n++) {
      rows[n] = Projected.put("row " + n, share(round, n) + " " + to);
    }
    return Projected.moving(NAME, generation, from, to, rows);
  }

  /** What a row has of the total: its number, and one of them the rest. */
  private static int share(int round, int n) {
    return n == round % ROWS
        ? TOTAL - IntStream.range(0, ROWS).filter(other -> other != n).sum()
        : n;
  }

  private static void expectWhole(RowPage page, LogPosition least) {
    Expect.equal("Rows are missing.", ROWS, page.rows().size());
    int sum = 0;
    for (ProjectionRow row : page.rows()) {
      sum += Integer.parseInt(Projected.textOf(row).split(" ")[0]);
      expectAt(row, page.checkpoints(), least);
    }
    Expect.equal("A page has rows of several states.", TOTAL, sum);
  }

  private static void expectAt(
      @Nullable ProjectionRow row, List<LogPosition> checkpoints, LogPosition least) {
    if (row == null) {
      throw Expect.violation("A row is missing.", "a row", "none");
    }
    LogPosition of = LogPosition.parse(Projected.textOf(row).split(" ")[1]);
    Expect.equal("A row is answered with another checkpoint.", List.of(of), checkpoints);
    Expect.that("A read is older than an update before it.", least, of, !of.isBefore(least));
  }

  /**
   * A switch is one moment for every reader.
   *
   * <p><b>Shape:</b> two generations whose rows carry their number, switched there and back; a
   * reader on B lists and asks singly throughout: every answer is wholly of the one that it names,
   * and behind a switch of the new one.
   */
  @Rule("PROJECTION-16")
  void aSwitchIsOneMoment(StoreUnderTest store) {
    Projected a = Projected.first(store);
    Projected b = Projected.second(store);
    for (int generation : List.of(1, 2)) {
      a.create(NAME, generation - 1);
      RowChange[] rows =
          IntStream.range(0, ROWS)
              .mapToObj(n -> Projected.put("row " + n, generation))
              .toArray(RowChange[]::new);
      a.update(a.staying(NAME, generation, rows));
    }
    AtomicInteger looks = new AtomicInteger();
    Meanwhile.all(
        store.rounds(20),
        round -> {
          int live = 1 + round % 2;
          int before = looks.get();
          a.calls().makeLive(NAME, 3 - live, live, LogPosition.START);
          Waiting.until(() -> looks.get() > before, store.pace().prompt());
          Expect.equal(
              "An answer behind a switch is of the former one.",
              3 - live,
              a.calls().row(NAME, null, "row 1").generation());
        },
        () -> {
          RowPage page = b.calls().rows(RowRead.live(NAME, Streamed.PAGE));
          Expect.equal("Rows are missing.", ROWS, page.rows().size());
          page.rows().forEach(row -> expectOf(row, page.generation()));
          RowAnswer one = b.calls().row(NAME, null, "row 2");
          expectOf(one.row(), one.generation());
          looks.incrementAndGet();
        });
  }

  private static void expectOf(@Nullable ProjectionRow row, int generation) {
    Expect.equal(
        "An answer is of several generations.",
        String.valueOf(generation),
        row == null ? null : Projected.textOf(row));
  }

  /**
   * Of two switches from one generation one wins.
   *
   * <p><b>Shape:</b> together, four callers switch from the live generation to others, many rounds:
   * one wins, the others are told its number.
   */
  @Rule("PROJECTION-16")
  void ofTwoSwitchesOneWins(StoreUnderTest store) {
    List<Projected> handles = Projected.several(store, HANDLES);
    Projected a = handles.get(0);
    for (int newest = 0; newest <= HANDLES; newest++) {
      a.create(NAME, newest);
    }
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      int live = a.info(NAME).live();
      List<Long> found =
          Together.times(
              HANDLES, n -> switchTo(handles.get(n), (live + n) % (HANDLES + 1) + 1, live));
      long now = a.info(NAME).live();
      Expect.equal(
          "Not exactly one switch was made.", 1L, found.stream().filter(n -> n == 0).count());
      Expect.that(
          "A switch was told another number.",
          now,
          found,
          found.stream().allMatch(n -> n == 0 || n == now));
      Expect.different("No switch was made.", (long) live, now);
    }
  }

  /** What a switch has found, 0 when it was made. */
  private static long switchTo(Projected through, int next, int live) {
    try {
      return Contention.repeated(() -> {
        through.calls().makeLive(NAME, next, live, LogPosition.START);
        return 0L;
      });
    } catch (VersionConflict conflict) {
      return conflict.foundVersion();
    }
  }

  /**
   * No append comes between the look at the log and the switch.
   *
   * <p><b>Shape:</b> together, appenders whose inline updates go to the live generation, reloading
   * on a conflict, and a runner that brings the next generation up and switches without a bound,
   * many rounds: after each the live rows are the count of the whole log.
   */
  @Rule("PROJECTION-18")
  void noAppendComesBetween(StoreUnderTest store) {
    List<Projected> handles = Projected.several(store, HANDLES);
    Projected a = handles.get(0);
    a.create(NAME, 0);
    for (int round = 1; round <= store.rounds(ROUNDS); round++) {
      int live = round;
      a.create(NAME, live);
      AtomicBoolean switched = new AtomicBoolean();
      List<Callable<Boolean>> all = new ArrayList<>();
      for (int n = 1; n < HANDLES; n++) {
        Projected appender = handles.get(n);
        StreamId stream = Streamed.stream("s" + n);
        all.add(() -> {
          for (int i = 0; i < EACH || !switched.get(); i++) {
            appendCounted(appender, stream);
            // The runner has to come to the end of the log at times.
            Waiting.realTime(store.pace().roundTrip().multipliedBy(4));
          }
          return true;
        });
      }
      all.add(() -> {
        try {
          catchUpAndSwitch(a, live);
        } finally {
          switched.set(true);
        }
        return true;
      });
      Together.run(all);
      Expect.equal("Another generation is live.", live + 1, a.info(NAME).live());
      Expect.equal(
          "The live rows are not the count of the log.",
          handles.get(1).counted(LogPosition.START, a.head()),
          handles.get(1).texts(NAME, null));
    }
  }

  /** Appends an event together with its count in the live generation. */
  private static void appendCounted(Projected through, StreamId stream) {
    while (true) {
      RowAnswer found = through.calls().row(NAME, null, stream.id());
      ProjectionRow row = found.row();
      long count = row == null ? 0 : Long.parseLong(Projected.textOf(row));
      RowChange put =
          new RowChange.Put(
              stream.id(), Projected.text(count + 1), row == null ? 0 : row.version());
      List<Change> list =
          List.of(
              Streamed.append(stream, 1),
              UpdateProjection.inline(NAME, found.generation(), List.of(put)));
      try {
        Contention.repeated(() -> through.streams().changes().apply(list));
        return;
      } catch (VersionConflict meanwhile) {
        Expect.equal("Another change does not fit.", 1, meanwhile.changeIndex());
      }
    }
  }

  private static void catchUpAndSwitch(Projected runner, int live) {
    for (int tries = 0; tries < 100_000; tries++) {
      runner.countAll(NAME, live + 1);
      try {
        Contention.repeated(() -> {
          runner.calls().makeLive(NAME, live + 1, live, null);
          return true;
        });
        return;
      } catch (VersionConflict behind) {
        Expect.that("A switch was refused for another reason.", behind.foundPosition() != null);
      }
    }
    throw Expect.violation("A switch is never made.", "that a runner catches up", "it does not");
  }

  /**
   * Nor does one whose commit is slow.
   *
   * <p><b>Shape:</b> an append with its inline update is held before its commit; a switch without a
   * bound is begun, whose generation has all that a reader sees; then the append is let go, and
   * repeated on the live generation if it was refused: the live rows are the count of the log.
   */
  @Rule("PROJECTION-18")
  void noSlowAppendComesBetween(StoreUnderTest store) {
    Projected a = Projected.first(store);
    Projected b = Projected.second(store);
    CommitHold hold = store.commitHold();
    StreamId stream = Streamed.stream("s");
    a.create(NAME, 0);
    a.create(NAME, 1);
    appendCounted(a, stream);
    b.countAll(NAME, 2);
    Parked<Boolean> slow;
    Parked<Boolean> switching;
    try (CommitHold.Held standing = hold.take()) {
      slow =
          Parked.beginning(() -> {
            appendCounted(a, stream);
            return true;
          });
      Waiting.until(() -> standing.isReached() || slow.isDone(), HANG);
      switching =
          Parked.beginning(() -> {
            catchUpAndSwitch(b, 1);
            return true;
          });
      Waiting.until(switching::isDone, store.pace().prompt());
    }
    slow.answer();
    switching.answer();
    Expect.equal("Another generation is live.", 2, a.info(NAME).live());
    Expect.equal(
        "The live rows are not the count of the log.",
        a.counted(LogPosition.START, a.head()),
        a.texts(NAME, null));
  }

  /**
   * An update in flight brings nothing back.
   *
   * <p><b>Shape:</b> an update, beside an append, is held before its commit; its generation is
   * dropped meanwhile; then the update is let go. It was applied and its row dropped, or it is
   * NotFound; and together, many updates and a drop: no row is left.
   */
  @Rule("PROJECTION-20")
  void anUpdateInFlightBringsNothingBack(StoreUnderTest store) {
    Projected a = Projected.first(store);
    Projected b = Projected.second(store);
    CommitHold hold = store.commitHold();
    a.create(NAME, 0);
    a.create(NAME, 1);
    List<Change> list =
        List.of(
            Streamed.append(Streamed.stream("s"), 1),
            Projected.moving(
                NAME, 2, LogPosition.START, LogPosition.START, Projected.put("row", "back")));
    Parked<Boolean> slow;
    Parked<Integer> dropping;
    try (CommitHold.Held standing = hold.take()) {
      slow = Parked.beginning(() -> applied(a, list));
      Waiting.until(() -> standing.isReached() || slow.isDone(), HANG);
      dropping = Parked.beginning(() -> dropAll(b, 2));
      Waiting.until(dropping::isDone, store.pace().prompt());
    }
    boolean wasApplied = slow.answer();
    int removed = dropping.answer();
    Expect.atMost("More was dropped than there was.", wasApplied ? 1 : 0, removed);
    expectNothingLeft(store, a, 2);
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      int generation = a.create(NAME, round + 2);
      Together.all(
          () -> {
            for (int n = 0; n < EACH; n++) {
              RowChange row = Projected.put("row " + n, n);
              if (!applied(
                  a,
                  List.of(
                      Projected.moving(
                          NAME, generation, LogPosition.START, LogPosition.START, row)))) {
                return;
              }
            }
          },
          () -> dropAll(b, generation));
      expectNothingLeft(store, a, generation);
    }
  }

  private static boolean applied(Projected through, List<Change> list) {
    try {
      Contention.repeated(() -> through.streams().changes().apply(list));
      return true;
    } catch (NotFound dropped) {
      return false;
    }
  }

  private static int dropAll(Projected through, int generation) {
    int removed = 0;
    DropStep step;
    do {
      step = Contention.repeated(() -> through.calls().drop(NAME, generation, 2));
      removed += step.removed();
    } while (!step.done());
    return removed;
  }

  private static void expectNothingLeft(StoreUnderTest store, Projected a, int generation) {
    Expect.thrown(
        "A dropped generation is found.",
        NotFound.class,
        () -> a.calls().row(NAME, generation, "row"));
    Expect.equal(
        "An update brought something back.",
        new DropStep(0, true),
        a.calls().drop(NAME, generation, 100));
    store
        .whiteBoxIfOffered()
        .ifPresent(box ->
            Expect.none("Rows of a dropped one are left.", box.rows(RowKind.PROJECTION_ROW, NAME)));
  }

  /**
   * An update and the end of its fence have one winner.
   *
   * <p><b>Shape:</b> for each kind of fence, around its end: A updates event by event; B takes over
   * and goes on from the checkpoint that it finds: each event stands once, and no update of A comes
   * after one of B.
   */
  @Rule("PROJECTION-22")
  void anUpdateAndTheEndOfItsFenceHaveOneWinner(StoreUnderTest store) {
    Projected.requireDeclared(store);
    int rounds =
        store.pace().clock() == Pace.Clock.REAL ? CONTESTS_IN_REAL_TIME : store.rounds(2 * ROUNDS);
    List<Supplier<Fence>> kinds = List.copyOf(ChangeFences.live(store).values());
    for (int round = 0; round < rounds; round++) {
      contest(store, kinds.get(round % kinds.size()));
    }
  }

  private static void contest(StoreUnderTest store, Supplier<Fence> kind) {
    Projected a = Projected.first(store);
    Projected b = Projected.second(store);
    ChangeCarrier.takeAll(store.first());
    ChangeCarrier.takeAll(store.second());
    String name = "projection " + store.nextNumber();
    LogPosition start = a.head();
    a.streams().add(Streamed.stream("s"), EVENTS);
    List<LogPosition> at = new ArrayList<>(List.of(start));
    at.addAll(Streamed.positions(a.streams().behind(start, LogFilter.all(), Streamed.PAGE)));
    a.calls().create(name, 0, 1, start);
    Fence held = kind.get();
    AtomicBoolean over = new AtomicBoolean();
    Duration pause = ChangeFenceRules.someTime(store);
    store.moveToJustBefore(store.lockFor());
    Together.all(
        () -> {
          try {
            while (!over.get() && foldNext(a, name, at, EVENTS - 2, "A", held)) {
              // One event after the other, as long as the lock lives.
            }
          } catch (LockLost lost) {
            // It is another's by now.
          }
        },
        () -> {
          try {
            Waiting.realTime(pause);
            store.moveTime(store.tick());
            Fence next = Contention.repeated(() -> ChangeFenceRules.takenOver(store, held));
            foldNext(b, name, at, EVENTS, "B", next);
            foldNext(b, name, at, EVENTS, "B", next);
          } finally {
            over.set(true);
          }
        });
    List<ProjectionRow> rows =
        a.all(name, null).stream()
            .sorted(Comparator.comparingLong(ProjectionRow::version))
            .toList();
    List<String> writers = rows.stream().map(Projected::textOf).toList();
    Expect.equal(
        "A former holder wrote behind the next one.", writers.stream().sorted().toList(), writers);
    Expect.equal(
        "An event was folded in twice, or not.",
        at.subList(1, rows.size() + 1).stream().map(LogPosition::toString).sorted().toList(),
        Projected.keys(rows).stream().sorted().toList());
    Expect.equal(
        "A checkpoint is not at the last event.", at.get(rows.size()), a.checkpoint(name, 1));
    Expect.equal(
        "The next holder's updates are not there.",
        2L,
        writers.stream().filter("B"::equals).count());
    store.moveTime(store.lockFor());
  }

  /** Folds one more event in, and says whether there was one. */
  private static boolean foldNext(
      Projected through, String name, List<LogPosition> at, int end, String who, Fence fence) {
    while (true) {
      LogPosition from = through.checkpoint(name, 1);
      int next = at.indexOf(from) + 1;
      if (next > end) {
        return false;
      }
      LogPosition to = at.get(next);
      RowChange row = new RowChange.Put(to.toString(), Projected.text(who), 0L);
      UpdateProjection update =
          UpdateProjection.advancing(name, 1, List.of(row), new Advance(0, from, to));
      try {
        Contention.repeated(() -> through.calls().update(update, fence));
        return true;
      } catch (VersionConflict meanwhile) {
        Expect.that("An update conflicts with itself.", meanwhile.foundPosition() != null);
      }
    }
  }

  /**
   * An update under a lost fence writes nothing, and a live one holds.
   *
   * <p><b>Shape:</b> every kind of fence, live: applied; lost in every way: LockLost, whatever the
   * update would find, and nothing written; then the same update from the same checkpoint applies.
   */
  @Rule("PROJECTION-21")
  void anUpdateUnderALostFenceWritesNothing(StoreUnderTest store) {
    Projected a = Projected.first(store);
    a.create(NAME, 0);
    List<Change> beside = List.of(Streamed.append(Streamed.stream("s"), 1));
    for (Supplier<Fence> kind : ChangeFences.live(store).values()) {
      ChangeCarrier.takeAll(store.first());
      Fence fence = kind.get();
      LogPosition from = a.checkpoint(NAME, 1);
      a.streams().changes().apply(beside, fence);
      LogPosition to = a.head();
      a.calls().update(Projected.moving(NAME, 1, from, to, Projected.put("row", to)), fence);
      Expect.equal("An update is missing.", to.toString(), a.value(NAME, null, "row"));
      Expect.equal("A checkpoint did not move.", to, a.checkpoint(NAME, 1));
    }
    LogPosition from = a.checkpoint(NAME, 1);
    LogPosition to = a.streams().add(Streamed.stream("s"), 1).lastPosition();
    UpdateProjection fits = Projected.moving(NAME, 1, from, to, Projected.put("row", "late"));
    List<UpdateProjection> updates =
        List.of(
            fits,
            Projected.moving(NAME, 1, LogPosition.START, to),
            UpdateProjection.inline(NAME, 2, List.of()),
            UpdateProjection.inline("no", 1, List.of()));
    List<Object> before = a.snapshot(NAME);
    ChangeFences.lost(store)
        .forEach((why, fence) -> {
          for (UpdateProjection update : updates) {
            Class<? extends Permanent> lost = LockLost.class;
            Expect.thrown(
                "A lost fence was taken: " + why + ".",
                lost,
                () -> a.calls().update(update, fence));
            Expect.thrown(
                "A lost fence was taken: " + why + ".",
                lost,
                () -> a.streams().changes().apply(List.of(update), fence));
          }
        });
    Expect.equal("Something was written under a lost fence.", before, a.snapshot(NAME));
    Projected.second(store).update(fits);
    Expect.equal("The successor's update is missing.", "late", a.value(NAME, null, "row"));
  }
}
