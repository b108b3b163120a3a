// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.DropStep;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Which generation is read, which takes inline updates, and how one goes. */
@RuleFamily("PROJECTION")
final class ProjectionGenerationRules {

  private static final String NAME = "totals";
  private static final int MANY = 1_000;

  private static void expectLive(Projected through, int live) {
    Expect.equal("Another generation is live.", live, through.info(NAME).live());
    Expect.equal(
        "Another generation is read.", live, through.calls().row(NAME, null, "row").generation());
  }

  /**
   * An inline update shares the fate of the append beside it.
   *
   * <p><b>Shape:</b> by every way, an append with its row: a conflict of the one refuses the other,
   * and so does a bad part of the ack; corrected, both are there; no checkpoint moves. Cut off and
   * killed they are by PROJECTION-04.
   */
  @Rule("PROJECTION-13")
  void anInlineUpdateSharesTheFate(StoreUnderTest store) {
    Projected a = Projected.first(store);
    a.create(NAME, 0);
    a.update(Projected.inline(NAME, Projected.put("taken", "1")));
    for (ChangeWay way : ChangeWay.all(store)) {
      var stream = Streamed.stream("by " + way);
      a.streams().add(stream, 1);
      List<Object> before = a.snapshot(NAME);
      ChangeCarrier carrier = ChangeCarrier.on(store, way);
      Change append = Streamed.append(stream, Expected.exactly(1), 1);
      Change late = Streamed.append(stream, Expected.noStream(), 1);
      Change row = Projected.inline(NAME, Projected.put(stream.id(), "2"));
      Change taken = Projected.inline(NAME, new RowChange.Put("taken", Projected.text("2"), 0L));
      for (List<Change> bad : List.of(List.of(append, taken), List.of(row, late))) {
        VersionConflict conflict =
            carrier.carry(bad).refused("A bad list was taken.", VersionConflict.class);
        Expect.equal("An error names another place.", 1, conflict.changeIndex());
      }
      List<Change> good = List.of(append, row);
      if (way.isAck()) {
        Expect.that("A bad part was accepted.", carrier.carryWithBadPart(good).error() != null);
      }
      Expect.equal("A refused call wrote rows.", before, a.snapshot(NAME));
      Expect.equal("A refused call appended something.", 1L, a.streams().last(stream));
      carrier.carry(good).applied("The corrected call was refused.");
      Projected b = Projected.second(store);
      Expect.equal("A row is missing.", "2", b.value(NAME, null, stream.id()));
      Expect.equal("An append is missing.", 2L, b.streams().last(stream));
      Expect.equal(
          "An inline update moved a checkpoint.", LogPosition.START, b.checkpoint(NAME, 1));
    }
  }

  /**
   * Only the live generation takes inline updates.
   *
   * <p><b>Shape:</b> an append with an inline update of a newer generation, of the former one, of
   * an unknown one and of an unknown projection: refused, nothing is written, the append neither.
   */
  @Rule("PROJECTION-14")
  void onlyTheLiveGenerationTakesInlineUpdates(StoreUnderTest store) {
    Projected a = Projected.first(store);
    Projected b = Projected.second(store);
    a.create(NAME, 0);
    a.create(NAME, 1);
    var stream = Streamed.stream("s");
    for (int live : List.of(1, 2)) {
      int other = 3 - live;
      List<Object> before = a.snapshot(NAME);
      VersionConflict conflict =
          (VersionConflict) refusedInline(a, VersionConflict.class, NAME, other);
      Expect.equal("A conflict found another number.", (long) live, conflict.foundVersion());
      Expect.equal("A conflict expected another number.", (long) other, conflict.expectedVersion());
      refusedInline(b, NotFound.class, NAME, 3);
      refusedInline(b, NotFound.class, "no", 1);
      Expect.equal("A refused update wrote something.", before, a.snapshot(NAME));
      Expect.equal("A refused list appended something.", live - 1L, a.streams().last(stream));
      a.streams()
          .changes()
          .apply(
              List.of(
                  Streamed.append(stream, 1),
                  UpdateProjection.inline(NAME, live, List.of(Projected.put("row", live)))));
      Expect.equal("A row is missing.", "" + live, b.value(NAME, null, "row"));
      if (live == 1) {
        a.calls().makeLive(NAME, 2, 1, LogPosition.START);
      }
    }
  }

  private static Permanent refusedInline(
      Projected a, Class<? extends Permanent> type, String name, int generation) {
    UpdateProjection update =
        UpdateProjection.inline(name, generation, List.of(Projected.put("row", "wrong")));
    List<Change> list = List.of(Streamed.append(Streamed.stream("s"), 1), update);
    String what = "A generation that is not live took an inline update.";
    Expect.thrown(what, type, () -> a.update(update));
    return Expect.thrown(what, type, () -> a.streams().changes().apply(list));
  }

  /**
   * A switch needs the generation that its caller believes live.
   *
   * <p><b>Shape:</b> from another one, to an unknown one, of an unknown projection, there and back;
   * refused ones change nothing, with the live number.
   */
  @Rule("PROJECTION-16")
  void aSwitchNeedsTheLiveGeneration(StoreUnderTest store) {
    Projected a = Projected.first(store);
    Projected b = Projected.second(store);
    for (int newest = 0; newest < 3; newest++) {
      a.create(NAME, newest);
      a.update(a.staying(NAME, newest + 1, Projected.put("row", newest + 1)));
    }
    List<Integer> route = List.of(2, 3, 1, 3);
    int live = 1;
    for (int next : route) {
      for (int believed : List.of(1, 2, 3, 4)) {
        if (believed != live) {
          VersionConflict conflict =
              Expect.thrown(
                  "A switch was made from another generation.",
                  VersionConflict.class,
                  () -> b.calls().makeLive(NAME, next, believed, LogPosition.START));
          Expect.equal("A conflict found another number.", (long) live, conflict.foundVersion());
        }
      }
      int from = live;
      Expect.thrown(
          "A switch was made to what is not there.",
          NotFound.class,
          () -> a.calls().makeLive(NAME, 4, from, LogPosition.START));
      expectLive(a, live);
      a.calls().makeLive(NAME, next, live, LogPosition.START);
      live = next;
      expectLive(a, live);
      expectLive(b, live);
      Expect.equal("Another generation's row is read.", "" + live, b.value(NAME, null, "row"));
    }
    Expect.thrown(
        "An unknown projection was switched.",
        NotFound.class,
        () -> a.calls().makeLive("no", 1, 1, LogPosition.START));
    for (int bad : List.of(0, -1)) {
      Expect.invalid("A bad number was taken.", () -> a.calls().makeLive(NAME, bad, 3, null));
      Expect.invalid("A bad number was taken.", () -> a.calls().makeLive(NAME, 1, bad, null));
    }
    expectLive(b, 3);
  }

  /**
   * A switch waits until every shard has come far enough.
   *
   * <p><b>Shape:</b> one of four shards one event behind, in each place: refused with its position;
   * at the bound, and with a bound before it, it switches.
   */
  @Rule("PROJECTION-17")
  void aSwitchWaitsForEveryShard(StoreUnderTest store) {
    Projected a = Projected.first(store);
    a.create(NAME, 0);
    a.streams().add(Streamed.stream("s"), 5);
    List<LogPosition> at = Streamed.positions(a.streams().log());
    for (int behind = 0; behind < 4; behind++) {
      int next = behind + 2;
      int live = behind + 1;
      a.calls().create(NAME, live, 4, at.get(1));
      for (int shard = 0; shard < 4; shard++) {
        move(a, next, shard, at.get(1), at.get(shard == behind ? 2 : 3));
      }
      for (LogPosition bound : List.of(at.get(3), at.get(4))) {
        VersionConflict conflict =
            Expect.thrown(
                "A generation is live that is behind.",
                VersionConflict.class,
                () -> a.calls().makeLive(NAME, next, live, bound));
        Expect.equal("A conflict found another position.", at.get(2), conflict.foundPosition());
      }
      Expect.equal("A refused switch was made.", live, Projected.second(store).info(NAME).live());
      if (behind % 2 == 0) {
        move(a, next, behind, at.get(2), at.get(3));
        a.calls().makeLive(NAME, next, live, at.get(3));
      } else {
        a.calls().makeLive(NAME, next, live, at.get(2));
      }
      Expect.equal("A switch was not made.", next, Projected.second(store).info(NAME).live());
    }
  }

  private static void move(
      Projected a, int generation, int shard, LogPosition from, LogPosition to) {
    a.update(UpdateProjection.advancing(NAME, generation, List.of(), new Advance(shard, from, to)));
  }

  /**
   * Without a bound a switch needs all of the log to be folded in.
   *
   * <p><b>Shape:</b> behind by one event, by one shard, and not; an event more, and one that was
   * archived where that is declared, make it refused again.
   */
  @Rule("PROJECTION-18")
  void aSwitchWithoutABoundNeedsAllOfTheLog(StoreUnderTest store) {
    Projected a = Projected.first(store);
    a.create(NAME, 0);
    a.calls().create(NAME, 1, 2, LogPosition.START);
    var stream = Streamed.stream("s");
    a.calls().makeLive(NAME, 2, 1, null);
    for (int round = 0; round < 3; round++) {
      int live = 2 - round % 2;
      int next = 3 - live;
      a.streams().add(stream, 2);
      List<LogPosition> at = Streamed.positions(a.streams().log());
      expectBehind(a, next, live);
      int shards = a.checkpoints(NAME, next).size();
      for (int shard = 0; shard < shards; shard++) {
        LogPosition from = a.checkpoints(NAME, next).get(shard);
        move(a, next, shard, from, at.get(at.size() - 2));
        expectBehind(a, next, live);
        move(a, next, shard, at.get(at.size() - 2), at.getLast());
        if (shard < shards - 1) {
          expectBehind(a, next, live);
        }
      }
      Projected.second(store).calls().makeLive(NAME, next, live, null);
      expectLive(a, next);
    }
    if (store.declares(Feature.EVENT_ARCHIVE)) {
      int live = a.info(NAME).live();
      long last = a.streams().add(stream, 1).lastVersion();
      Snapped.first(store).put(stream, last, "schema");
      Snapped.archive(store).archive(stream, last, "schema", MANY);
      expectBehind(a, 3 - live, live);
    }
  }

  private static void expectBehind(Projected a, int next, int live) {
    VersionConflict conflict =
        Expect.thrown(
            "A generation is live that is behind the log.",
            VersionConflict.class,
            () -> a.calls().makeLive(NAME, next, live, null));
    LogPosition found = conflict.foundPosition();
    Expect.that(
        "A conflict found no checkpoint.",
        "one of " + a.checkpoints(NAME, next),
        found,
        found != null && a.checkpoints(NAME, next).contains(found));
    Expect.equal("A refused switch was made.", live, a.info(NAME).live());
  }

  /**
   * The former generation stays as it is, and can be live again.
   *
   * <p><b>Shape:</b> switch, go on with both, switch back: rows and checkpoint are as its runner
   * left them.
   */
  @Rule("PROJECTION-19")
  void theFormerGenerationStays(StoreUnderTest store) {
    Projected a = Projected.first(store);
    a.create(NAME, 0);
    a.create(NAME, 1);
    a.streams().add(Streamed.stream("s"), 4);
    List<LogPosition> at = Streamed.positions(a.streams().log());
    a.update(Projected.moving(NAME, 1, LogPosition.START, at.get(0), Projected.put("row", "of 1")));
    a.update(Projected.moving(NAME, 2, LogPosition.START, at.get(1), Projected.put("row", "of 2")));
    List<Object> former = List.of(a.all(NAME, 1), a.checkpoints(NAME, 1));
    a.calls().makeLive(NAME, 2, 1, at.get(1));
    Projected b = Projected.second(store);
    Expect.equal(
        "The former generation was changed.",
        former,
        List.of(b.all(NAME, 1), b.checkpoints(NAME, 1)));
    a.update(Projected.moving(NAME, 1, at.get(0), at.get(2), Projected.put("row", "more of 1")));
    a.update(Projected.moving(NAME, 2, at.get(1), at.get(3), Projected.put("row", "more of 2")));
    Expect.equal("Another one's row is read.", "more of 2", b.value(NAME, null, "row"));
    b.calls().makeLive(NAME, 1, 2, at.get(2));
    Expect.equal("The former one is not as it was left.", "more of 1", a.value(NAME, null, "row"));
    Expect.equal("A checkpoint moved.", at.get(2), a.checkpoint(NAME, 1));
    Expect.equal("A checkpoint moved.", at.get(3), a.checkpoint(NAME, 2));
  }

  /**
   * A drop removes a generation in steps, and it is not found from the first one on.
   *
   * <p><b>Shape:</b> a thousand rows and some parked events in steps of 300; reads and updates are
   * NotFound meanwhile; others are unchanged, the live one is refused, an unknown one removes
   * nothing; the rows are gone.
   */
  @Rule("PROJECTION-20")
  void aDropRemovesAGenerationInSteps(StoreUnderTest store) {
    Projected a = Projected.first(store);
    Projected b = Projected.second(store);
    a.create(NAME, 0);
    a.create(NAME, 1);
    a.create(NAME, 2);
    a.streams().add(Streamed.stream("s"), 20);
    for (int generation : List.of(1, 2, 3)) {
      RowChange[] rows =
          IntStream.range(0, generation == 2 ? MANY : 3)
              .mapToObj(n -> Projected.put("row " + n, n))
              .toArray(RowChange[]::new);
      a.update(a.staying(NAME, generation, rows));
      List<ParkedEvent> park =
          a.streams().log().stream().map(event -> ParkedEvent.of(event, 1, "error")).toList();
      a.update(a.parking(NAME, generation, park, List.of()));
    }
    List<Object> all = a.snapshot(NAME);
    List<Object> others = new ArrayList<>(all.subList(1, 3));
    others.addAll(all.subList(5, 7));
    List<Integer> removed = new ArrayList<>();
    DropStep step;
    do {
      step = (removed.size() % 2 == 0 ? a : b).calls().drop(NAME, 2, 300);
      removed.add(step.removed());
      expectGone(b);
      expectGone(a);
    } while (!step.done());
    Expect.equal("Steps are others.", MANY + 20, removed.stream().mapToInt(n -> n).sum());
    Expect.that(
        "A step is longer than its limit.", removed.stream().allMatch(count -> count <= 300));
    Expect.equal("A dropped one removes more.", new DropStep(0, true), b.calls().drop(NAME, 2, 9));
    Expect.equal("Others were dropped.", others, a.snapshot(NAME).subList(1, 5));
    store
        .whiteBoxIfOffered()
        .ifPresent(box ->
            Expect.equal(
                "Rows are left of a dropped one.",
                6,
                box.rows(RowKind.PROJECTION_ROW, NAME).size()));
    Expect.thrown(
        "The live one was dropped.", InvalidRequest.class, () -> a.calls().drop(NAME, 1, 10));
    for (int unknown : List.of(2, 4)) {
      Expect.equal(
          "An unknown one removes something.",
          new DropStep(0, true),
          a.calls().drop(NAME, unknown, 10));
    }
    Expect.equal(
        "An unknown one removes something.", new DropStep(0, true), a.calls().drop("no", 1, 10));
    for (int bad : List.of(0, -1)) {
      Expect.invalid("A bad limit was taken.", () -> a.calls().drop(NAME, 3, bad));
      Expect.invalid("A bad number was taken.", () -> a.calls().drop(NAME, bad, 10));
    }
    Expect.equal("A refused drop was made.", others, b.snapshot(NAME).subList(1, 5));
  }

  private static void expectGone(Projected through) {
    String what = "A generation is found that is being dropped.";
    Expect.thrown(what, NotFound.class, () -> through.calls().row(NAME, 2, "row 1"));
    Expect.thrown(what, NotFound.class, () -> through.all(NAME, 2));
    Expect.thrown(
        what, NotFound.class, () -> through.calls().parked(NAME, 2, LogPosition.START, 9));
    through.refused(
        what,
        NotFound.class,
        Projected.moving(
            NAME, 2, LogPosition.START, LogPosition.START, Projected.put("back", "1")));
    Expect.thrown(
        what, NotFound.class, () -> through.calls().makeLive(NAME, 2, 1, LogPosition.START));
    Expect.equal(what, List.of(), through.checkpoints(NAME, 2));
  }
}
