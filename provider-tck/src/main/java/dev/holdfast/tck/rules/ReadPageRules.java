// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamPage;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.ReadWork;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.fixture.CommitHold;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.fixture.Traffic;
import dev.holdfast.tck.fixture.WhiteBox;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Faults;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Pages of the log, and what reads cost and disturb. */
@RuleFamily("READ")
final class ReadPageRules {

  private static final int FOREIGN = 100_000;
  private static final int IN_LIST = 10;
  private static final int IN_APPEND = 1_000;
  private static final int ROUNDS = 40;
  private static final int FEW_LARGE = 3;
  private static final int MANY_LARGE = 6;
  private static final int MOST_PAYLOAD = 32 * 1024 * 1024;
  private static final int LOOKS = 20;
  private static final Duration HANG = Duration.ofMinutes(1);

  /**
   * A page may be shorter than its limit, and only its mark says that the end was reached.
   *
   * <p><b>Shape:</b> events of half the payload limit, read in large pages, of the stream and of
   * the log, both ways: there are several pages, and joined they are whole.
   */
  @Rule("READ-07")
  void pagesAreBoundedInBytes(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    int payload = store.first().provider().info().limits().maxPayloadBytes() / 2;
    if ((long) payload * FEW_LARGE * 2 > Runtime.getRuntime().maxMemory() / 2) {
      throw new NotMeasured(FixturePart.MEMORY);
    }
    StreamId stream = Streamed.stream("stream");
    List<Long> sums = fill(a, stream, FEW_LARGE, payload);
    for (Direction direction : Direction.values()) {
      List<Long> expected = direction == Direction.FORWARDS ? sums : sums.reversed();
      int pages = 0;
      boolean complete = false;
      List<Long> read = new ArrayList<>();
      long next = direction == Direction.FORWARDS ? 1 : FEW_LARGE;
      while (!complete) {
        StreamPage page = a.calls().readStream(stream, next, direction, Streamed.PAGE);
        Expect.that("A page that is not complete is empty.", !page.events().isEmpty());
        page.events().forEach(event -> read.add(ReadWork.sum(event)));
        next = page.events().getLast().version() + (direction == Direction.FORWARDS ? 1 : -1);
        complete = page.complete();
        pages++;
      }
      Expect.equal("Pages joined are not the whole.", expected, read);
      Expect.above("A page has as many bytes as there are.", 1, pages);
      Expect.above("A page has as many bytes as there are.", 1, logPages(a, direction, expected));
    }
  }

  /** Appends events of so many bytes, and returns what each adds to a sum. */
  private static List<Long> fill(Streamed a, StreamId stream, int events, int size) {
    List<Long> sums = new ArrayList<>();
    byte[] bytes = new byte[size];
    for (int n = 1; n <= events; n++) {
      bytes[size - 1] = (byte) n;
      a.add(stream, NewEvent.of("large", Payload.of(bytes)));
      sums.add((long) n * Arrays.hashCode(bytes));
    }
    return sums;
  }

  private static int logPages(Streamed a, Direction direction, List<Long> expected) {
    boolean forwards = direction == Direction.FORWARDS;
    List<Long> read = new ArrayList<>();
    LogPosition next = forwards ? LogPosition.START : a.calls().head().position();
    int pages = 0;
    boolean atEnd = false;
    while (!atEnd) {
      LogPage page =
          a.calls()
              .readLog(
                  forwards
                      ? LogRead.after(next, Streamed.PAGE)
                      : LogRead.before(next, Streamed.PAGE));
      page.events().forEach(event -> read.add(ReadWork.sum(event)));
      next = page.next();
      atEnd = page.atEnd();
      pages++;
    }
    Expect.equal("Pages joined are not the whole.", expected, read);
    return pages;
  }

  /**
   * Nobody needs memory for all of what is read.
   *
   * <p><b>Shape:</b> events at the payload limit, read with the largest page size, of the stream
   * and of the log, both ways, in a child JVM whose heap is smaller than all of them.
   */
  @Rule("READ-07")
  void pagesFitIntoASmallHeap(StoreUnderTest store) {
    Streamed.requireDeclared(store);
    int payload = store.first().provider().info().limits().maxPayloadBytes();
    store.anyCrashTarget();
    if (payload > MOST_PAYLOAD) {
      throw new NotMeasured(FixturePart.MEMORY);
    }
    StreamId stream = Streamed.stream("stream");
    long sum =
        fill(Streamed.first(store), stream, MANY_LARGE, payload).stream()
            .mapToLong(Long::longValue)
            .sum();
    // Less than there is, and room for a page, what a driver makes of it, and the JVM itself.
    String heap = "-Xmx%dk".formatted(MANY_LARGE * (payload / 1024) * 5 / 6);
    try (ChildJvm child =
        ChildJvm.start(
            store.crashTarget().withJvmArguments("-XX:+UseSerialGC", heap),
            Task.READ_ALL,
            stream.category(),
            stream.id())) {
      for (String what : List.of("a stream", "the log", "a stream back", "the log back")) {
        Expect.equal(
            "A child has not read all of " + what + ".",
            MANY_LARGE + " " + sum,
            child.line("read"));
      }
      child.rest();
    }
  }

  /**
   * End and events of a page belong together.
   *
   * <p><b>Shape:</b> together, appends, and a reader that goes on from next with pages that are
   * often exactly full: what it has is the log.
   */
  @Rule("READ-09")
  void endAndEventsBelongTogether(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    Streamed b = Streamed.second(store);
    LogFilter filter = LogFilter.builder().types("e1").build();
    List<LogPosition> seen = new ArrayList<>();
    List<LogPosition> matching = new ArrayList<>();
    LogPosition[] next = {LogPosition.START, LogPosition.START};
    Meanwhile.all(
        store.rounds(ROUNDS),
        LOOKS,
        round -> {
          Contention.repeated(() -> a.add(Streamed.stream("s" + round % 3), 2));
          if (round % 2 == 0) {
            Contention.repeated(() -> a.add(Streamed.stream("other"), Streamed.event("foreign")));
          }
        },
        () -> {
          LogPage page = b.calls().readLog(LogRead.after(next[0], 2));
          seen.addAll(Streamed.positions(page.events()));
          next[0] = page.next();
          LogPage of = b.calls().readLog(LogRead.after(next[1], 1).matching(filter));
          matching.addAll(Streamed.positions(of.events()));
          next[1] = of.next();
        });
    seen.addAll(Streamed.positions(b.behind(next[0], LogFilter.all(), 2)));
    matching.addAll(Streamed.positions(b.behind(next[1], filter, 1)));
    Expect.equal(
        "A reader has missed events, or seen them twice.", Streamed.positions(a.log()), seen);
    Expect.equal(
        "A reader with a filter has missed events, or seen them twice.",
        Streamed.positions(a.log(filter, Streamed.PAGE)),
        matching);
  }

  /**
   * What commits between two statements of a read is in its page or behind its next.
   *
   * <p><b>Shape:</b> a read of the log stands before each of its statements in turn, with and
   * without a filter, with a page that is exactly full and a larger one; matching and foreign
   * events are appended; let go, and read on from next: all are there, once.
   */
  @Rule("READ-09")
  void whatCommitsBetweenStatementsIsNotPassed(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    Streamed b = Streamed.second(store);
    Faults faults = store.faults();
    b.log();
    for (LogFilter filter : List.of(LogFilter.all(), LogFilter.builder().types("e1").build())) {
      for (int limit : List.of(2, Streamed.PAGE)) {
        boolean stood = true;
        for (int statement = 1; stood; statement++) {
          LogPosition from = a.calls().head().position();
          a.add(Streamed.stream("s"), Streamed.event("e1"), Streamed.event("e1"));
          CommitHold.Held standing = faults.standBefore(statement);
          Parked<LogPage> read =
              Parked.beginning(
                  () -> b.calls().readLog(LogRead.after(from, limit).matching(filter)));
          try (standing) {
            Waiting.until(() -> standing.isReached() || read.isDone(), HANG);
            stood = standing.isReached();
            if (stood) {
              a.add(Streamed.stream("t"), Streamed.event("foreign"), Streamed.event("e1"));
            }
          }
          LogPage page = read.answer();
          List<LogPosition> seen = new ArrayList<>(Streamed.positions(page.events()));
          seen.addAll(Streamed.positions(b.behind(page.next(), filter, limit)));
          Expect.equal(
              "A read that stood before statement %d has missed events.".formatted(statement),
              Streamed.positions(a.behind(from, filter, Streamed.PAGE)),
              seen);
        }
      }
    }
  }

  /**
   * A filter that matches nothing still moves on.
   *
   * <p><b>Shape:</b> a hundred thousand foreign events; from the start, with the largest page size:
   * next grows with each call, few calls, then the end with the head's position; a reader at the
   * head moves on while foreign events arrive.
   */
  @Rule("READ-10")
  void aFilterThatMatchesNothingMovesOn(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    List<Change> some =
        Collections.nCopies(IN_LIST, Streamed.append(Streamed.stream("foreign"), IN_APPEND));
    for (int n = 0; n < FOREIGN; n += IN_LIST * IN_APPEND) {
      a.changes().apply(some);
    }
    LogFilter nothing = LogFilter.builder().types("never").build();
    LogPosition next = LogPosition.START;
    int calls = 0;
    boolean atEnd = false;
    while (!atEnd) {
      LogPage page =
          a.calls()
              .readLog(LogRead.after(next, a.calls().limits().maxPageSize()).matching(nothing));
      Expect.equal("Something matches nothing.", List.of(), page.events());
      Expect.that("A page does not move on.", page.next().isAfter(next));
      next = page.next();
      atEnd = page.atEnd();
      calls++;
    }
    Expect.atMost("A filter that matches nothing takes many calls.", 1L + FOREIGN / 10_000, calls);
    Expect.equal("The end is not the head.", a.calls().head().position(), next);
    a.add(Streamed.stream("foreign"), 1);
    LogPage page =
        a.calls()
            .readLog(
                LogRead.after(next, 9).matching(nothing).waitingUpTo(store.pace().roundTrip()));
    Expect.equal("A waiting read does not move on.", a.calls().head().position(), page.next());
  }

  /**
   * A page is at the end exactly when nothing lies behind it.
   *
   * <p><b>Shape:</b> the empty store; every limit below, at and above the number of events, with
   * and without a filter.
   */
  @Rule("READ-11")
  void atEndIsTheEnd(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    Expect.equal(
        "An empty log is not at its end.",
        new LogPage(List.of(), LogPosition.START, true, null),
        a.calls().readLog(LogRead.after(LogPosition.START, 1)));
    a.add(Streamed.stream("s"), 6);
    LogPosition head = a.calls().head().position();
    for (int limit = 1; limit <= 8; limit++) {
      LogPage page = a.calls().readLog(LogRead.after(LogPosition.START, limit));
      Expect.equal("A page is at the end, or not, of " + limit + ".", limit >= 6, page.atEnd());
      Expect.equal("A page has not what it may.", Math.min(limit, 6), page.events().size());
      if (page.atEnd()) {
        Expect.equal("The end is not the head.", head, page.next());
      }
      LogFilter two = LogFilter.builder().types("e2", "e4").build();
      LogPage of = a.calls().readLog(LogRead.after(LogPosition.START, limit).matching(two));
      Expect.equal("A page has not what it may.", Math.min(limit, 2), of.events().size());
      Expect.that("A page is at the end with an event behind it.", limit > 1 || !of.atEnd());
    }
    Expect.that(
        "A reader at the head is not at the end.",
        a.calls().readLog(LogRead.after(head, 1)).atEnd());
  }

  /**
   * Backwards the log is the reverse.
   *
   * <p><b>Shape:</b> joined pages of every limit, with and without a filter, from the head and from
   * the middle, while appends go on: only what lies at or before the cut, and the beginning is the
   * end.
   */
  @Rule("READ-19")
  void backwardsTheLogIsTheReverse(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    for (int n = 0; n < 6; n++) {
      a.add(Streamed.stream("s" + n % 2), 2);
    }
    LogPosition head = a.calls().head().position();
    List<StreamEvent> log = a.log();
    LogFilter filter = LogFilter.builder().types("e2").build();
    for (LogFilter which : List.of(LogFilter.all(), filter)) {
      for (LogPosition from : List.of(head, log.get(7).position(), log.get(0).position())) {
        List<LogPosition> expected =
            new ArrayList<>(
                log.stream()
                    .filter(event -> which.matches(event) && !event.position().isAfter(from))
                    .map(StreamEvent::position)
                    .toList());
        Collections.reverse(expected);
        for (int limit : List.of(1, 3, 100)) {
          List<LogPosition> read = new ArrayList<>();
          LogPosition next = from;
          boolean atEnd = false;
          while (!atEnd) {
            LogPage page =
                Streamed.second(store).calls().readLog(LogRead.before(next, limit).matching(which));
            read.addAll(Streamed.positions(page.events()));
            Expect.that(
                "A page backwards does not move on.", page.atEnd() || page.next().isBefore(next));
            next = page.next();
            atEnd = page.atEnd();
          }
          Expect.equal("Backwards the log is not the reverse.", expected, read);
        }
        a.add(Streamed.stream("s0"), 2);
      }
    }
    LogPage begin = a.calls().readLog(LogRead.before(LogPosition.START, 9));
    Expect.equal("Something lies before the start.", List.of(), begin.events());
    Expect.that("The start is not the end.", begin.atEnd());
  }

  /**
   * Reads take nobody's place.
   *
   * <p><b>Shape:</b> every read while an instance and an activity are locked: tokens, counts and
   * batches are as before, and appends go on.
   */
  @Rule("READ-21")
  void readsTakeNobodysPlace(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    Streamed b = Streamed.second(store);
    StreamId stream = Streamed.stream("order");
    a.add(stream, 3);
    store.first().start("order");
    OrchestrationItem item = store.first().fetchOne("order");
    Snapshot before = store.snapshot("order");
    for (int n = 0; n < 3; n++) {
      b.snapshot(stream);
      b.calls().streams("order", null, 9);
      b.calls().readLog(LogRead.before(b.calls().head().position(), 9));
      b.calls().positionAt(b.calls().head().now());
      b.calls().versionAt(stream, b.calls().head().now());
      b.calls().explainStall();
    }
    store.expectUnchanged("A read changed something.", before);
    Expect.equal("An append was disturbed.", 4L, a.add(stream, 1).lastVersion());
    store.first().finish(item);
  }

  /**
   * An event that cannot be read is told, and everything around it is read.
   *
   * <p><b>Shape:</b> the oldest event of a stream is damaged: reads with it name stream and
   * version; reads behind it, other streams, and appends to its stream go on.
   */
  @Rule("READ-22")
  void whatCannotBeReadStopsNothingElse(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    WhiteBox box = store.whiteBox();
    if (!box.corrupts(RowKind.STREAM_EVENT)) {
      throw new NotMeasured(FixturePart.WHITE_BOX, RowKind.STREAM_EVENT.name());
    }
    StreamId bad = Streamed.stream("bad");
    StreamId good = Streamed.stream("good");
    a.add(good, 2);
    AppendEvents keyed = Streamed.append(bad, 1).withKey("key");
    a.calls().append(keyed);
    a.add(bad, 3);
    a.add(good, 2);
    List<StreamEvent> log = a.log();
    box.corrupt(RowKind.STREAM_EVENT, "bad");
    for (Streamed through : List.of(a, Streamed.second(store))) {
      CorruptData corrupt =
          Expect.thrown(
              "A damaged event was read.",
              CorruptData.class,
              () -> through.calls().readStream(bad, 1, Direction.FORWARDS, 9));
      String text = String.valueOf(corrupt.getMessage());
      Expect.that(
          "The error does not name stream and version.",
          "1 and " + bad,
          text,
          text.contains(bad.toString()) && text.contains("1"));
      Expect.thrown(
          "A damaged event was read.",
          CorruptData.class,
          () -> through.calls().readLog(LogRead.after(LogPosition.START, 9)));
      Expect.equal(
          "What lies behind a damaged event is not read.",
          List.of(2L, 3L, 4L),
          Streamed.versions(through.calls().readStream(bad, 2, Direction.FORWARDS, 9).events()));
      Expect.equal(
          "What lies before a damaged event is not read.",
          log.subList(0, 2),
          through.calls().readLog(LogRead.after(LogPosition.START, 2)).events());
      Expect.equal(
          "What lies behind a damaged event is not read.",
          log.subList(3, log.size()),
          through.behind(log.get(2).position(), LogFilter.all(), 9));
      Expect.equal("Another stream is not read.", 4, through.all(good).size());
      Expect.equal(
          "A stream is unknown.", 4L, through.calls().stream(bad).orElseThrow().lastVersion());
    }
    Expect.that("A key is forgotten.", a.calls().append(keyed).repeated());
    Expect.equal(
        "An append is refused.",
        5L,
        a.calls().append(Streamed.append(bad, Expected.exactly(4), 1)).lastVersion());
  }

  /**
   * A filtered read costs what it answers.
   *
   * <p><b>Shape:</b> on a warm handle a read of one rare tag, and of the tail of a stream, beside
   * few and beside many other events: as many statements, round trips and rows.
   */
  @Rule("READ-23")
  void aReadCostsWhatItAnswers(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    StatementCounter counter = store.statements();
    StreamId stream = Streamed.stream("stream");
    NewEvent rare = NewEvent.builder("rare", Payload.empty()).tag("k", "rare").build();
    a.add(stream, rare);
    a.add(stream, 9);
    costs(a, counter, stream);
    List<Traffic> few = costs(a, counter, stream);
    a.add(stream, 990);
    a.add(Streamed.stream("another"), 1_000);
    costs(a, counter, stream);
    List<Traffic> many = costs(a, counter, stream);
    Expect.equal("A read costs more beside other events.", few, many);
  }

  private static List<Traffic> costs(Streamed a, StatementCounter counter, StreamId stream) {
    List<Traffic> costs = new ArrayList<>();
    LogFilter rare = LogFilter.builder().tag("k", "rare").build();
    long last = a.last(stream);
    Traffic before = counter.soFar();
    a.calls().readLog(LogRead.after(LogPosition.START, 9).matching(rare));
    Traffic afterLog = counter.soFar();
    costs.add(afterLog.since(before));
    a.calls().readStream(stream, last, Direction.BACKWARDS, 5);
    costs.add(counter.soFar().since(afterLog));
    return costs;
  }
}
