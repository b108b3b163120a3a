// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.state.AppendInbox;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.Cursor;
import dev.holdfast.provider.state.DeleteRun;
import dev.holdfast.provider.state.DeliverTrigger;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxStatus;
import dev.holdfast.provider.state.RunChange;
import dev.holdfast.provider.state.RunStatus;
import dev.holdfast.provider.state.RunSummary;
import dev.holdfast.provider.state.TriggerDelivered;
import dev.holdfast.provider.state.TriggerDelivered.Outcome;
import dev.holdfast.provider.state.TriggerInput;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What deliveries do to runs in every state, and what is left to read of them. */
@RuleFamily("TRIGGER")
final class TriggerStateRules {

  private static final int INPUTS = 10;

  /**
   * A delivery wakes the run, whatever the run does.
   *
   * <p><b>Shape:</b> in each status that is not final; between the fetch and the ack that suspends,
   * and behind it: the run is suspended, the input pending, and the instance is delivered with the
   * wake-up.
   */
  @Rule("TRIGGER-05")
  void aDeliveryWakesInEveryStatus(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    Triggered b = Triggered.second(store);
    for (RunStatus status : RunStatus.values()) {
      if (!status.isFinal()) {
        a.run("run " + status, status);
        DeliverTrigger trigger = Triggered.input("run " + status, "one");
        a.delivers(1, trigger);
        b.expectAwake("A run was not woken that is " + status + ".", "run " + status, trigger);
      }
    }
    for (boolean behind : List.of(false, true)) {
      String id = "suspends, behind: " + behind;
      RunSummary run = a.run(id, RunStatus.RUNNING);
      DeliverTrigger trigger = Triggered.input(id, "one");
      OrchestrationAck suspends = suspends(a, run);
      if (!behind) {
        b.delivers(1, trigger);
      }
      Expect.applied(a.handle().provider().ackOrchestrationItem(suspends));
      if (behind) {
        b.delivers(1, trigger);
      }
      expectAwake(a, trigger);
    }
  }

  /** A turn that suspends a run; its ack is not made yet. */
  static OrchestrationAck suspends(Triggered through, RunSummary run) {
    through.handle().poke(run.runId());
    OrchestrationItem item = through.handle().fetchOne(run.runId());
    return through
        .handle()
        .turn(item)
        .build()
        .withChanges(List.of(RunChange.to(run, RunStatus.SUSPENDED)));
  }

  /** Expects a run to be suspended with an input, and delivered with its wake-up. */
  static void expectAwake(Triggered through, DeliverTrigger trigger) {
    String id = trigger.runId();
    Expect.equal(
        "A run is not suspended.",
        RunStatus.SUSPENDED,
        through.stated().read(id).summary().status());
    Expect.equal(
        "An input is not there.", List.of(trigger.input().messageId()), through.inputIds(id));
    OrchestrationItem item = through.handle().fetchOne(id);
    Batch.expect("A run sleeps that has an input.", item, trigger.wakeUp());
    through.handle().finish(item);
  }

  /**
   * A final run takes no input, any other one does.
   *
   * <p><b>Shape:</b> each status, by {@code deliver} and every way: to a final run ENDED, nothing
   * is stored, and the rest of the list is applied; what was delivered before the end is a
   * duplicate; after the run was deleted and made again the input is new.
   */
  @Rule("TRIGGER-06")
  void aFinalRunTakesNothing(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    Triggered b = Triggered.second(store);
    ChangeWays ways = new ChangeWays(a.handle(), a.stated().changes(), "carrier");
    for (RunStatus status : RunStatus.values()) {
      String id = "run " + status;
      RunSummary run = a.run(id, status);
      DeliverTrigger trigger = Triggered.input(id, "one", Triggered.cursor(1));
      if (!status.isFinal()) {
        b.delivers("A run refused an input that is " + status + ".", Outcome.NEW, 1, trigger);
        a.expectAwake("A run was not woken that is " + status + ".", id, trigger);
        continue;
      }
      String what = "A run took an input that is " + status + ".";
      b.delivers(what, Outcome.ENDED, 0, trigger);
      for (ChangeWays.Way way : ChangeWays.Way.values()) {
        DeliverTrigger beside = Triggered.input("run RUNNING", status + " by " + way);
        Expect.equal(
            what,
            List.of(Outcome.ENDED, Outcome.NEW),
            ways.apply(way, trigger, beside).stream().map(TriggerStateRules::outcome).toList());
        a.expectAwake("The rest of a list was not applied.", "run RUNNING", beside);
      }
      a.expectNothing(what, id);
      b.handle().fetchNone("A final run was woken.");
      a.stated().apply(new DeleteRun(id, run.version()));
      a.stated().create(id);
      b.delivers("An input was remembered that was not taken.", Outcome.NEW, 1, trigger);
      a.expectAwake("A run was not woken.", id, trigger);
    }
  }

  private static Outcome outcome(ChangeResult result) {
    if (result instanceof TriggerDelivered(Outcome outcome, long sequence)) {
      return outcome;
    }
    throw Expect.violation("A delivery has another result.", "TriggerDelivered", result);
  }

  /**
   * An input that was delivered before the end is known after it.
   *
   * <p><b>Shape:</b> completed and cancelled, the input open and consumed: a duplicate, with its
   * number; another one is told of the end. In one list each delivery sees the changes before it.
   */
  @Rule("TRIGGER-06")
  void whatCameBeforeTheEndIsKnown(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    Triggered b = Triggered.second(store);
    for (RunStatus end : List.of(RunStatus.COMPLETED, RunStatus.CANCELLED)) {
      String id = "run " + end;
      RunSummary run = a.run(id, RunStatus.RUNNING);
      DeliverTrigger one = Triggered.input(id, "one", Triggered.cursor(1));
      DeliverTrigger two = Triggered.input(id, "two", Triggered.cursor(2));
      DeliverTrigger late = Triggered.input(id, "late", Triggered.cursor(3));
      a.delivers(1, one);
      a.consume(id, 1);
      List<ChangeResult> results = a.stated().apply(two, RunChange.to(run, end), late);
      Expect.equal(
          "A delivery does not see the changes before it in its list.",
          List.of(Triggered.told(Outcome.NEW, 2), Triggered.told(Outcome.ENDED, 0)),
          List.of(results.get(0), results.get(2)));
      Expect.equal("An input came behind the end.", List.of("two"), a.inputIds(id));
      b.delivers("An input of before the end is not known.", Outcome.DUPLICATE, 1, one);
      b.delivers("An input of before the end is not known.", Outcome.DUPLICATE, 2, two);
      b.delivers("A final run took an input.", Outcome.ENDED, 0, late);
      Expect.equal(
          "What was not taken moved the cursor.", Optional.of(Triggered.cursor(2)), b.cursorOf(id));
      b.expectAwake("A run was not woken once for each input.", id, one, two);
    }
  }

  /**
   * Nothing of a delivery is kept by a process.
   *
   * <p><b>Shape:</b> one handle suspends the run and is closed; another one, which has never seen
   * the run, delivers and is closed; a third one gets wake-up, input and cursor.
   */
  @Rule("TRIGGER-09")
  void nothingIsKeptByAHandle(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    RunSummary run = a.run("order", RunStatus.RUNNING);
    Expect.applied(a.handle().provider().ackOrchestrationItem(suspends(a, run)));
    store.reopen();
    DeliverTrigger trigger = Triggered.input("order", "one", Triggered.cursor(7));
    Triggered.first(store).delivers(1, trigger);
    store.reopen();
    Triggered third = Triggered.first(store);
    Expect.equal("A run that waits is not found.", List.of("order"), third.waitingIds());
    Expect.equal(
        "A cursor was kept by a handle.",
        Optional.of(Triggered.cursor(7)),
        third.cursorOf("order"));
    expectAwake(third, trigger);
  }

  /**
   * Inputs that are not consumed are listed in their order, locked ones too, each with its cursor.
   *
   * <p><b>Shape:</b> ten inputs, falling cursors, one without and one plain; some pending, locked,
   * given back and consumed, in no order; after numbers at the begin, in the middle and at the end,
   * with limits 1, 3 and 10, on both handles; a lock that has ended; numbers out of range.
   */
  @Rule("TRIGGER-10")
  void inputsAreListedUntilTheyAreConsumed(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    a.asleep("order");
    for (int n = 1; n <= INPUTS; n++) {
      if (n == 9) {
        a.inbox().append(new AppendInbox(Triggered.key("order"), Triggered.content("input 9")));
      } else {
        a.delivers(n, Triggered.input("order", "input " + n, cursorOf(n)));
      }
    }
    List<InboxItem> items = a.inbox().fetch(Triggered.key("order"), 5, store.lockFor());
    a.inbox().consume(ConsumeInbox.of(items.get(2)));
    a.inbox().consume(ConsumeInbox.of(items.get(0)));
    a.inbox().abandon(items.get(3).lockToken());
    a.consume("order", 7);
    List<Long> open = List.of(2L, 4L, 5L, 6L, 8L, 9L, 10L);
    for (Triggered each : List.of(a, Triggered.second(store))) {
      List<TriggerInput> inputs = each.pending("order");
      Expect.equal(
          "The inputs are not those that are not consumed.", open, Triggered.sequences(inputs));
      for (TriggerInput input : inputs) {
        long n = input.message().sequence();
        Expect.equal(
            "An input has another state.",
            n == 2 || n == 5 ? InboxStatus.LOCKED : InboxStatus.PENDING,
            input.message().status());
        Expect.equal("An input has another cursor.", cursorOf(n), input.cursor());
        Expect.equal(
            "An input has another content.",
            Triggered.content("input " + n),
            input.message().content());
      }
      expectPages(each, open);
    }
    store.moveTime(store.lockFor());
    Expect.equal(
        "A lock that has ended is still shown.",
        List.of(InboxStatus.PENDING),
        a.pending("order").stream().map(input -> input.message().status()).distinct().toList());
    Expect.none("An unknown step has inputs.", a.calls().pendingInputs("order", "other", 0, 10));
    Expect.none(
        "An unknown run has inputs.", a.calls().pendingInputs("other", Triggered.STEP, 0, 10));
  }

  private static @Nullable Cursor cursorOf(long n) {
    return n == 9 || n == 4 ? null : new Cursor(-n, n == 5 ? null : "text " + n);
  }

  private static void expectPages(Triggered through, List<Long> open) {
    for (long after : List.of(0L, 2L, 3L, 5L, 9L, 10L, 11L, Long.MAX_VALUE)) {
      for (int limit : List.of(1, 3, 10)) {
        Expect.equal(
            "A part of the inputs is another one, after %d, at most %d.".formatted(after, limit),
            open.stream().filter(n -> n > after).limit(limit).toList(),
            Triggered.sequences(
                through.calls().pendingInputs("order", Triggered.STEP, after, limit)));
      }
    }
    int most = through.handle().provider().info().limits().maxPageSize();
    Expect.equal(
        "The largest page is refused.",
        open.size(),
        through.calls().pendingInputs("order", Triggered.STEP, 0, most).size());
    expectBad(through, -1, 10);
    expectBad(through, 0, 0);
    expectBad(through, 0, -1);
    expectBad(through, 0, most + 1);
    Expect.invalid(
        "An id was accepted that is none.",
        () -> through.calls().pendingInputs("", Triggered.STEP, 0, 10));
    Expect.invalid("An id was accepted that is none.", () -> through.calls().cursor("order", ""));
  }

  private static void expectBad(Triggered through, long after, int limit) {
    Expect.invalid(
        "Inputs were listed after %d, at most %d.".formatted(after, limit),
        () -> through.calls().pendingInputs("order", Triggered.STEP, after, limit));
  }

  /**
   * The cursor is that of the greatest order, and never goes back.
   *
   * <p><b>Shape:</b> rising, falling and equal orders, orders that differ as numbers and as text,
   * the smallest and the greatest number, inputs without a cursor, repeats with a greater one, one
   * to a final run; behind each the cursor on both handles; after clean-up and reopening; a cursor
   * without text and one with its longest.
   */
  @Rule("TRIGGER-12")
  void theCursorNeverGoesBack(StoreUnderTest store) {
    Triggered a = Triggered.first(store);
    RunSummary run = a.asleep("order");
    Expect.equal("A step has a cursor without inputs.", Optional.empty(), a.cursorOf("order"));
    a.delivers(1, Triggered.input("order", "without"));
    Expect.equal("An input without a cursor has set one.", Optional.empty(), a.cursorOf("order"));
    List<Cursor> delivered = new ArrayList<>();
    for (long order : List.of(Long.MIN_VALUE, -5L, -7L, 9L, 10L, 9L, 2L, 100L, 99L)) {
      delivered.add(Triggered.cursor(order));
    }
    delivered.add(new Cursor(100, "the same order"));
    delivered.add(new Cursor(101, null));
    delivered.add(new Cursor(102, "a\u0001 b\n\ud83d\ude00".repeat(585)));
    delivered.add(new Cursor(101, "before"));
    delivered.add(Triggered.cursor(1L << 40));
    Cursor greatest = null;
    long number = 1;
    for (Cursor cursor : delivered) {
      a.delivers(++number, Triggered.input("order", "input " + number, cursor));
      a.delivers(++number, Triggered.input("order", "input " + number));
      greatest = greatest == null || cursor.order() > greatest.order() ? cursor : greatest;
      expectCursor(store, greatest);
      a.delivers(
          "A repeat is new.",
          Outcome.DUPLICATE,
          1,
          Triggered.input("order", "without", Triggered.cursor(Long.MAX_VALUE)));
      expectCursor(store, greatest);
    }
    Expect.equal(
        "A cursor counts for another step.",
        Optional.empty(),
        a.calls().cursor("order", Triggered.STEP + "er"));
    DeliverTrigger furthest =
        Triggered.input("order", "other", "furthest", Triggered.cursor(Long.MAX_VALUE));
    a.delivers(1, furthest);
    Expect.equal(
        "The greatest order is another one.",
        Optional.ofNullable(furthest.cursor()),
        a.calls().cursor("order", "other"));
    expectCursor(store, greatest);
    for (long n = 1; n <= number; n++) {
      a.consume("order", n);
    }
    a.inbox().cleanUp(Triggered.key("order"), number + 1, 1_000);
    expectCursor(store, greatest);
    store.reopen();
    expectCursor(store, greatest);
    Triggered again = Triggered.first(store);
    again.delivers(number + 1, Triggered.input("order", "after all", Triggered.cursor(0)));
    expectCursor(store, greatest);
    again.stated().move(run, RunStatus.CANCELLED);
    again.delivers(
        "A final run took an input.",
        Outcome.ENDED,
        0,
        Triggered.input("order", "late", new Cursor(Long.MAX_VALUE, "late")));
    expectCursor(store, greatest);
  }

  private static void expectCursor(StoreUnderTest store, @Nullable Cursor greatest) {
    for (Triggered each : List.of(Triggered.first(store), Triggered.second(store))) {
      Expect.equal(
          "The cursor is not that of the greatest order.",
          Optional.ofNullable(greatest),
          each.cursorOf("order"));
    }
  }

  /**
   * The time of an input is the store's.
   *
   * <p><b>Shape:</b> with a standing clock: inputs at several moments, read and listed.
   */
  @Rule("TRIGGER-13")
  void theOldestInputIsOldByTheStoresClock(StoreUnderTest store) {
    var clock = store.standingClock();
    Triggered a = Triggered.first(store);
    a.asleep("order");
    store.moveTime(Duration.ofMinutes(1));
    a.delivers(1, Triggered.input("order", "one"));
    store.moveTime(Duration.ofMinutes(1));
    a.delivers(2, Triggered.input("order", "two"));
    Expect.equal(
        "The oldest input has another time.",
        clock.now().minus(Duration.ofMinutes(1)),
        a.waiting(10, () -> {}).get(0).oldestSince());
    a.consume("order", 1);
    Expect.equal(
        "The oldest input has another time.",
        clock.now(),
        a.waiting(10, () -> {}).get(0).oldestSince());
  }
}
