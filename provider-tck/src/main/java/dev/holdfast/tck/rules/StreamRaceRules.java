// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.Direction;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.provider.stream.StreamPage;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;

/** Callers that meet at a stream. */
@RuleFamily("STREAM")
final class StreamRaceRules {

  private static final int HANDLES = 4;
  private static final int CALLERS = 8;
  private static final int ROUNDS = 6;
  private static final int EACH = 12;

  /**
   * The versions of a stream are dense, whatever was refused or repeated in between.
   *
   * <p><b>Shape:</b> eight threads on four handles over three streams: appends of 1 to 5 events,
   * conflicts, repeats and refused lists; each stream is 1 to n, and the answered ranges cover it
   * exactly once.
   */
  @Rule("STREAM-03")
  void versionsAreDense(StoreUnderTest store) {
    List<Streamed> handles = Streamed.several(store, HANDLES);
    List<StreamId> streams =
        List.of(Streamed.stream("a"), Streamed.stream("b"), Streamed.stream("c"));
    long seed = store.random().nextLong();
    List<List<Appended>> answers =
        Together.times(
            CALLERS, n -> appendMixed(handles.get(n % HANDLES), streams, n, new Random(seed + n)));
    Map<StreamId, List<Long>> told = new HashMap<>();
    answers.stream()
        .flatMap(List::stream)
        .forEach(one ->
            told.computeIfAbsent(one.stream(), any -> new ArrayList<>())
                .addAll(
                    LongStream.rangeClosed(one.firstVersion(), one.lastVersion())
                        .boxed()
                        .toList()));
    for (StreamId stream : streams) {
      handles.get(0).expectDense("A stream is not dense.", stream);
      Expect.equal(
          "Answers do not cover a stream exactly once.",
          Streamed.upTo(handles.get(0).last(stream)),
          told.getOrDefault(stream, List.of()).stream().sorted().toList());
    }
  }

  private static List<Appended> appendMixed(
      Streamed through, List<StreamId> streams, int caller, Random random) {
    List<Appended> applied = new ArrayList<>();
    for (int n = 0; n < EACH; n++) {
      StreamId stream = streams.get(random.nextInt(streams.size()));
      AppendEvents append =
          Streamed.append(stream, 1 + random.nextInt(5)).withKey(caller + "/" + n);
      applied.add(through.meeting(append));
      switch (n % 3) {
        case 0 -> Expect.that("A repeat is not known.", through.meeting(append).repeated());
        case 1 -> {
          AppendEvents misfit = Streamed.append(stream, Expected.exactly(Long.MAX_VALUE), 1);
          List<Change> list = List.of(Streamed.append(stream, 2), misfit);
          Expect.thrown(
              "A bad list was taken.",
              VersionConflict.class,
              () -> Contention.repeated(() -> through.changes().apply(list)));
        }
        default ->
            Expect.thrown(
                "A key was taken twice.",
                IdempotencyMismatch.class,
                () -> through.meeting(Streamed.append(stream, 7).withKey(append.key())));
      }
    }
    return applied;
  }

  /**
   * Of appends that expect the same version one is applied.
   *
   * <p><b>Shape:</b> together, eight callers with exactly(0) and with exactly(5), many rounds: one
   * winner, and the others are conflicts whose found version is at or above the winner's.
   */
  @Rule("STREAM-06")
  void ofEqualExpectationsOneFits(StoreUnderTest store) {
    List<Streamed> handles = Streamed.several(store, HANDLES);
    for (int round = 0; round < store.rounds(ROUNDS) * 2; round++) {
      int before = round % 2 == 0 ? 0 : 5;
      StreamId stream = Streamed.stream("stream " + store.nextNumber());
      if (before > 0) {
        handles.get(0).add(stream, before);
      }
      List<Object> answers =
          Together.times(
              CALLERS,
              n ->
                  contend(
                      handles.get(n % HANDLES),
                      Streamed.append(stream, Expected.exactly(before), 2)));
      long winners = answers.stream().filter(Appended.class::isInstance).count();
      Expect.equal("Not exactly one append fits.", 1L, winners);
      for (Object answer : answers) {
        if (answer instanceof VersionConflict conflict) {
          Expect.above("A conflict found an old version.", before + 1L, conflict.foundVersion());
        }
      }
      Expect.equal("A race left another version.", before + 2L, handles.get(1).last(stream));
    }
  }

  private static Object contend(Streamed through, AppendEvents append) {
    try {
      return through.meeting(append);
    } catch (VersionConflict conflict) {
      return conflict;
    }
  }

  /**
   * Appends with any never conflict.
   *
   * <p><b>Shape:</b> together, sixteen callers on one stream, new and old: all are applied, at
   * versions of their own.
   */
  @Rule("STREAM-07")
  void anyNeverConflicts(StoreUnderTest store) {
    List<Streamed> handles = Streamed.several(store, HANDLES);
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      StreamId stream = Streamed.stream("stream " + store.nextNumber());
      int before = round % 2;
      if (before > 0) {
        handles.get(0).add(stream, before);
      }
      List<Appended> answers =
          Together.times(
              2 * CALLERS, n -> handles.get(n % HANDLES).meeting(Streamed.append(stream, 1)));
      Expect.equal(
          "Appends do not have versions of their own.",
          LongStream.rangeClosed(before + 1L, before + 2L * CALLERS).boxed().toList(),
          answers.stream().map(Appended::firstVersion).sorted().toList());
    }
  }

  /**
   * The events of one append stand together and become visible together.
   *
   * <p><b>Shape:</b> appends of five events from four handles to one stream; a reader's complete
   * pages end at a whole append, and each append's events stand side by side.
   */
  @Rule("STREAM-08")
  void theEventsOfAnAppendStandTogether(StoreUnderTest store) {
    List<Streamed> handles = Streamed.several(store, HANDLES);
    Streamed reader = Streamed.second(store);
    StreamId stream = Streamed.stream("stream");
    CountDownLatch atWork = new CountDownLatch(HANDLES);
    List<Callable<Boolean>> all = new ArrayList<>();
    for (Streamed through : handles) {
      all.add(() -> {
        try {
          for (int n = 0; n < EACH; n++) {
            through.meeting(Streamed.append(stream, 5));
          }
        } finally {
          atWork.countDown();
        }
        return true;
      });
    }
    all.add(() -> {
      long from = 1;
      while (atWork.getCount() > 0) {
        StreamPage page =
            reader.calls().readStream(stream, from, Direction.FORWARDS, Streamed.PAGE);
        if (page.complete()) {
          Expect.equal("Half an append is visible.", 0L, page.lastVersion() % 5);
        }
        from = page.lastVersion() > 40 ? page.lastVersion() - 20 : 1;
      }
      return true;
    });
    Together.run(all);
    List<StreamEvent> events = reader.all(stream);
    for (int n = 0; n < events.size(); n++) {
      Expect.equal(
          "The events of an append do not stand in list order.",
          "e" + (n % 5 + 1),
          events.get(n).content().type());
      Expect.equal(
          "The events of an append have different times.",
          events.get(n - n % 5).recordedAt(),
          events.get(n).recordedAt());
    }
  }

  /**
   * Crossing appends do not surface as failure.
   *
   * <p><b>Shape:</b> together, lists that append to S and T and to T and S: all are applied, and
   * every stream is dense.
   */
  @Rule("STREAM-15")
  void crossingAppendsAreApplied(StoreUnderTest store) {
    List<Streamed> handles = Streamed.several(store, HANDLES);
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      StreamId s = Streamed.stream("s " + store.nextNumber());
      StreamId t = Streamed.stream("t " + store.nextNumber());
      Together.times(
          CALLERS,
          n -> {
            List<Change> list =
                n % 2 == 0
                    ? List.of(Streamed.append(s, 2), Streamed.append(t, 1))
                    : List.of(Streamed.append(t, 1), Streamed.append(s, 2));
            Streamed through = handles.get(n % HANDLES);
            return Contention.repeated(() -> through.changes().apply(list));
          });
      handles.get(0).expectDense("A stream is not dense.", s);
      Expect.equal("An append is missing.", 2L * CALLERS, handles.get(0).last(s));
      Expect.equal("An append is missing.", (long) CALLERS, handles.get(0).last(t));
    }
  }

  /**
   * What was appended is read at once, through every handle.
   *
   * <p><b>Shape:</b> append through A and B in turn, read the stream and the log through the other
   * one at once, many times.
   */
  @Rule("STREAM-16")
  void whatWasAppendedIsReadAtOnce(StoreUnderTest store) {
    List<Streamed> both = List.of(Streamed.first(store), Streamed.second(store));
    LogPosition behind = LogPosition.START;
    for (int n = 0; n < store.rounds(EACH) * 4; n++) {
      StreamId stream = Streamed.stream("stream " + n % 3);
      Appended appended = both.get(n % 2).add(stream, 2);
      Streamed other = both.get(1 - n % 2);
      Expect.equal(
          "A stream is read without what was appended.",
          appended.lastVersion(),
          other.last(stream));
      List<StreamEvent> log = other.behind(behind, LogFilter.all(), Streamed.PAGE);
      Expect.equal(
          "The log is read without what was appended.",
          List.of(appended.firstPosition(), appended.lastPosition()),
          Streamed.positions(log));
      behind = appended.lastPosition();
    }
  }

  /**
   * Racing repeats have one answer.
   *
   * <p><b>Shape:</b> together, two and eight callers with one key and content, on a new and an old
   * stream, with any and with exactly(n), many rounds: one answer, one that is no repeat, one
   * append.
   */
  @Rule("STREAM-18")
  void racingRepeatsHaveOneAnswer(StoreUnderTest store) {
    List<Streamed> handles = Streamed.several(store, HANDLES);
    for (int round = 0; round < store.rounds(ROUNDS) * 2; round++) {
      int callers = round % 2 == 0 ? 2 : CALLERS;
      int before = round / 2 % 2 * 3;
      Expected expected = round % 3 == 0 ? Expected.any() : Expected.exactly(before);
      StreamId stream = Streamed.stream("stream " + store.nextNumber());
      if (before > 0) {
        handles.get(0).add(stream, before);
      }
      AppendEvents append = Streamed.append(stream, expected, 2).withKey("key");
      List<Appended> answers =
          Together.times(callers, n -> handles.get(n % HANDLES).meeting(append));
      Expect.equal(
          "Racing repeats have different answers.",
          1,
          new HashSet<>(answers.stream().map(Appended::asRepeat).toList()).size());
      Expect.equal(
          "Not exactly one append is no repeat.",
          1L,
          answers.stream().filter(answer -> !answer.repeated()).count());
      Expect.equal("An append stands twice.", before + 2L, handles.get(1).last(stream));
    }
  }

  /**
   * A call of a recorded history: what was asked, when in the order of all marks, and the answer.
   */
  private record Call(AppendEvents asked, LogPosition before, Object answer, LogPosition after) {}

  /**
   * A recorded random history has a sequential explanation: the order of the log.
   *
   * <p><b>Shape:</b> eight threads on four handles over two streams and few keys append with every
   * expectation, and note the head before and after each call. In the order of the log each applied
   * append fits, each repeat has its first answer, and each refusal is right at a moment between
   * its marks.
   */
  @Rule("STREAM-33")
  void aHistoryHasASequentialExplanation(StoreUnderTest store) {
    List<Streamed> handles = Streamed.several(store, HANDLES);
    List<StreamId> streams = List.of(Streamed.stream("s"), Streamed.stream("t"));
    long seed = store.random().nextLong();
    List<Call> history = new ArrayList<>();
    Together.times(CALLERS, n -> record(handles.get(n % HANDLES), streams, new Random(seed + n)))
        .forEach(history::addAll);
    List<StreamEvent> log = handles.get(0).log();
    List<Call> applied =
        history.stream()
            .filter(call -> call.answer() instanceof Appended one && !one.repeated())
            .sorted(Comparator.comparing(call -> ((Appended) call.answer()).firstPosition()))
            .toList();
    Map<StreamId, Long> versions = new HashMap<>();
    Map<String, Appended> keys = new HashMap<>();
    int events = 0;
    for (Call call : applied) {
      Appended answer = (Appended) call.answer();
      long last = versions.getOrDefault(answer.stream(), 0L);
      Expect.that(
          "An append does not fit where it stands in the log.",
          call.asked().expected() + " at " + last,
          answer,
          call.asked().expected().fits(last) && answer.firstVersion() == last + 1);
      versions.put(answer.stream(), answer.lastVersion());
      Expect.that(
          "A key was taken twice.",
          keys.put(answer.stream() + "#" + call.asked().key(), answer) == null);
      events += call.asked().events().size();
    }
    Expect.equal("The log has other events than were answered.", log.size(), events);
    for (Call call : history) {
      explain(call, log, keys);
    }
  }

  private static List<Call> record(Streamed through, List<StreamId> streams, Random random) {
    List<Call> calls = new ArrayList<>();
    for (int n = 0; n < EACH; n++) {
      StreamId stream = streams.get(random.nextInt(streams.size()));
      Expected expected =
          switch (random.nextInt(5)) {
            case 0 -> Expected.noStream();
            case 1 -> Expected.exists();
            case 2 -> Expected.exactly(Math.max(1, through.last(stream)));
            default -> Expected.any();
          };
      AppendEvents asked =
          Streamed.append(stream, expected, 1 + random.nextInt(2))
              .withKey("key " + random.nextInt(CALLERS * EACH / 2));
      LogPosition before = through.calls().head().position();
      Object answer = answer(through, asked);
      calls.add(new Call(asked, before, answer, through.calls().head().position()));
    }
    return calls;
  }

  private static Object answer(Streamed through, AppendEvents asked) {
    try {
      return through.meeting(asked);
    } catch (VersionConflict conflict) {
      return conflict;
    } catch (IdempotencyMismatch mismatch) {
      return mismatch;
    }
  }

  private static void explain(Call call, List<StreamEvent> log, Map<String, Appended> keys) {
    StreamId stream = call.asked().stream();
    Appended first = keys.get(stream + "#" + call.asked().key());
    switch (call.answer()) {
      case Appended one when one.repeated() -> {
        Expect.equal("A repeat has another answer.", first == null ? null : first.asRepeat(), one);
        Expect.that(
            "A repeat was answered before its first append.",
            !one.lastPosition().isAfter(call.after()));
      }
      case VersionConflict conflict -> {
        boolean wasThere =
            LongStream.rangeClosed(
                    version(log, stream, call.before()), version(log, stream, call.after()))
                .anyMatch(version -> version == conflict.foundVersion());
        Expect.that(
            "A conflict found a version that never was.", "between the marks", conflict, wasThere);
        Expect.that(
            "A conflict fits what it found.",
            !call.asked().expected().fits(conflict.foundVersion()));
        Expect.that(
            "A key that was used is a conflict.",
            first == null || first.lastPosition().isAfter(call.before()));
      }
      case IdempotencyMismatch mismatch ->
          Expect.that(
              "A key is a mismatch that nobody has used.",
              first != null && !first.lastPosition().isAfter(call.after()));
      default -> {
        ChangeResult one = (ChangeResult) call.answer();
        Expect.that(
            "An append is not behind what was there before it.",
            ((Appended) one).firstPosition().isAfter(call.before()));
      }
    }
  }

  private static long version(List<StreamEvent> log, StreamId stream, LogPosition at) {
    return log.stream()
        .filter(event -> event.stream().equals(stream) && !event.position().isAfter(at))
        .mapToLong(StreamEvent::version)
        .max()
        .orElse(0);
  }
}
