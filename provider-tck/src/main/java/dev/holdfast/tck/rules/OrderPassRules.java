// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Change;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.ProviderError.StoreContention;
import dev.holdfast.provider.ProviderError.VersionConflict;
import dev.holdfast.provider.stream.AppendEvents;
import dev.holdfast.provider.stream.Expected;
import dev.holdfast.provider.stream.LogFilter;
import dev.holdfast.provider.stream.LogPosition;
import dev.holdfast.provider.stream.NewEvent;
import dev.holdfast.provider.stream.StreamEvent;
import dev.holdfast.provider.stream.StreamId;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.LogAudit;
import dev.holdfast.tck.fixture.CommitHold;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;

/** Readers of the log that pass nothing, in whatever order appends commit, and whoever dies. */
@RuleFamily("ORDER")
final class OrderPassRules {

  private static final Duration HANG = Duration.ofMinutes(2);
  private static final int AT_ONCE = 3;
  private static final List<List<Integer>> ORDERS =
      List.of(
          List.of(2, 1, 0),
          List.of(0, 1, 2),
          List.of(1, 0, 2),
          List.of(2, 0, 1),
          List.of(1, 2, 0),
          List.of(0, 2, 1));

  /** Which of them commit: a bit for each. */
  private static final int OUTCOMES = 1 << AT_ONCE;

  private static final int HANDLES = 8;
  private static final int APPENDERS = 16;
  private static final int EACH = 20;
  private static final int KILLS = 3;

  /**
   * Nothing is passed, in whatever order appends commit.
   *
   * <p><b>Shape:</b> three appends to three streams of three categories, each held before its
   * commit, let go in all six orders, each committed or cut: forty-eight rounds. Where one waits
   * for another the store decides the order: they are begun in all six orders, with every choice of
   * who is cut. B polls between all steps, from the start and from the head: every committed event
   * once, ascending.
   */
  @Rule("ORDER-04")
  void nothingIsPassedInWhateverOrder(StoreUnderTest store) {
    CommitHold hold = store.commitHold();
    if (!hold.severalAtOnce()) {
      throw new NotMeasured(FixturePart.COMMIT_HOLD, "several at once");
    }
    List<Streamed> handles = Streamed.several(store, AT_ONCE);
    Streamed b = Streamed.second(store);
    handles.forEach(each -> each.add(Streamed.stream("before"), 1));
    List<LogFollower> readers =
        List.of(
            new LogFollower(List.of(b), LogFilter.all(), Streamed.PAGE, LogPosition.START),
            new LogFollower(List.of(b), LogFilter.all(), 1, b.calls().head().position()));
    Slow slow = new Slow(hold, handles, () -> readers.forEach(LogFollower::look));
    slow.round(0, store.pace().prompt());
    for (int round = 1; round < slow.rounds(); round++) {
      slow.round(round, Duration.ZERO);
    }
    List<StreamEvent> log = b.log();
    Expect.equal(
        "What is there is not what was committed.",
        slow.committed,
        new TreeSet<>(
            log.stream()
                .filter(event -> event.stream().category().startsWith("c"))
                .map(event -> event.content().type())
                .toList()));
    OrderRules.expectInVersionOrder(log);
    OrderRules.expectTimesAscend(log);
    readers.forEach(reader -> reader.expectAllOf(log));
  }

  /** Appends that are held, round by round. */
  private static final class Slow {
    private final CommitHold hold;
    private final List<Streamed> handles;
    private final Runnable poll;
    private final Set<String> committed = new ConcurrentSkipListSet<>();
    private boolean standTogether;

    Slow(CommitHold hold, List<Streamed> handles, Runnable poll) {
      this.hold = hold;
      this.handles = handles;
      this.poll = poll;
    }

    /** How many rounds show every order and outcome that the store permits. */
    int rounds() {
      return standTogether ? ORDERS.size() * OUTCOMES : OUTCOMES;
    }

    /**
     * One round.
     *
     * @param patience how long to wait for all to stand, when it is not known whether they do
     */
    void round(int round, Duration patience) {
      List<Integer> order = ORDERS.get(round % ORDERS.size());
      int outcome = standTogether ? round / ORDERS.size() : round % OUTCOMES;
      List<CommitHold.Held> held = new ArrayList<>();
      List<Parked<Boolean>> calls = new ArrayList<>();
      try {
        for (int n = 0; n < AT_ONCE; n++) {
          int number = standTogether ? n : order.get(n);
          CommitHold.Held one = hold.take();
          held.add(one);
          calls.add(Parked.beginning(() -> append(number, round)));
          if (n == 0 || standTogether) {
            Expect.that(
                "An append neither stands before its commit nor ends.",
                Waiting.until(() -> one.isReached() || done(calls) > 0, HANG));
          }
          poll.run();
        }
        // Those that need not wait for each other come there by themselves.
        standTogether =
            standTogether
                || Waiting.until(
                    () -> held.stream().allMatch(CommitHold.Held::isReached), patience);
        for (int place : standTogether ? order : List.of(0, 1, 2)) {
          end(held.get(place), (outcome >> place & 1) == 0, calls);
          poll.run();
        }
      } finally {
        held.forEach(CommitHold.Held::close);
      }
      calls.forEach(Parked::answer);
      poll.run();
    }

    private static long done(List<Parked<Boolean>> calls) {
      return calls.stream().filter(Parked::isDone).count();
    }

    private static void end(CommitHold.Held one, boolean commits, List<Parked<Boolean>> calls) {
      Waiting.until(() -> one.isReached() || done(calls) == calls.size(), HANG);
      long before = done(calls);
      if (commits) {
        one.close();
      } else {
        one.cut();
      }
      Waiting.until(() -> done(calls) > before || done(calls) == calls.size(), HANG);
    }

    private boolean append(int number, int round) {
      NewEvent event = Streamed.event("e%d of round %02d".formatted(number, round));
      AppendEvents append =
          AppendEvents.of(new StreamId("c" + number, "s" + number), Expected.any(), event);
      try {
        repeated(handles.get(number), append);
        committed.add(event.type());
        return true;
      } catch (Retryable cut) {
        return false;
      }
    }

    /** Whoever was only in the way comes again; who was cut does not. */
    private static void repeated(Streamed through, AppendEvents append) {
      while (true) {
        try {
          through.calls().append(append);
          return;
        } catch (StoreContention busy) {
          // The one that stands goes on soon.
        }
      }
    }
  }

  /**
   * Nothing is passed under load.
   *
   * <p><b>Shape:</b> together, sixteen appenders on eight handles, alone, in lists, in acks and
   * refused, and readers from the start, the middle and the head: each has seen what read all says.
   */
  @Rule("ORDER-04")
  void nothingIsPassedUnderLoad(StoreUnderTest store) {
    List<Streamed> handles = Streamed.several(store, HANDLES);
    Streamed a = handles.get(0);
    for (int n = 0; n < 8; n++) {
      a.changes().apply(List.of(LogFollower.append(n, "before")));
    }
    LogPosition middle = a.log().get(8).position();
    List<LogFollower> readers = new ArrayList<>();
    for (LogPosition from : List.of(LogPosition.START, middle, a.calls().head().position())) {
      readers.add(new LogFollower(handles, LogFilter.all(), Streamed.PAGE, from));
    }
    List<ChangeCarrier> carriers = new ArrayList<>();
    ChangeWay.all(store).forEach(way -> carriers.add(ChangeCarrier.on(store, way)));
    CountDownLatch atWork = new CountDownLatch(APPENDERS);
    List<Callable<Boolean>> all = new ArrayList<>();
    for (int n = 0; n < APPENDERS; n++) {
      int number = n;
      all.add(() -> {
        try {
          appendMixed(handles.get(number % HANDLES), number, store.rounds(EACH));
          if (number < carriers.size()) {
            Contention.repeated(
                () -> carriers.get(number).carry(List.of(LogFollower.append(number, "by an ack"))));
          }
          appendMixed(handles.get(number % HANDLES), number + 1, store.rounds(EACH));
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
    List<StreamEvent> log = a.log();
    OrderRules.expectInVersionOrder(log);
    for (LogFollower reader : readers) {
      reader.look();
      reader.expectAllOf(log);
    }
  }

  private static void appendMixed(Streamed through, int number, int rounds) {
    for (int n = 0; n < rounds; n++) {
      AppendEvents one = LogFollower.append(number + n, "s" + number % 3);
      List<Change> list = n % 2 == 0 ? List.of(one) : List.of(LogFollower.append(n, "t"), one);
      Contention.repeated(() -> through.changes().apply(list));
      if (n % 4 == 3) {
        AppendEvents misfit = Streamed.append(one.stream(), Expected.exactly(Long.MAX_VALUE), 1);
        Expect.thrown(
            "A bad list was taken.",
            VersionConflict.class,
            () -> Contention.repeated(() -> through.changes().apply(List.of(one, misfit))));
      }
    }
  }

  /**
   * Nothing is passed, whoever dies at whatever moment.
   *
   * <p><b>Shape:</b> sixteen appenders and four readers in several child JVMs, of which one after
   * the other is killed at random and replaced, some times, or for as long as {@code tck.soak}
   * says; the readers begin at the start, the middle and the head, with different filters and page
   * sizes, and go on where they were told to be. In the end each has seen what read all says, and
   * what was answered is there.
   */
  @Rule("ORDER-04")
  void nothingIsPassedWhoeverDies(StoreUnderTest store) {
    Streamed.requireDeclared(store);
    LogAudit audit = new LogAudit(store);
    audit.disturb(KILLS, store.soak());
    audit.expectAgreement();
    if (store.soak().isPositive()) {
      System.out.println("ORDER-04: " + audit.summary());
    }
  }
}
