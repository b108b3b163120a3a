// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.Stall;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.CommitHold;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/** Readers of the log beside appends that are slow, many, or never end. */
@RuleFamily("ORDER")
final class OrderHoldRules {

  private static final Duration HANG = Duration.ofMinutes(2);
  private static final int HANDLES = 4;
  private static final int APPENDERS = 8;
  private static final int EACH = 12;

  /** Begins calls, each held before its commit as far as the ones before let it come there. */
  private static Parked<Object> standing(CommitHold.Held hold, Supplier<Object> call) {
    Parked<Object> parked = Parked.beginning(call);
    Waiting.until(() -> hold.isReached() || parked.isDone(), HANG);
    return parked;
  }

  /**
   * A reader never finds later an event that it has passed, however slow its commit was.
   *
   * <p><b>Shape:</b> an append is held before its commit, alone and in a list; others are begun,
   * which may wait; readers with every filter poll meanwhile and after it was let go, time moved by
   * a year in between: each has every event of its filter once, in order.
   */
  @Rule("ORDER-04")
  void aSlowCommitIsNotPassed(StoreUnderTest store) {
    slow(store, false);
  }

  /**
   * Nothing is passed because time went by.
   *
   * <p><b>Shape:</b> as ORDER-04, with time moved by an hour and by a year while the append is
   * held.
   */
  @Rule("ORDER-07")
  void nothingIsPassedBecauseTimeWentBy(StoreUnderTest store) {
    slow(store, true);
  }

  private static void slow(StoreUnderTest store, boolean later) {
    Streamed a = Streamed.first(store);
    List<Streamed> handles = List.of(Streamed.second(store), Streamed.of(store.newHandle()));
    List<Streamed> others = Streamed.several(store, 2);
    CommitHold hold = store.commitHold();
    a.changes().apply(List.of(LogFollower.append(0, "before")));
    List<LogFollower> readers = LogFollower.ofEveryKind(handles, a.calls().head().position());
    for (int round = later ? 1 : 0; round < 2; round++) {
      int number = round;
      List<Change> list =
          round == 0
              ? List.of(LogFollower.append(0, "slow"))
              : List.of(LogFollower.append(round, "slow"), LogFollower.append(round + 1, "slow"));
      Parked<Object> slow;
      List<Parked<Object>> behind = new ArrayList<>();
      try (CommitHold.Held standing = hold.take()) {
        slow = standing(standing, () -> Contention.repeated(() -> a.changes().apply(list)));
        for (Streamed other : others) {
          behind.add(
              Parked.beginning(() ->
                  Contention.repeated(() ->
                      other.changes().apply(List.of(LogFollower.append(number + 1, "fast"))))));
        }
        Waiting.until(() -> behind.stream().allMatch(Parked::isDone), store.pace().glance());
        readers.forEach(LogFollower::look);
        if (later) {
          store.moveTime(Duration.ofHours(1));
          store.moveTime(
              store.timeControl().standsStill() ? Duration.ofDays(366) : store.lockFor());
          readers.forEach(LogFollower::look);
        }
      }
      slow.answer();
      behind.forEach(Parked::answer);
      readers.forEach(LogFollower::look);
    }
    List<StreamEvent> log = a.log();
    OrderRules.expectInVersionOrder(log);
    OrderRules.expectTimesAscend(log);
    readers.forEach(reader -> reader.expectAllOf(log));
  }

  /**
   * That holds for every filter, page size and way of reading on, under load.
   *
   * <p><b>Shape:</b> together, eight appenders on four handles, alone, in lists and refused, and
   * readers with every filter from the start and from the head: each has seen what its filter says
   * of the whole log.
   */
  @Rule("ORDER-05")
  void everyReaderSeesAllOfItsFilter(StoreUnderTest store) {
    List<Streamed> handles = Streamed.several(store, HANDLES);
    handles.get(0).changes().apply(List.of(LogFollower.append(0, "before")));
    List<LogFollower> readers =
        LogFollower.ofEveryKind(handles, handles.get(0).calls().head().position());
    CountDownLatch atWork = new CountDownLatch(APPENDERS);
    List<Callable<Boolean>> all = new ArrayList<>();
    for (int n = 0; n < APPENDERS; n++) {
      int number = n;
      all.add(() -> {
        try {
          work(handles.get(number % HANDLES), number, store.rounds(EACH));
        } finally {
          atWork.countDown();
        }
        return true;
      });
    }
    for (LogFollower reader : readers) {
      all.add(() -> {
        while (atWork.getCount() > 0) {
          reader.look();
        }
        return true;
      });
    }
    Together.run(all);
    List<StreamEvent> log = handles.get(0).log();
    OrderRules.expectInVersionOrder(log);
    for (LogFollower reader : readers) {
      reader.look();
      reader.expectAllOf(log);
    }
  }

  private static void work(Streamed through, int number, int rounds) {
    for (int n = 0; n < rounds; n++) {
      List<Change> list =
          n % 2 == 0
              ? List.of(LogFollower.append(number + n, "s" + number % 3))
              : List.of(LogFollower.append(n, "t"), LogFollower.append(number, "s" + n % 3));
      Contention.repeated(() -> through.changes().apply(list));
    }
  }

  /**
   * While an append is unfinished reads answer, and other appends wait or are applied.
   *
   * <p><b>Shape:</b> an append is held; reads of streams and log answer meanwhile; appends to its
   * stream and to another one are begun; let go: all are applied. What is held back meanwhile is
   * explained, and nothing is afterwards.
   */
  @Rule("ORDER-08")
  void readsAnswerBesideAnUnfinishedAppend(StoreUnderTest store) {
    held(store, false);
  }

  /**
   * What is held back is explained.
   *
   * <p><b>Shape:</b> as ORDER-08: while an append that others wait for is held, there is a stall of
   * a kind that fits, with words; at rest there is none.
   */
  @Rule("ORDER-11")
  void whatIsHeldBackIsExplained(StoreUnderTest store) {
    held(store, true);
  }

  private static void held(StoreUnderTest store, boolean explained) {
    Streamed a = Streamed.first(store);
    Streamed b = Streamed.second(store);
    Streamed c = Streamed.of(store.newHandle());
    CommitHold hold = store.commitHold();
    StreamId stream = Streamed.stream("stream");
    StreamId other = Streamed.stream("other");
    a.add(stream, 2);
    a.add(other, 1);
    Expect.equal("At rest something is held back.", List.of(), b.calls().explainStall());
    Parked<Object> slow;
    Parked<Object> same;
    Parked<Object> another;
    try (CommitHold.Held standing = hold.take()) {
      slow = standing(standing, () -> Contention.repeated(() -> a.add(stream, 2)));
      same = Parked.beginning(() -> Contention.repeated(() -> c.add(stream, 1)));
      another = Parked.beginning(() -> Contention.repeated(() -> b.add(other, 1)));
      Waiting.until(() -> same.isDone() && another.isDone(), store.pace().glance());
      if (explained) {
        boolean waits = standing.isReached() && (!same.isDone() || !another.isDone());
        List<Stall> stalls =
            Parked.beginning(() -> b.calls().explainStall())
                .within("A stall is not explained while there is one.", HANG);
        if (waits) {
          Expect.that(
              "What is held back is not explained.",
              "a stall with words",
              stalls,
              stalls.stream().anyMatch(stall -> !stall.holder().isBlank()));
        }
      } else {
        Parked<Object> reads =
            Parked.beginning(() -> List.of(b.all(stream), b.log(), b.calls().head()));
        reads.within("Reads wait for an unfinished append.", HANG);
      }
    }
    slow.answer();
    same.answer();
    another.answer();
    a.expectDense("A stream is not dense.", stream);
    Expect.equal("An append is missing.", 5L, b.last(stream));
    Expect.equal("An append is missing.", 2L, b.last(other));
    Expect.that(
        "Something is held back although all have ended.",
        Waiting.until(() -> b.calls().explainStall().isEmpty(), store.pace().prompt()));
  }

  /**
   * A transaction that only reads holds back no reader and no append.
   *
   * <p><b>Shape:</b> through a connection of the caller: begin, read, and stay open; appends and
   * reads of the log go on, and new events are delivered at once.
   */
  @Rule("ORDER-09")
  void aReadingTransactionHoldsBackNobody(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    Streamed b = Streamed.second(store);
    Appended first = a.add(Streamed.stream("stream"), 1);
    try (CallersTransaction idle = CallersTransaction.begin(store)) {
      LogPosition from = first.lastPosition();
      for (int n = 0; n < 3; n++) {
        idle.rows();
        Appended appended = a.add(Streamed.stream("stream"), 1);
        LogPage page = b.calls().readLog(LogRead.after(from, 9));
        Expect.equal(
            "An idle transaction holds back readers.",
            List.of(appended.firstPosition()),
            Streamed.positions(page.events()));
        Expect.equal(
            "An idle transaction holds something back.", List.of(), b.calls().explainStall());
        from = page.next();
      }
    }
  }

  /**
   * Nor does one that writes but appends nothing, where there are several writers.
   *
   * <p><b>Shape:</b> a caller's transaction with a row of its own is left open; append, and read
   * the log.
   */
  @Rule("ORDER-10")
  void aWritingTransactionHoldsBackNobody(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    Streamed b = Streamed.second(store);
    CallersTransaction.requireSeveralWriters(store);
    try (CallersTransaction caller = CallersTransaction.begin(store)) {
      caller.insert("row");
      Appended appended = a.add(Streamed.stream("stream"), 1);
      Expect.equal(
          "A writing transaction holds back readers.",
          List.of(appended.firstPosition()),
          Streamed.positions(b.log()));
      caller.rollback();
    }
  }
}
