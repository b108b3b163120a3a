// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.stream.Appended;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPage;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.LogRead;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.fixture.CommitHold;
import dev.holdfast.tck.fixture.StatementCounter;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Readers of the log that wait. */
@RuleFamily("ORDER")
final class OrderWaitRules {

  private static final int ROUNDS = 40;
  private static final int MANY = 24;
  private static final Duration HANG = Duration.ofMinutes(2);

  private static final LogFilter NOTHING = LogFilter.builder().types("never").build();

  private static Parked<LogPage> park(StoreUnderTest store, Streamed through, LogRead read) {
    return Parked.call(
        store.pace(), () -> through.calls().readLog(read.waitingUpTo(Waiters.longWait(store))));
  }

  private static void expectWoken(
      String by, Parked<LogPage> parked, Duration within, LogPosition position) {
    LogPage page = parked.within("A reader was not woken by " + by + ".", within);
    Expect.equal(
        "A reader was woken without the event: " + by + ".",
        List.of(position),
        Streamed.positions(page.events()));
  }

  /**
   * A waiting read answers what is there at once, and otherwise ends in time, with where it is.
   *
   * <p><b>Shape:</b> with an event behind it and at the head with a filter that nothing matches,
   * with and without a wait: no events, at the end, and the position of the head.
   */
  @Rule("ORDER-17")
  void aWaitingReadEndsInTime(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    Appended first = a.add(Streamed.stream("stream"), 1);
    Duration wait = store.pace().prompt();
    expectWoken(
        "an event that is there",
        park(store, a, LogRead.after(LogPosition.START, 9)),
        store.pace().prompt(),
        first.lastPosition());
    for (LogRead read :
        List.of(
            LogRead.after(first.lastPosition(), 9),
            LogRead.after(LogPosition.START, 9).matching(NOTHING))) {
      LogPage none = a.calls().readLog(read);
      Expect.equal("Something is read that does not match.", List.of(), none.events());
      Parked<LogPage> parked = Parked.beginning(() -> a.calls().readLog(read.waitingUpTo(wait)));
      LogPage page = parked.within("A read does not end.", HANG);
      Expect.that(
          "A read ends before its time.", wait, parked.took(), parked.took().compareTo(wait) >= 0);
      Expect.equal("Something is read that does not match.", List.of(), page.events());
      Expect.that("A read that ends is not at the end.", page.atEnd());
      Expect.equal("A read does not say where it is.", a.calls().head().position(), page.next());
    }
  }

  /**
   * A reader is woken at once by appends through its handle.
   *
   * <p><b>Shape:</b> at the head; an append alone, in a list, and in every kind of ack through the
   * same handle; foreign events do not wake a reader with a filter, and its own does.
   */
  @Rule("ORDER-18")
  void aReaderIsWokenAtOnceByItsHandle(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    for (ChangeWay way : ChangeWay.all(store)) {
      ChangeCarrier carrier = ChangeCarrier.on(store, way);
      LogPosition head = a.calls().head().position();
      try (Parked<LogPage> parked = park(store, a, LogRead.after(head, 9))) {
        Appended appended =
            (Appended)
                carrier
                    .carry(List.of(Streamed.append(Streamed.stream("stream"), 1)))
                    .applied("An append was refused.")
                    .get(0);
        expectWoken("an append by " + way, parked, store.pace().prompt(), appended.lastPosition());
      }
    }
    LogFilter own = LogFilter.builder().types("own").build();
    LogRead read = LogRead.after(a.calls().head().position(), 9).matching(own);
    try (Parked<LogPage> parked = park(store, a, read)) {
      a.add(Streamed.stream("stream"), 3);
      Appended appended = a.add(Streamed.stream("stream"), NewEvent.of("own", Payload.empty()));
      expectWoken("its own event", parked, store.pace().prompt(), appended.lastPosition());
    }
  }

  /**
   * It is woken within the bound by all others, and no wake-up is lost.
   *
   * <p><b>Shape:</b> through another handle; many rounds in which a reader begins to wait while
   * another thread appends through the same or another handle.
   */
  @Rule("ORDER-18")
  void noWakeUpIsLost(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    List<Streamed> senders = List.of(a, Streamed.second(store));
    LogPosition next = LogPosition.START;
    for (int round = 0; round < ROUNDS; round++) {
      LogRead read = LogRead.after(next, 9);
      int spins = store.random().nextInt(100_000);
      try (Parked<LogPage> parked =
          Parked.beginning(() -> a.calls().readLog(read.waitingUpTo(Waiters.longWait(store))))) {
        for (int i = 0; i < spins; i++) {
          Thread.onSpinWait();
        }
        Appended appended = senders.get(round % 2).add(Streamed.stream("stream"), 1);
        expectWoken("round " + round, parked, Waiters.bound(store), appended.lastPosition());
        next = appended.lastPosition();
      }
    }
  }

  /**
   * The end of what is held back wakes a reader too.
   *
   * <p><b>Shape:</b> an append is held before its commit in front of a waiting reader of another
   * handle; let go, and the reader has its events.
   */
  @Rule("ORDER-18")
  void theEndOfAStallWakesAReader(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    Streamed b = Streamed.second(store);
    a.add(Streamed.stream("stream"), 1);
    CommitHold hold = store.commitHold();
    LogPosition head = b.calls().head().position();
    Parked<Appended> slow;
    try (Parked<LogPage> parked = park(store, b, LogRead.after(head, 9))) {
      try (CommitHold.Held standing = hold.take()) {
        slow = Parked.beginning(() -> a.add(Streamed.stream("stream"), 1));
        Waiting.until(() -> standing.isReached() || slow.isDone(), HANG);
      }
      LogPosition position = slow.answer().lastPosition();
      expectWoken("an append that was held", parked, Waiters.bound(store), position);
    }
  }

  /**
   * So does the end of an append that is cut.
   *
   * <p><b>Shape:</b> an append is held before its commit, and another one is begun that may have to
   * wait for it, in front of a waiting reader of a third handle; the first is cut, and the reader
   * has the other one's event.
   */
  @Rule("ORDER-18")
  void theEndOfACutAppendWakesAReader(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    Streamed b = Streamed.second(store);
    Streamed c = Streamed.of(store.newHandle());
    c.add(Streamed.stream("other"), 1);
    a.add(Streamed.stream("stream"), 1);
    CommitHold hold = store.commitHold();
    LogPosition head = b.calls().head().position();
    LogFilter own = LogFilter.builder().types("own").build();
    try (Parked<LogPage> parked = park(store, b, LogRead.after(head, 9).matching(own))) {
      Parked<Boolean> slow;
      Parked<Appended> other;
      try (CommitHold.Held standing = hold.take()) {
        slow = Parked.beginning(() -> isApplied(a));
        Waiting.until(() -> standing.isReached() || slow.isDone(), HANG);
        NewEvent event = NewEvent.of("own", Payload.empty());
        other =
            Parked.beginning(
                () -> Contention.repeated(() -> c.add(Streamed.stream("other"), event)));
        standing.cut();
      }
      expectWoken(
          "an append behind one that was cut",
          parked,
          Waiters.bound(store),
          other.answer().lastPosition());
      slow.answer();
    }
  }

  private static boolean isApplied(Streamed through) {
    try {
      through.add(Streamed.stream("stream"), 1);
      return true;
    } catch (Retryable cut) {
      return false;
    }
  }

  /**
   * Waiting readers hold nothing, and end when they are interrupted or their handle is closed.
   *
   * <p><b>Shape:</b> more readers than connections wait at the head of one handle; appends and
   * reads through it go on; one is interrupted, then the handle is closed: all end at once.
   */
  @Rule("ORDER-19")
  void waitingReadersHoldNothing(StoreUnderTest store) {
    Streamed b = Streamed.second(store);
    Streamed a = Streamed.of(store.newHandle());
    LogPosition head = a.calls().head().position();
    List<Parked<LogPage>> waiting = new ArrayList<>();
    for (int n = 0; n < MANY; n++) {
      waiting.add(park(store, a, LogRead.after(head, 9).matching(NOTHING)));
    }
    for (int n = 0; n < 3; n++) {
      long expected = n + 1L;
      Appended appended =
          Parked.beginning(() -> a.add(Streamed.stream("stream"), 1))
              .within("An append waits for waiting readers.", HANG);
      Expect.equal("An append has another version.", expected, appended.lastVersion());
      Expect.equal("An append is missing.", expected, b.last(Streamed.stream("stream")));
    }
    Parked<LogPage> interrupted = waiting.get(0);
    interrupted.interrupt();
    LogPage page = interrupted.within("An interrupted reader goes on.", Waiters.bound(store));
    Expect.equal("An interrupted reader has events.", List.of(), page.events());
    Expect.that("The interrupt is lost.", interrupted.wasInterruptedAtEnd());
    a.handle().close();
    for (Parked<LogPage> parked : waiting) {
      LogPage last = parked.within("A reader of a closed handle goes on.", Waiters.bound(store));
      Expect.equal("A reader of a closed handle has events.", List.of(), last.events());
    }
    Expect.invalid("A closed handle is read.", () -> a.calls().head());
  }

  /**
   * Readers at the head cost no more for being many.
   *
   * <p><b>Shape:</b> one and many readers, with different filters, wait as long as they like for
   * nothing: the many cost no more than a few times the statements of the one.
   */
  @Rule("ORDER-21")
  void manyReadersCostNoMore(StoreUnderTest store) {
    Streamed a = Streamed.first(store);
    StatementCounter counter = store.statements();
    a.add(Streamed.stream("stream"), 1);
    long one = cost(store, a, counter, 1);
    long many = cost(store, a, counter, MANY);
    Expect.atMost("Many waiting readers cost many times one.", 4 * one + 4L * MANY, many);
  }

  private static long cost(
      StoreUnderTest store, Streamed a, StatementCounter counter, int readers) {
    Duration wait = store.first().provider().info().wakeUpBound().multipliedBy(4);
    LogPosition head = a.calls().head().position();
    List<Parked<LogPage>> waiting = new ArrayList<>();
    long before = counter.soFar().statements();
    for (int n = 0; n < readers; n++) {
      LogFilter filter = LogFilter.builder().types("never " + n).build();
      waiting.add(
          Parked.beginning(
              () -> a.calls().readLog(LogRead.after(head, 9).matching(filter).waitingUpTo(wait))));
    }
    waiting.forEach(Parked::answer);
    return counter.soFar().statements() - before;
  }

  /**
   * What one reader has seen stays.
   *
   * <p><b>Shape:</b> child JVMs append, alone and in lists, and are killed, while a reader follows
   * the log: everything that it saw is there afterwards, at its position, with its content, and
   * nothing else before it.
   */
  @Rule("ORDER-16")
  void whatOneReaderHasSeenStays(StoreUnderTest store) {
    Streamed.requireDeclared(store);
    Map<LogPosition, StreamEvent> seen = new HashMap<>();
    LogPosition next = LogPosition.START;
    for (int round = 0; round < 2; round++) {
      try (ChildJvm child =
          ChildJvm.start(store.sharedCrashTarget(), Task.STREAM, "child" + round + "-")) {
        for (int n = 0; n < 20; n++) {
          child.line("appended");
          Handle handle = n % 2 == 0 ? store.first() : store.second();
          LogPage page = Streamed.of(handle).calls().readLog(LogRead.after(next, Streamed.PAGE));
          page.events().forEach(event -> seen.put(event.position(), event));
          next = page.next();
        }
        child.kill();
      }
    }
    store.catchUpWithOtherJvms();
    Map<LogPosition, StreamEvent> there = new HashMap<>();
    List<StreamEvent> log = Streamed.of(store.newHandle()).log();
    for (StreamEvent event : log) {
      if (!event.position().isAfter(next)) {
        there.put(event.position(), event);
      }
    }
    Expect.equal("What a reader has seen is not what is there.", there.keySet(), seen.keySet());
    seen.forEach((position, event) ->
        Expect.equal("An event that was seen is another one now.", event, there.get(position)));
    OrderRules.expectInVersionOrder(log);
    OrderRules.expectTimesAscend(log);
  }
}
