// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.admin.TimeRange;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogHead;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.CommitHold;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Faults;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;

/** The log: one order of all events, and its end. */
@RuleFamily("ORDER")
final class OrderRules {

  private static final Duration HANG = Duration.ofMinutes(1);
  private static final int HANDLES = 4;
  private static final int ROUNDS = 8;

  /**
   * Events have different positions, in one order for all readers.
   *
   * <p><b>Shape:</b> many streams; read through A, B and after reopening: the same events at the
   * same positions, ascending; the text form and back is equal and compares alike.
   */
  @Rule("ORDER-01")
  void positionsAreOneOrder(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    for (int n = 0; n < 20; n++) {
      a.add(Streamed.stream("stream " + n % 7), 1 + n % 3);
    }
    List<StreamEvent> log = a.log();
    Streamed.expectAscending("Positions do not ascend.", log);
    Expect.equal("B reads another log.", log, Streamed.second(store).log());
    Expect.that(
        "An event lies before the start.", log.get(0).position().isAfter(LogPosition.START));
    LogPosition last = null;
    for (LogPosition position : Streamed.positions(log)) {
      LogPosition parsed = LogPosition.parse(position.toString());
      Expect.equal("A position is another one as a text.", position, parsed);
      if (last != null) {
        Expect.that("A position compares otherwise as a text.", parsed.isAfter(last));
      }
      last = parsed;
    }
    store.reopen();
    Expect.equal("The log is another one after reopening.", log, Streamed.first(store).log());
  }

  /**
   * Within a stream positions ascend with versions.
   *
   * <p><b>Shape:</b> eight writers on few streams, alone, in lists and in acks: in the log each
   * stream stands in version order.
   */
  @Rule("ORDER-02")
  void positionsAscendWithVersions(StoreUnderTest store) {
    Streamed.requireDeclared(store);
    List<ChangeCarrier> carriers = new ArrayList<>();
    ChangeWay.all(store).forEach(way -> carriers.add(ChangeCarrier.on(store, way)));
    List<Streamed> handles = Streamed.several(store, HANDLES);
    Together.times(
        2 * HANDLES,
        n -> {
          Streamed through = handles.get(n % HANDLES);
          for (int round = 0; round < store.rounds(ROUNDS); round++) {
            List<Change> list =
                List.of(
                    Streamed.append(Streamed.stream("t " + n % 2), 1),
                    Streamed.append(Streamed.stream("s " + round % 2), 2));
            Contention.repeated(() -> through.changes().apply(list));
            through.meeting(Streamed.append(Streamed.stream("s " + n % 2), 1));
          }
          if (n < carriers.size()) {
            Contention.repeated(() ->
                carriers
                    .get(n)
                    .carry(through.handle(), List.of(Streamed.append(Streamed.stream("s 0"), 2))));
          }
          return n;
        });
    expectInVersionOrder(handles.get(0).log());
  }

  /**
   * That holds for a list that is stopped half way, too.
   *
   * <p><b>Shape:</b> a list of appends to T and S stands before one of its statements after the
   * other; another handle appends to S, and returns or waits; the list goes on: in the log S stands
   * in version order.
   */
  @Rule("ORDER-02")
  void aListThatIsStoppedHalfWayKeepsTheOrder(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    Streamed b = Streamed.second(store);
    Faults faults = store.faults();
    List<Change> list =
        List.of(Streamed.append(Streamed.stream("t"), 1), Streamed.append(Streamed.stream("s"), 2));
    a.changes().apply(list);
    b.add(Streamed.stream("s"), 1);
    boolean stood = true;
    for (int statement = 1; stood; statement++) {
      CommitHold.Held standing = faults.standBefore(statement);
      Parked<Object> slow =
          Parked.beginning(() -> Contention.repeated(() -> a.changes().apply(list)));
      try (standing) {
        Waiting.until(() -> standing.isReached() || slow.isDone(), HANG);
        stood = standing.isReached();
        if (stood) {
          Parked<Object> other =
              Parked.beginning(() -> Contention.repeated(() -> b.add(Streamed.stream("s"), 1)));
          Waiting.until(other::isDone, store.pace().roundTrip());
          standing.close();
          other.answer();
        }
      }
      slow.answer();
    }
    expectInVersionOrder(a.log());
    a.expectDense("A stream is not dense.", Streamed.stream("s"));
  }

  static void expectInVersionOrder(List<StreamEvent> log) {
    Map<StreamId, Long> versions = new HashMap<>();
    for (StreamEvent event : log) {
      Expect.equal(
          "A stream does not stand in version order in the log.",
          versions.merge(event.stream(), 1L, Long::sum),
          event.version());
    }
    Streamed.expectAscending("Positions do not ascend.", log);
  }

  /**
   * List order is log order, and what returned before comes first.
   *
   * <p><b>Shape:</b> lists of ten streams in different orders; chains of appends that hop between
   * handles, each begun when the last has returned.
   */
  @Rule("ORDER-03")
  void listOrderIsLogOrder(StoreUnderTest store) {
    List<Streamed> handles = Streamed.several(store, HANDLES);
    List<LogPosition> expected = new ArrayList<>();
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      int shift = 3 * round + 1;
      List<Change> list =
          IntStream.range(0, 10)
              .<Change>mapToObj(
                  n -> Streamed.append(new StreamId("c" + n * shift % 3, "s" + n * shift % 10), 1))
              .toList();
      Streamed through = handles.get(round % HANDLES);
      for (ChangeResult result : Contention.repeated(() -> through.changes().apply(list))) {
        expected.add(((Appended) result).firstPosition());
      }
      expected.add(
          handles.get((round + 1) % HANDLES).add(Streamed.stream("hop"), 1).firstPosition());
    }
    Expect.equal(
        "The log is not in the order of lists and calls.",
        expected,
        Streamed.positions(handles.get(0).log()));
  }

  /**
   * Appends that did not commit hold up nobody.
   *
   * <p><b>Shape:</b> refused appends and lists before the first event, between two and behind the
   * last one: the next read answers what is committed at once, and is at the end.
   */
  @Rule("ORDER-06")
  void whatWasRefusedHoldsUpNobody(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    Streamed b = Streamed.second(store);
    LogPosition from = LogPosition.START;
    for (int n = 0; n < 4; n++) {
      for (int refused = 0; refused < 3; refused++) {
        List<Change> list =
            List.of(
                Streamed.append(Streamed.stream("stream"), 2),
                Streamed.append(Streamed.stream("stream"), Expected.noStream(), 1));
        Expect.thrown(
            "A bad list was taken.", VersionConflict.class, () -> a.changes().apply(list));
      }
      LogPage nothing = b.calls().readLog(LogRead.after(from, 9));
      Expect.equal("What was refused is read.", List.of(), nothing.events());
      Expect.that("What was refused holds up readers.", nothing.atEnd());
      Appended appended = a.add(Streamed.stream("stream"), 1);
      LogPage page = b.calls().readLog(LogRead.after(from, 9));
      Expect.equal(
          "What is committed is not read at once.",
          List.of(appended.firstPosition()),
          Streamed.positions(page.events()));
      Expect.that("A reader is not at the end.", page.atEnd());
      Expect.equal("Something is held back.", List.of(), a.calls().explainStall());
      from = page.next();
    }
  }

  /**
   * The head separates what returned before from what begins later.
   *
   * <p><b>Shape:</b> together, appenders that note what they were answered, and readers that ask
   * for the head: what had returned lies at or before it, what begins later behind it.
   */
  @Rule("ORDER-12")
  void theHeadSeparates(StoreUnderTest store) {
    List<Streamed> handles = Streamed.several(store, HANDLES);
    Together.times(
        2 * HANDLES,
        n -> {
          Streamed through = handles.get(n % HANDLES);
          Streamed other = handles.get((n + 1) % HANDLES);
          StreamId stream = Streamed.stream("stream " + n);
          for (int round = 0; round < store.rounds(ROUNDS) * 2; round++) {
            Appended before = through.meeting(Streamed.append(stream, 1));
            LogPosition head = other.calls().head().position();
            Expect.that(
                "The head lies before what had returned.",
                "at or behind " + before.lastPosition(),
                head,
                !head.isBefore(before.lastPosition()));
            Appended after = through.meeting(Streamed.append(stream, 1));
            Expect.that(
                "The head lies behind what began later.",
                "before " + after.firstPosition(),
                head,
                head.isBefore(after.firstPosition()));
          }
          return n;
        });
    Streamed a = handles.get(0);
    Expect.equal(
        "The head is not the end of the log.",
        a.log().getLast().position(),
        a.calls().head().position());
  }

  /**
   * Head and next never go back, and no position is given twice.
   *
   * <p><b>Shape:</b> appends, refused ones and reopening in turn: the head never falls, and what a
   * reader has recorded is a prefix of what is read later.
   */
  @Rule("ORDER-13")
  void theHeadNeverGoesBack(StoreUnderTest store) {
    LogPosition last = LogPosition.START;
    LogPosition next = LogPosition.START;
    List<StreamEvent> seen = new ArrayList<>();
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      Streamed a = Streamed.first(store);
      LogHead head = a.calls().head();
      Expect.that(
          "The head went back.", "at or behind " + last, head, !head.position().isBefore(last));
      Expect.that(
          "The store's time is before that of its events.",
          head.lastRecordedAt() == null || !head.now().isBefore(head.lastRecordedAt()));
      List<StreamEvent> more = a.behind(next, LogFilter.all(), 2);
      seen.addAll(more);
      next = head.position();
      last = head.position();
      a.add(Streamed.stream("stream"), 1 + round % 3);
      Expect.thrown(
          "A stream began twice.",
          VersionConflict.class,
          () ->
              a.calls().append(Streamed.append(Streamed.stream("stream"), Expected.noStream(), 3)));
      if (round % 2 == 1) {
        store.reopen();
      }
    }
    List<StreamEvent> log = Streamed.first(store).log();
    Expect.equal("A reader's record is no prefix of the log.", log.subList(0, seen.size()), seen);
  }

  /**
   * Times are the store's, and never fall along the log.
   *
   * <p><b>Shape:</b> time moves between appends through two handles; each is at or behind the time
   * before the call; a minute back where the clock can be set: it stays at the last one.
   */
  @Rule("ORDER-14")
  void timesNeverFall(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    Streamed b = Streamed.second(store);
    List<Streamed> both = List.of(a, b);
    for (int n = 0; n < 6; n++) {
      Instant before = a.calls().head().now();
      Appended appended = both.get(n % 2).add(Streamed.stream("stream " + n % 2), 2);
      Instant after = a.calls().head().now();
      Expect.that(
          "An append is not at the store's time.",
          "between " + before + " and " + after,
          appended.recordedAt(),
          !appended.recordedAt().isBefore(before) && !appended.recordedAt().isAfter(after));
      store.moveTime(store.tick());
    }
    expectTimesAscend(a.log());
  }

  /**
   * When the clock steps back, times stay at the last one.
   *
   * <p><b>Shape:</b> appends, a step back by a minute, more appends: no time falls.
   */
  @Rule("ORDER-14")
  void timesDoNotFollowAClockBack(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    Instant before = a.add(Streamed.stream("stream"), 1).recordedAt();
    store.setClockBack(Duration.ofMinutes(1));
    Appended appended = Streamed.second(store).add(Streamed.stream("other"), 1);
    Expect.notBefore("A time fell along the log.", before, appended.recordedAt());
    expectTimesAscend(a.log());
  }

  static void expectTimesAscend(List<StreamEvent> log) {
    for (int n = 1; n < log.size(); n++) {
      Expect.notBefore(
          "Times fall along the log.", log.get(n - 1).recordedAt(), log.get(n).recordedAt());
    }
  }

  /**
   * A time is closed once a later event is visible.
   *
   * <p><b>Shape:</b> a few appends, and then appenders on four handles, while time moves in small
   * steps; whoever has seen an event notes what lies at or before the moment before it, of the log
   * and of a stream, with its events: the same at the end.
   */
  @Rule("ORDER-15")
  void aTimeIsClosedOnceALaterEventIsVisible(StoreUnderTest store) {
    List<Streamed> handles = Streamed.several(store, HANDLES);
    Streamed reader = Streamed.second(store);
    StreamId watched = Streamed.stream("stream 0");
    Map<Instant, List<Object>> noted = new ConcurrentHashMap<>();
    for (int n = 0; n < HANDLES; n++) {
      Appended appended = reader.add(watched, 1);
      note(noted, reader, watched, appended.recordedAt().minus(store.tick()));
      store.moveTime(store.tick());
    }
    List<Runnable> bodies = new ArrayList<>();
    for (int n = 0; n < HANDLES; n++) {
      Streamed through = handles.get(n);
      bodies.add(() -> {
        for (int round = 0; round < store.rounds(ROUNDS); round++) {
          Appended appended =
              through.meeting(Streamed.append(Streamed.stream("stream " + round % 2), 1));
          note(noted, reader, watched, appended.recordedAt().minus(store.tick()));
          store.moveTime(store.tick());
        }
      });
    }
    Together.all(bodies.toArray(Runnable[]::new));
    noted.forEach((moment, answers) ->
        Expect.equal(
            "A time was open although a later event was visible.",
            answers,
            at(reader, watched, moment)));
  }

  /** What was noted of a moment once, stays. */
  private static void note(
      Map<Instant, List<Object>> noted, Streamed reader, StreamId stream, Instant moment) {
    List<Object> now = at(reader, stream, moment);
    List<Object> before = noted.putIfAbsent(moment, now);
    Expect.equal(
        "A time was open although a later event was visible.", before == null ? now : before, now);
  }

  private static List<Object> at(Streamed reader, StreamId stream, Instant moment) {
    LogFilter until =
        LogFilter.builder()
            .recorded(new TimeRange(null, moment.plus(1, ChronoUnit.MICROS)))
            .build();
    List<StreamEvent> log = reader.log(until, Streamed.PAGE);
    return List.of(
        reader.calls().positionAt(moment),
        reader.calls().versionAt(stream, moment),
        Streamed.positions(log),
        log.stream().filter(event -> event.stream().equals(stream)).toList());
  }

  /**
   * A read after what the store has not reached is refused.
   *
   * <p><b>Shape:</b> positions of a longer store shown to a shorter one, with and without a wait;
   * the head itself is fine.
   */
  @Rule("ORDER-20")
  void aPositionBeyondTheHeadIsRefused(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    LogPosition beyond = new LogPosition(Long.MAX_VALUE, 0);
    for (int n = 0; n < 2; n++) {
      LogPosition head = a.calls().head().position();
      Expect.that(
          "A reader at the head is refused.", a.calls().readLog(LogRead.after(head, 1)).atEnd());
      for (LogPosition position : List.of(beyond, new LogPosition(head.major() + 1_000_000, 0))) {
        for (LogRead read :
            List.of(
                LogRead.after(position, 1),
                LogRead.after(position, 1).waitingUpTo(Duration.ofHours(1)),
                LogRead.before(position, 1))) {
          InvalidRequest error =
              Expect.thrown(
                  "A position was read that is not reached.",
                  InvalidRequest.class,
                  () -> a.calls().readLog(read));
          String text = String.valueOf(error.getMessage());
          Expect.that(
              "The error does not name both positions.",
              position + " and " + head,
              text,
              text.contains(position.toString()) && text.contains(head.toString()));
        }
      }
      a.add(Streamed.stream("stream"), 3);
    }
  }
}
