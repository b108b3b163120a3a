// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.NotFound;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.ArchiveStep;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogHead;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.StreamArchive;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamPage;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ArchiveWork;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.fixture.Fault;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.rules.DisturbedCall.Form;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Events that are removed because a snapshot covers them. */
@RuleFamily("STREAM")
final class StreamArchiveRules {

  private static final String SCHEMA = ArchiveWork.SCHEMA;
  private static final int LONG = 64;
  private static final int THROUGH = 60;
  private static final int KILLS = 2;

  /** A step takes less. */
  private static final Duration MOMENT = Duration.ofMillis(30);

  /** A stream of as many events, with a snapshot at one of its versions. */
  private static StreamId stream(Snapped a, String id, int events, long version) {
    StreamId stream = Streamed.stream(id);
    a.streams().add(stream, events);
    a.put(stream, version, SCHEMA);
    return stream;
  }

  /**
   * Archiving removes versions up to the bound, lowest first, and only where a snapshot covers
   * them.
   *
   * <p><b>Shape:</b> without a snapshot, with one below, above and under another schema: NotFound;
   * in steps of 7 until none is left; a repeat removes none; beyond the last version it is a
   * conflict.
   */
  @Rule("STREAM-28")
  void archivingNeedsASnapshot(StoreUnderTest store) {
    StreamArchive archive = Snapped.archive(store);
    Snapped a = Snapped.first(store);
    StreamId stream = Streamed.stream("stream");
    a.streams().add(stream, 30);
    a.put(stream, 19, SCHEMA);
    a.put(stream, 21, SCHEMA);
    a.put(stream, 20, "another");
    List<Object> before = a.streams().snapshot(stream);
    Expect.thrown(
        "What no snapshot covers was removed.",
        NotFound.class,
        () -> archive.archive(stream, 20, SCHEMA, 100));
    for (StreamId beyond : List.of(stream, Streamed.stream("unknown"))) {
      Expect.thrown(
          "What is not there was archived.",
          VersionConflict.class,
          () -> archive.archive(beyond, 31, SCHEMA, 100));
    }
    Expect.equal("A refused call removed something.", before, a.streams().snapshot(stream));
    a.put(stream, 20, SCHEMA);
    List<StreamEvent> all = a.streams().all(stream);
    int removed = 0;
    for (int step = 1; removed < 20; step++) {
      ArchiveStep done = archive.archive(stream, 20, SCHEMA, 7);
      removed = Math.min(20, 7 * step);
      Expect.equal(
          "A step has removed others.", new ArchiveStep(step < 3 ? 7 : 6, 20L - removed), done);
      Expect.equal(
          "Not the lowest went.", all.subList(removed, 30), Streamed.second(store).all(stream));
    }
    Expect.equal(
        "A repeat removes something.",
        new ArchiveStep(0, 0),
        archive.archive(stream, 20, SCHEMA, 7));
    Expect.invalid("Version 0 was taken.", () -> archive.archive(stream, 0, SCHEMA, 1));
    Expect.invalid("A limit of 0 was taken.", () -> archive.archive(stream, 20, SCHEMA, 0));
  }

  /**
   * Archiving moves nothing else.
   *
   * <p><b>Shape:</b> a whole stream is archived, with the newest event of the log: versions, keys,
   * head and times go on; what stays is as before, and filters find it.
   */
  @Rule("STREAM-29")
  void archivingMovesNothingElse(StoreUnderTest store) {
    StreamArchive archive = Snapped.archive(store);
    Snapped a = Snapped.first(store);
    StreamId other = Streamed.stream("other");
    a.streams().add(other, 2);
    StreamId stream = Streamed.stream("stream");
    AppendEvents keyed = Streamed.append(stream, 3).withKey("key");
    Appended first = a.streams().calls().append(keyed);
    store.moveTime(store.tick());
    a.streams().add(stream, 2);
    a.put(stream, 5, SCHEMA);
    LogHead head = a.streams().calls().head();
    List<StreamEvent> kept = a.streams().all(other);
    archive.archive(stream, 5, SCHEMA, 100);
    LogHead after = a.streams().calls().head();
    Expect.equal("The head moved.", head.position(), after.position());
    Expect.equal("The last time moved.", head.lastRecordedAt(), after.lastRecordedAt());
    Expect.equal("Events that stay changed.", kept, Streamed.second(store).all(other));
    Expect.equal("Events that stay are not in the log.", kept, a.streams().log());
    Expect.equal(
        "A filter finds what is archived.",
        kept.subList(0, 1),
        a.streams().log(LogFilter.builder().types("e1").build(), 9));
    Expect.equal("A key was archived.", first.asRepeat(), a.streams().calls().append(keyed));
    a.streams()
        .refused(
            "A stream began again.",
            VersionConflict.class,
            Streamed.append(stream, Expected.noStream(), 1));
    Appended next = a.streams().calls().append(Streamed.append(stream, Expected.exists(), 1));
    Expect.equal("A version came again.", 6L, next.firstVersion());
    Expect.that("A position came again.", next.firstPosition().isAfter(head.position()));
    Expect.that(
        "A time fell.",
        head.lastRecordedAt() != null && !next.recordedAt().isBefore(head.lastRecordedAt()));
    Expect.equal(
        "A version does not fit.",
        7L,
        a.streams().calls().append(Streamed.append(stream, Expected.exactly(6), 1)).lastVersion());
    Expect.equal(
        "A time lies elsewhere.",
        a.streams().calls().head().position(),
        a.streams().calls().positionAt(after.now().plusSeconds(1)));
    Expect.thrown(
        "A time that was archived is found.",
        NotFound.class,
        () -> a.streams().calls().versionAt(stream, first.recordedAt()));
  }

  /**
   * What is gone is said.
   *
   * <p><b>Shape:</b> stream reads from 1, from the last archived and the first kept version, both
   * ways; log reads after the start, just before and at the last archived position.
   */
  @Rule("STREAM-30")
  void whatIsGoneIsSaid(StoreUnderTest store) {
    StreamArchive archive = Snapped.archive(store);
    Snapped a = Snapped.first(store);
    StreamId stream = stream(a, "stream", 9, 6);
    List<StreamEvent> all = a.streams().all(stream);
    LogPosition through = all.get(5).position();
    Expect.equal(
        "Something is said to be gone.",
        Optional.empty(),
        Optional.ofNullable(
            a.streams().calls().readLog(LogRead.after(LogPosition.START, 1)).archivedThrough()));
    archive.archive(stream, 6, SCHEMA, 100);
    for (Streamed through2 : List.of(a.streams(), Streamed.second(store))) {
      for (long from : List.of(1L, 6L, 7L)) {
        StreamPage page = through2.calls().readStream(stream, from, Direction.FORWARDS, 9);
        Expect.equal(
            "A page has not what is left.", List.of(7L, 8L, 9L), Streamed.versions(page.events()));
        Expect.equal("A page does not say where the stream begins.", 7L, page.firstVersion());
        Expect.equal("A page has another last version.", 9L, page.lastVersion());
        Expect.that("A page is not complete.", page.complete());
      }
      StreamPage back = through2.calls().readStream(stream, 8, Direction.BACKWARDS, 9);
      Expect.equal(
          "A page has not what is left.", List.of(8L, 7L), Streamed.versions(back.events()));
      Expect.that("A page is not complete.", back.complete() && back.firstVersion() == 7);
      Expect.equal(
          "A page has what is gone.",
          List.of(),
          through2.calls().readStream(stream, 6, Direction.BACKWARDS, 9).events());
      Expect.equal(
          "A stream is told otherwise.",
          7L,
          through2.calls().stream(stream).orElseThrow().firstVersion());
      for (LogPosition from : List.of(LogPosition.START, all.get(4).position())) {
        LogPage page = through2.calls().readLog(LogRead.after(from, 9));
        Expect.equal("What is gone is not said.", through, page.archivedThrough());
        Expect.equal("A page has not what is left.", all.subList(6, 9), page.events());
      }
      LogPage behind = through2.calls().readLog(LogRead.after(through, 9));
      Expect.that("Something is said to be gone behind it.", behind.archivedThrough() == null);
      LogPage backwards =
          through2.calls().readLog(LogRead.before(through2.calls().head().position(), 9));
      Expect.equal("What is gone is not said.", through, backwards.archivedThrough());
      Expect.equal(
          "A page has not what is left.", all.subList(6, 9).reversed(), backwards.events());
    }
  }

  /**
   * Archiving is safe at any time.
   *
   * <p><b>Shape:</b> a step disturbed at and around every statement and commit, then again;
   * together with appends, reads and a second archiver: pages are dense, each event goes once,
   * another call finishes the rest.
   */
  @Rule("STREAM-31")
  void archivingIsSafeAtAnyTime(StoreUnderTest store) {
    Snapped.archive(store);
    DisturbedCall.everywhere(
        store,
        under -> {
          Snapped a = Snapped.first(under);
          StreamId stream = stream(a, "stream " + under.nextNumber(), 6, 4);
          StreamArchive archive = Snapped.archive(under);
          return new DisturbedCall(
              "archive",
              Form.SINGLE,
              List.of(),
              () -> archive.archive(stream, 4, SCHEMA, 9),
              answer -> {
                Expect.equal("Something is left.", 0L, ((ArchiveStep) answer).left());
                Expect.equal(
                    "Others went.",
                    List.of(5L, 6L),
                    Streamed.versions(Streamed.second(under).all(stream)));
              });
        },
        StreamArchiveRules::expectRetryable);
  }

  /**
   * Whoever archives may be killed.
   *
   * <p><b>Shape:</b> child JVMs archive several streams in small steps beside appends and are
   * killed at random: each stream has lost whole steps, lowest versions first, the log has what the
   * streams have, and another call finishes the rest.
   */
  @Rule("STREAM-31")
  void archivingSurvivesKills(StoreUnderTest store) {
    Snapped.archive(store);
    Map<StreamId, List<StreamEvent>> before = new HashMap<>();
    for (int n = 0; n < ArchiveWork.STREAMS; n++) {
      Snapped a = Snapped.first(store);
      StreamId stream = ArchiveWork.stream(n);
      a.streams().add(stream, LONG);
      a.put(stream, THROUGH, SCHEMA);
      before.put(stream, a.streams().all(stream));
    }
    for (int round = 0; round < KILLS; round++) {
      try (ChildJvm child =
          ChildJvm.start(store.crashTarget(), Task.ARCHIVE, String.valueOf(THROUGH))) {
        int lines =
            1 + store.random().nextInt(ArchiveWork.STREAMS * THROUGH / ArchiveWork.LIMIT / 2);
        for (int n = 0; n < lines; n++) {
          child.line("archived");
        }
        // Or the next step has not begun yet.
        Waiting.realTime(Duration.ofNanos(store.random().nextLong(MOMENT.toNanos())));
        child.kill();
      }
      store.catchUpWithOtherJvms();
      before.forEach((stream, events) -> expectWhole(Streamed.second(store), stream, events));
    }
    before.forEach((stream, events) -> {
      Expect.equal(
          "The rest is not finished.",
          0L,
          Snapped.archive(store).archive(stream, THROUGH, SCHEMA, LONG).left());
      Expect.equal(
          "Others went.", events.subList(THROUGH, LONG), Streamed.second(store).all(stream));
    });
    Streamed.second(store).expectDense("A stream is not dense.", new StreamId("killed", "beside"));
  }

  private static void expectWhole(Streamed b, StreamId stream, List<StreamEvent> before) {
    StreamPage page = b.calls().readStream(stream, 1, Direction.FORWARDS, Streamed.PAGE);
    int gone = (int) page.firstVersion() - 1;
    List<StreamEvent> left = before.subList(gone, LONG);
    Expect.that("Half a step is there.", gone % ArchiveWork.LIMIT == 0 || gone == THROUGH);
    Expect.equal("A stream has not what is left of it.", left, page.events());
    Expect.equal("The last version moved.", (long) LONG, page.lastVersion());
    LogFilter category = LogFilter.builder().categories(stream.category()).build();
    Expect.equal(
        "The log has not what is left of a stream.",
        left,
        b.log(category, Streamed.PAGE).stream()
            .filter(event -> event.stream().equals(stream))
            .toList());
  }

  private static void expectRetryable(DisturbedCall call, Fault fault, ProviderError error) {
    Expect.is(call + " is not retryable, with " + fault + ".", Retryable.class, error);
  }

  /**
   * Archiving beside the work hides nothing.
   *
   * <p><b>Shape:</b> two archivers in small steps, an appender and readers of the stream and the
   * log: each page is dense from its first version, and each event goes once.
   */
  @Rule("STREAM-31")
  void archivingBesideTheWorkHidesNothing(StoreUnderTest store) {
    Snapped a = Snapped.first(store);
    StreamArchive one = Snapped.archive(store);
    StreamArchive two = Snapped.archive(store.second());
    StreamId stream = stream(a, "stream", 60, 50);
    List<Integer> removed = new ArrayList<>();
    Streamed reader = Streamed.of(store.newHandle());
    Meanwhile.all(
        12,
        round -> {
          StreamArchive archive = round % 2 == 0 ? one : two;
          removed.add(Contention.repeated(() -> archive.archive(stream, 50, SCHEMA, 5).removed()));
          Contention.repeated(() -> a.streams().add(stream, 1));
        },
        () -> {
          StreamPage page = reader.calls().readStream(stream, 1, Direction.FORWARDS, Streamed.PAGE);
          List<Long> expected = new ArrayList<>();
          for (long version = page.firstVersion(); version <= page.lastVersion(); version++) {
            expected.add(version);
          }
          Expect.equal("A page is not dense.", expected, Streamed.versions(page.events()));
          OrderRules.expectTimesAscend(reader.log());
        });
    Expect.equal("Not each event went once.", 50, removed.stream().mapToInt(n -> n).sum());
    Expect.equal("Events are missing.", 22, reader.all(stream).size());
  }
}
