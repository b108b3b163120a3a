// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.Change;
import dev.holdfast.provider.ChangeResult;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.provider.state.ConsumeInbox;
import dev.holdfast.provider.state.InboxAppended;
import dev.holdfast.provider.state.InboxConsumed;
import dev.holdfast.provider.state.InboxItem;
import dev.holdfast.provider.state.InboxKey;
import dev.holdfast.provider.state.InboxStatus;
import dev.holdfast.provider.state.InboxToken;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.CommitHold;
import dev.holdfast.tck.fixture.Fault;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.rules.ChangeCarrier.Answer;
import dev.holdfast.tck.rules.DisturbedCall.Form;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** Inboxes whose callers are cut off, slow, or come too late. */
@RuleFamily("INBOX")
final class InboxFaultRules {

  private static final Duration HANG = Duration.ofMinutes(2);
  private static final int WORKERS = 4;
  private static final int MESSAGES = 24;

  private static void disturb(StoreUnderTest store, Function<StoreUnderTest, DisturbedCall> calls) {
    Inboxed.requireDeclared(store);
    DisturbedCall.everywhere(store, calls, InboxFaultRules::expectRetryable);
  }

  private static void expectRetryable(DisturbedCall call, Fault fault, ProviderError error) {
    Expect.is(call + " is not retryable, with " + fault + ".", Retryable.class, error);
  }

  private static DisturbedCall single(
      String operation, Supplier<Object> call, Consumer<Object> audit) {
    return new DisturbedCall(operation, Form.SINGLE, List.of(), call, audit);
  }

  /**
   * Appends that are cut off leave no gap.
   *
   * <p><b>Shape:</b> an append and a list of two, disturbed at and around every statement and
   * commit, then the same call again: each message is there once, and the next one has the next
   * number.
   */
  @Rule("INBOX-06")
  void appendsThatAreCutOffLeaveNoGap(StoreUnderTest store) {
    disturb(store, InboxFaultRules::append);
    disturb(store, InboxFaultRules::appendTwo);
  }

  private static DisturbedCall append(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    InboxKey key = Inboxed.key("order " + store.nextNumber());
    a.fill(key, 1);
    return single(
        "append",
        () -> a.calls().append(Inboxed.append(key, "m2")),
        answer -> {
          Expect.equal("An append has another number.", 2L, ((InboxAppended) answer).sequence());
          expectNext(store, key, 3);
        });
  }

  private static DisturbedCall appendTwo(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    InboxKey key = Inboxed.key("order " + store.nextNumber());
    InboxKey other = Inboxed.key("other " + store.nextNumber());
    List<Change> list =
        List.of(Inboxed.append(key, "m1"), Inboxed.append(other, "m1"), Inboxed.append(key, "m2"));
    return single(
        "apply",
        () -> a.changes().apply(list),
        answer -> {
          List<Long> numbers =
              ((List<?>) answer)
                  .stream().map(result -> ((InboxAppended) result).sequence()).toList();
          Expect.equal("Appends have other numbers.", List.of(1L, 1L, 2L), numbers);
          expectNext(store, key, 3);
          expectNext(store, other, 2);
        });
  }

  private static void expectNext(StoreUnderTest store, InboxKey key, long next) {
    Inboxed b = Inboxed.second(store);
    Expect.equal("A message is there twice, or not.", Inboxed.upTo(next - 1), b.pending(key));
    Expect.equal("A cut append used up a number.", next, b.add(key, "next"));
  }

  /**
   * A slow commit does not let a later number be seen before its own.
   *
   * <p><b>Shape:</b> a list that appends is held before its commit; another append to the same key
   * and a fetch are begun, which may wait for it; a reader looks meanwhile and once it is let go:
   * both records are 1, 2 and 3.
   */
  @Rule("INBOX-07")
  void aSlowCommitHidesNoNumber(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    Inboxed b = Inboxed.second(store);
    Inboxed c = Inboxed.of(store.newHandle());
    Duration far = store.lockFor().multipliedBy(100);
    CommitHold hold = store.commitHold();
    store.first().create("receiver");
    InboxKey key = Inboxed.key("order");
    a.fill(key, 1);
    List<Change> list =
        List.of(Inboxed.append(key, "slow"), MessageChanges.send("receiver", "beside it"));
    List<Long> seen = new ArrayList<>();
    Parked<List<ChangeResult>> slow;
    Parked<InboxAppended> later;
    Parked<List<InboxItem>> fetch;
    try (CommitHold.Held standing = hold.take()) {
      slow = Parked.beginning(() -> a.changes().apply(list));
      Waiting.until(() -> standing.isReached() || slow.isDone(), HANG);
      later =
          Parked.beginning(
              () -> Contention.repeated(() -> c.calls().append(Inboxed.append(key, "later"))));
      Waiting.until(later::isDone, store.pace().glance());
      look(b, key, seen);
      fetch = Parked.beginning(() -> Contention.repeated(() -> c.calls().fetch(key, 9, far)));
      Waiting.until(fetch::isDone, store.pace().glance());
    }
    slow.answer();
    later.answer();
    List<InboxItem> fetched = new ArrayList<>(fetch.answer());
    fetched.addAll(b.calls().fetch(key, 9, far));
    Expect.equal("A fetcher passed over a number.", Inboxed.upTo(3), Inboxed.numbers(fetched));
    fetched.forEach(item -> b.calls().abandon(item.lockToken()));
    look(b, key, seen);
    Expect.equal("A reader passed over a number.", Inboxed.upTo(3), seen);
  }

  private static void look(Inboxed inbox, InboxKey key, List<Long> seen) {
    long last = seen.isEmpty() ? 0 : seen.getLast();
    inbox.calls().pending(key, last, 9).forEach(message -> seen.add(message.sequence()));
  }

  /**
   * A fetch whose answer is lost ends with its locks.
   *
   * <p><b>Shape:</b> a fetch, disturbed everywhere, then again: it has the message, or nothing
   * until the lock end, then the message.
   */
  @Rule("INBOX-13")
  void locksOfLostAnswersEnd(StoreUnderTest store) {
    disturb(
        store,
        under -> {
          Inboxed a = Inboxed.first(under);
          InboxKey key = Inboxed.key("order " + under.nextNumber());
          a.fill(key, 1);
          return single(
              "fetch",
              () -> a.fetch(key, 1),
              answer -> {
                if (((List<?>) answer).isEmpty()) {
                  Expect.equal("A message is lost.", InboxStatus.LOCKED, a.status(key, 1));
                }
                under.moveTime(a.lasting());
                a.consume(ConsumeInbox.of(Inboxed.second(under).fetchOne(key)));
              });
        });
  }

  /**
   * A consume whose answer is lost is repeated.
   *
   * <p><b>Shape:</b> a consume with its token, disturbed everywhere, then again: it has happened,
   * as told, once.
   */
  @Rule("INBOX-16")
  void aLostConsumeIsRepeated(StoreUnderTest store) {
    disturb(
        store,
        under -> {
          Inboxed a = Inboxed.first(under);
          InboxKey key = Inboxed.key("order " + under.nextNumber());
          a.fill(key, 2);
          ConsumeInbox consume = ConsumeInbox.of(a.fetchOne(key));
          return single(
              "consume",
              () -> a.calls().consume(consume),
              answer -> {
                Expect.equal(
                    "Another message was consumed.", 1L, ((InboxConsumed) answer).sequence());
                Inboxed b = Inboxed.second(under);
                Expect.equal("A message is not consumed.", InboxStatus.CONSUMED, b.status(key, 1));
                Expect.equal("Another message was consumed.", List.of(2L), b.pending(key));
              });
        });
  }

  /**
   * A message that is consumed in an ack counts once.
   *
   * <p><b>Shape:</b> the ack of a turn, and of an activity, that consumes a message and appends its
   * effect to another inbox, disturbed everywhere, then again: consumed, and one effect.
   */
  @Rule("INBOX-17")
  void aConsumeInAnAckCountsOnce(StoreUnderTest store) {
    for (ChangeWay way : List.of(ChangeWay.TURN, ChangeWay.ACTIVITY)) {
      disturb(store, under -> consumeIn(under, way));
    }
  }

  private static DisturbedCall consumeIn(StoreUnderTest store, ChangeWay way) {
    Inboxed a = Inboxed.first(store);
    InboxKey in = Inboxed.key("in " + store.nextNumber());
    InboxKey out = Inboxed.key("out " + store.nextNumber());
    a.fill(in, 1);
    ChangeCarrier carrier = ChangeCarrier.on(store, way);
    InboxItem item = a.fetchOne(in);
    return new DisturbedCall(
        way.isTurn() ? "ackOrchestrationItem" : "ackActivityItem",
        Form.SINGLE,
        carrier.instances(),
        () -> carrier.carry(effect(item, out)),
        answer -> {
          Expect.that("An ack was refused that is right.", ((Answer) answer).error() == null);
          expectCounted(Inboxed.second(store), in, out, 1);
          ChangeCarrier.takeAll(store.second());
        });
  }

  /** Consumes a message and appends, as its effect, a message whose id is of this delivery. */
  static List<Change> effect(InboxItem item, InboxKey out) {
    InboxToken token = item.lockToken();
    return List.of(
        ConsumeInbox.of(item), Inboxed.append(out, token.sequence() + "#" + token.epoch()));
  }

  /** Expects each of {@code n} messages to be consumed, and to have had its effect once. */
  private static void expectCounted(Inboxed inbox, InboxKey in, InboxKey out, long n) {
    Map<Long, Integer> effects = effects(inbox, out);
    for (long sequence = 1; sequence <= n; sequence++) {
      Expect.equal("A message has not had its effect once.", 1, effects.getOrDefault(sequence, 0));
      Expect.equal(
          "A message had its effect and is not consumed.",
          InboxStatus.CONSUMED,
          inbox.status(in, sequence));
    }
    Expect.equal("A message had an effect that nobody appended.", n, (long) effects.size());
  }

  static Map<Long, Integer> effects(Inboxed inbox, InboxKey out) {
    Map<Long, Integer> effects = new HashMap<>();
    for (long number : inbox.pending(out)) {
      String id = inbox.read(out, number).content().messageId();
      effects.merge(Long.parseLong(id.substring(0, id.indexOf('#'))), 1, Integer::sum);
    }
    return effects;
  }

  /**
   * An ack that is refused consumes nothing.
   *
   * <p><b>Shape:</b> each kind of ack: with a part of its own that does not fit, and once its lock
   * has ended: the message is locked as before, and no effect is there.
   */
  @Rule("INBOX-17")
  void aRefusedAckConsumesNothing(StoreUnderTest store) {
    Inboxed a = Inboxed.first(store);
    for (ChangeWay way : ChangeWay.values()) {
      if (!way.isAck()) {
        continue;
      }
      InboxKey in = Inboxed.key("in by " + way);
      InboxKey out = Inboxed.key("out by " + way);
      a.fill(in, 1);
      ChangeCarrier carrier = ChangeCarrier.on(store, way);
      InboxItem item = a.calls().fetch(in, 1, a.lasting().multipliedBy(100)).get(0);
      List<Object> before = a.snapshot(in, out);
      Answer bad = carrier.carryWithBadPart(effect(item, out));
      Expect.that("A bad part was accepted.", bad.error() != null);
      Expect.equal("A refused ack changed an inbox.", before, a.snapshot(in, out));
      store.moveTime(store.lockFor());
      carrier
          .carry(effect(item, out))
          .refused("An ack was applied whose lock has ended.", LockLost.class);
      Expect.equal("A refused ack changed an inbox.", before, a.snapshot(in, out));
      a.changes().apply(effect(item, out));
      expectCounted(Inboxed.second(store), in, out, 1);
    }
  }

  /**
   * With short locks and many workers each message still counts once.
   *
   * <p><b>Shape:</b> four workers on four handles fetch messages for short, and consume them in the
   * acks of turns, while time passes: each message is consumed and has one effect.
   */
  @Rule("INBOX-17")
  void manyWorkersCountOnce(StoreUnderTest store) {
    List<Inboxed> workers = Inboxed.several(store, WORKERS);
    InboxKey in = Inboxed.key("in");
    InboxKey out = Inboxed.key("out");
    workers.get(0).fill(in, MESSAGES);
    for (int n = 0; n < WORKERS; n++) {
      store.first().create("worker " + n);
    }
    AtomicInteger working = new AtomicInteger(WORKERS);
    List<Runnable> bodies = new ArrayList<>();
    for (Inboxed worker : workers) {
      bodies.add(() -> {
        try {
          work(store, worker, in, out);
        } finally {
          working.decrementAndGet();
        }
      });
    }
    bodies.add(() -> {
      for (int n = 0; working.get() > 0 && n < store.rounds(MESSAGES); n++) {
        Waiting.realTime(store.pace().roundTrip());
        store.moveTime(store.lockFor().dividedBy(2));
      }
    });
    Together.all(bodies.toArray(Runnable[]::new));
    expectCounted(workers.get(0), in, out, MESSAGES);
  }

  private static void work(StoreUnderTest store, Inboxed worker, InboxKey in, InboxKey out) {
    Handle handle = worker.handle();
    for (int n = 0; worker.counts(in).consumed() < MESSAGES; n++) {
      String instance = "worker " + store.nextNumber() % WORKERS;
      int most = 1 + n % 2;
      Contention.repeated(() -> handle.poke(instance));
      List<OrchestrationItem> items = Contention.repeated(() -> handle.fetch(1));
      List<InboxItem> messages = Contention.repeated(() -> worker.fetch(in, most));
      List<Change> changes = new ArrayList<>();
      messages.forEach(message -> changes.addAll(effect(message, out)));
      boolean applied = false;
      for (OrchestrationItem item : items) {
        applied = Contention.repeated(() -> isApplied(handle, item, changes));
      }
      if (!applied) {
        giveBack(worker, items, messages);
      }
    }
  }

  private static boolean isApplied(Handle handle, OrchestrationItem item, List<Change> changes) {
    OrchestrationAck ack = handle.turn(item).build().withChanges(changes);
    return !(handle.provider().ackOrchestrationItem(ack) instanceof AckResult.Rejected);
  }

  /** A lost lock, of the turn or of a message, has refused all of it. */
  private static void giveBack(
      Inboxed worker, List<OrchestrationItem> items, List<InboxItem> messages) {
    List<Runnable> all = new ArrayList<>();
    items.forEach(item -> all.add(() -> worker.handle().abandon(item)));
    messages.forEach(message -> all.add(() -> worker.calls().abandon(message.lockToken())));
    for (Runnable one : all) {
      try {
        one.run();
      } catch (LockLost lost) {
        // Another worker has it.
      }
    }
  }

  /**
   * A clean-up that is cut off has happened, or not.
   *
   * <p><b>Shape:</b> clean-ups by number and by moment, disturbed everywhere, then again: what was
   * consumed is gone and its id known, the others are there.
   */
  @Rule("INBOX-22")
  void aCleanUpThatIsCutOff(StoreUnderTest store) {
    disturb(store, under -> cleanUp(under, true));
    disturb(store, under -> cleanUp(under, false));
  }

  private static DisturbedCall cleanUp(StoreUnderTest store, boolean byNumber) {
    Inboxed a = Inboxed.first(store);
    InboxKey key = Inboxed.key("order " + store.nextNumber());
    a.fill(key, 3);
    a.consume(ConsumeInbox.of(a.fetchOne(key)));
    InboxItem locked = a.fetchOne(key);
    return single(
        "cleanUp",
        () ->
            byNumber
                ? a.calls().cleanUp(key, Long.MAX_VALUE, 9)
                : a.calls().cleanUp(Inboxed.FAR, 9),
        answer -> {
          Expect.atMost("A clean-up counts what it did not remove.", 1, (Integer) answer);
          Inboxed b = Inboxed.second(store);
          Expect.equal("A consumed message is left.", Optional.empty(), b.calls().message(key, 1));
          b.repeated("An id was forgotten.", key, Inboxed.message("m1"), 1);
          Expect.equal("A locked message is missing.", InboxStatus.LOCKED, b.status(key, 2));
          Expect.equal("A pending message is missing.", List.of(3L), b.pending(key));
          b.consume(ConsumeInbox.of(locked));
          b.consume(ConsumeInbox.pending(key, 3));
          b.calls().cleanUp(key, Long.MAX_VALUE, 9);
        });
  }
}
