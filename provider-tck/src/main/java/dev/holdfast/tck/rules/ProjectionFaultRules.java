// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.Advance;
import dev.holdfast.provider.stream.DropStep;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.ParkedEvent;
import dev.holdfast.provider.stream.RowChange;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.UpdateProjection;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.ProjectionWork;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.fixture.Fault;
import dev.holdfast.tck.fixture.Fault.Kind;
import dev.holdfast.tck.fixture.Fault.Moment;
import dev.holdfast.tck.fixture.Fault.Place;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.rules.DisturbedCall.Form;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Calls of projections whose callers are cut off or killed. */
@RuleFamily("PROJECTION")
final class ProjectionFaultRules {

  private static final int KILLS = 2;
  private static final int LINES = 60;

  private static void disturb(StoreUnderTest store, Function<StoreUnderTest, DisturbedCall> calls) {
    Projected.requireDeclared(store);
    DisturbedCall.everywhere(store, calls, ProjectionFaultRules::expectRetryable);
  }

  private static void expectRetryable(DisturbedCall call, Fault fault, ProviderError error) {
    Expect.is(call + " is not retryable, with " + fault + ".", Retryable.class, error);
  }

  private static DisturbedCall single(
      String operation, Supplier<Object> call, Consumer<Object> audit) {
    return new DisturbedCall(operation, Form.SINGLE, List.of(), call, audit);
  }

  /** Makes a call; a conflict of a repeat that tells that it was made before is its answer. */
  private static Object orKnown(Supplier<Object> call, Function<VersionConflict, Boolean> known) {
    try {
      return call.get();
    } catch (VersionConflict conflict) {
      if (known.apply(conflict)) {
        return "made before";
      }
      throw conflict;
    }
  }

  /**
   * Rows, checkpoint and parked events change in one commit, wherever a call is cut off.
   *
   * <p><b>Shape:</b> an update with all three, alone and in a list behind an append, disturbed at
   * and around every statement and commit, then again: a repeat is told by its checkpoint; all of
   * it is there, once.
   */
  @Rule("PROJECTION-04")
  void anUpdateIsOneCommit(StoreUnderTest store) {
    disturb(store, under -> update(under, false));
    disturb(store, under -> update(under, true));
  }

  private static DisturbedCall update(StoreUnderTest store, boolean inList) {
    Projected a = Projected.first(store);
    String name = "projection " + store.nextNumber();
    StreamId stream = Streamed.stream("stream " + store.nextNumber());
    LogPosition from = a.head();
    a.streams().add(stream, 2);
    List<StreamEvent> events = a.streams().all(stream);
    a.calls().create(name, 0, 1, from);
    a.update(a.parking(name, 1, List.of(ParkedEvent.of(events.get(0), 1, "one")), List.of()));
    LogPosition to = events.get(1).position();
    UpdateProjection update =
        new UpdateProjection(
            name,
            1,
            List.of(Projected.put("row", "1"), Projected.put("other", "2")),
            new Advance(0, from, to),
            List.of(ParkedEvent.of(events.get(1), 2, "two")),
            List.of(events.get(0).position()));
    List<Change> list = List.of(Streamed.append(stream, 1), update);
    return single(
        inList ? "apply" : "update",
        () ->
            orKnown(
                () -> inList ? a.streams().changes().apply(list) : a.update(update),
                conflict -> to.equals(conflict.foundPosition())),
        answer -> {
          Projected b = Projected.second(store);
          String what = "Not all of an update is there.";
          Expect.equal(what, to, b.checkpoint(name, 1));
          Expect.equal(what, Map.of("row", "1", "other", "2"), b.texts(name, null));
          Expect.equal(
              what,
              List.of(to),
              b.calls().parked(name, 1, LogPosition.START, 9).stream()
                  .map(ParkedEvent::position)
                  .toList());
          Expect.equal(
              "An append stands twice, or not.", inList ? 3L : 2L, b.streams().last(stream));
        });
  }

  /**
   * Unparking goes with the rows of the retried event, wherever it is cut off.
   *
   * <p><b>Shape:</b> an update that stays, with a seen row and an event to unpark, disturbed
   * everywhere, then again: both or neither.
   */
  @Rule("PROJECTION-27")
  void unparkingGoesWithItsRows(StoreUnderTest store) {
    disturb(
        store,
        under -> {
          Projected a = Projected.first(under);
          String name = "projection " + under.nextNumber();
          StreamId stream = Streamed.stream("stream " + under.nextNumber());
          a.create(name, 0);
          a.streams().add(stream, 1);
          StreamEvent event = a.streams().all(stream).getFirst();
          a.update(a.parking(name, 1, List.of(ParkedEvent.of(event, 1, "error")), List.of()));
          UpdateProjection update =
              new UpdateProjection(
                  name,
                  1,
                  List.of(new RowChange.Put("row", Projected.text("1"), 0L)),
                  new Advance(0, LogPosition.START, LogPosition.START),
                  List.of(),
                  List.of(event.position()));
          return single(
              "update",
              () -> orKnown(() -> a.update(update), conflict -> conflict.foundVersion() > 0),
              answer -> {
                Projected b = Projected.second(under);
                Expect.equal("A row is missing.", "1", b.value(name, null, "row"));
                Expect.equal(
                    "An event is parked on.",
                    List.of(),
                    b.calls().parked(name, 1, LogPosition.START, 9));
              });
        });
  }

  /**
   * A generation is made, switched to and dropped whole, wherever the call is cut off.
   *
   * <p><b>Shape:</b> each of them disturbed everywhere, then again: made once, the old or the new
   * one is live, and nothing is left of what was dropped.
   */
  @Rule("PROJECTION-17")
  void aSwitchIsMadeWhole(StoreUnderTest store) {
    disturb(
        store,
        under -> {
          Projected a = Projected.first(under);
          String name = "projection " + under.nextNumber();
          a.create(name, 0);
          return single(
              "create",
              () -> orKnown(() -> a.create(name, 1), conflict -> conflict.foundVersion() == 2),
              answer ->
                  Expect.equal(
                      "A generation was made twice, or not.",
                      2,
                      Projected.second(under).info(name).newest()));
        });
    disturb(
        store,
        under -> {
          Projected a = Projected.first(under);
          String name = "projection " + under.nextNumber();
          a.create(name, 0);
          a.create(name, 1);
          return single(
              "makeLive",
              () ->
                  orKnown(
                      () -> {
                        a.calls().makeLive(name, 2, 1, LogPosition.START);
                        return "made";
                      },
                      conflict -> conflict.foundVersion() == 2),
              answer ->
                  Expect.equal(
                      "A switch was not made.", 2, Projected.second(under).info(name).live()));
        });
  }

  /**
   * A drop that was cut off is finished by another call.
   *
   * <p><b>Shape:</b> a step cut before and behind each statement, then again, and on until it is
   * done: others are there, and nothing else.
   */
  @Rule("PROJECTION-20")
  void aDropThatWasCutOffIsFinished(StoreUnderTest store) {
    Projected.requireDeclared(store);
    for (Moment moment : Moment.values()) {
      DisturbedCall.everywhere(
          store,
          ProjectionFaultRules::drop,
          number -> new Fault(Place.STATEMENT, number, moment, Kind.CONNECTION_LOST),
          ProjectionFaultRules::expectRetryable);
    }
  }

  private static DisturbedCall drop(StoreUnderTest under) {
    Projected a = Projected.first(under);
    String name = "projection " + under.nextNumber();
    for (int generation : List.of(1, 2)) {
      a.create(name, generation - 1);
      a.update(
          a.staying(
              name,
              generation,
              Projected.put("a", "1"),
              Projected.put("b", "1"),
              Projected.put("c", "1")));
    }
    // A step may take the generation away first, and its rows in another commit.
    return new DisturbedCall(
        "drop",
        Form.LIST,
        List.of(),
        () -> a.calls().drop(name, 2, 2),
        answer -> {
          Projected b = Projected.second(under);
          while (!b.calls().drop(name, 2, 2).done()) {
            // The next step.
          }
          Expect.equal("The live one was dropped.", 3, b.all(name, null).size());
          Expect.equal("One is there on.", List.of(), b.checkpoints(name, 2));
          under
              .whiteBoxIfOffered()
              .ifPresent(box ->
                  Expect.equal(
                      "Rows are left of a dropped one.",
                      3,
                      box.rows(RowKind.PROJECTION_ROW, name).size()));
        });
  }

  /** What killed children have told, by what it is about: the last of it. */
  private static Map<String, String> killed(StoreUnderTest store) {
    Projected before = Projected.first(store);
    before.create(ProjectionWork.INLINE, 0);
    before.create(ProjectionWork.FOLDED, 0);
    before.create(ProjectionWork.FOLDED, 1);
    before.create(ProjectionWork.DROPPED, 0);
    Map<String, String> told = new HashMap<>();
    for (int round = 0; round < store.rounds(KILLS); round++) {
      try (ChildJvm child = ChildJvm.start(store.crashTarget(), Task.PROJECTION)) {
        int lines = LINES / 2 + store.random().nextInt(LINES);
        for (int n = 0; n < lines; n++) {
          List<String> line = new ArrayList<>(List.of(child.line().split(" ")));
          String what = line.removeLast();
          told.put(String.join(" ", line), what);
        }
        child.kill();
      }
    }
    store.catchUpWithOtherJvms();
    return told;
  }

  /**
   * After a kill the rows are the fold of the log up to the checkpoint.
   *
   * <p><b>Shape:</b> child JVMs append with inline rows, and fold with two runners, parking some
   * events, and are killed: rows, parked events and checkpoint agree, and what was told is there.
   */
  @Rule("PROJECTION-04")
  void afterAKillTheRowsAreTheFold(StoreUnderTest store) {
    Map<String, String> told = killed(store);
    Projected a = Projected.first(store);
    for (int generation : List.of(1, 2)) {
      a.expectCounted(
          "Rows are not the fold up to the checkpoint.", ProjectionWork.FOLDED, generation);
      LogPosition checkpoint = a.checkpoint(ProjectionWork.FOLDED, generation);
      String least = told.getOrDefault("folded " + generation, LogPosition.START.toString());
      Expect.that(
          "A checkpoint is before one that was told.",
          "at or behind " + least,
          checkpoint,
          !checkpoint.isBefore(LogPosition.parse(least)));
      expectParked(a, generation, checkpoint);
    }
  }

  private static void expectParked(Projected a, int generation, LogPosition checkpoint) {
    List<LogPosition> expected =
        a.streams().log().stream()
            .filter(event -> event.version() % 2 == 0 && !event.position().isAfter(checkpoint))
            .map(StreamEvent::position)
            .toList();
    List<LogPosition> found = new ArrayList<>();
    List<ParkedEvent> page;
    do {
      LogPosition after = found.isEmpty() ? LogPosition.START : found.getLast();
      page = a.calls().parked(ProjectionWork.FOLDED, generation, after, Streamed.PAGE);
      page.forEach(one -> found.add(one.position()));
    } while (!page.isEmpty());
    Expect.equal("Parked events are not those up to the checkpoint.", expected, found);
  }

  /**
   * After a kill inline rows are the fold of the whole log.
   *
   * <p><b>Shape:</b> as above: each row is the number of events of its stream, and no less than was
   * told.
   */
  @Rule("PROJECTION-13")
  void afterAKillInlineRowsAreTheFold(StoreUnderTest store) {
    Map<String, String> told = killed(store);
    Projected a = Projected.first(store);
    Map<String, String> rows = a.texts(ProjectionWork.INLINE, null);
    Expect.equal(
        "Inline rows are not the fold of the log.", a.counted(LogPosition.START, a.head()), rows);
    Expect.equal(
        "An inline update moved a checkpoint.",
        LogPosition.START,
        a.checkpoint(ProjectionWork.INLINE, 1));
    told.forEach((what, count) -> {
      if (what.startsWith("appended ")) {
        String row = rows.getOrDefault(what.substring("appended ".length()), "0");
        Expect.that(
            "A row is less than was told.",
            "at least " + count,
            row,
            Long.parseLong(row) >= Long.parseLong(count));
      }
    });
  }

  /**
   * After a kill the old or the new one is live, and a drop is finished by another call.
   *
   * <p><b>Shape:</b> as above: one of the two is live, and reads are of it; each generation that
   * came is whole or gone, and dropped to its end nothing of it is left.
   */
  @Rule("PROJECTION-20")
  void afterAKillADropIsFinished(StoreUnderTest store) {
    killed(store);
    Projected a = Projected.first(store);
    int live = a.info(ProjectionWork.FOLDED).live();
    Expect.that("Neither is live.", "1 or 2", live, live == 1 || live == 2);
    Expect.equal(
        "Another one is read.",
        live,
        a.calls().row(ProjectionWork.FOLDED, null, "s0").generation());
    int newest = a.info(ProjectionWork.DROPPED).newest();
    for (int generation = 2; generation <= newest; generation++) {
      DropStep step;
      do {
        step = a.calls().drop(ProjectionWork.DROPPED, generation, Streamed.PAGE);
      } while (!step.done());
    }
    Expect.equal("Others went.", 1, a.info(ProjectionWork.DROPPED).generations().size());
    Expect.equal("A number fell.", newest, a.info(ProjectionWork.DROPPED).newest());
    store
        .whiteBoxIfOffered()
        .ifPresent(box ->
            Expect.none(
                "Rows are left of dropped ones.",
                box.rows(RowKind.PROJECTION_ROW, ProjectionWork.DROPPED)));
  }
}
