// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Delivered;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Payloads;
import dev.holdfast.tck.words.Queued;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Messages and timers: nothing that was accepted is lost, doubled or reordered. */
@RuleFamily("QUEUE")
final class QueueRules {

  private static final int ROUNDS = 40;
  private static final int STEPS = 40;
  private static final int TIMERS = 30;
  private static final Duration CENTURY = Duration.ofDays(36_525);
  private static final Instant LAST_MOMENT = Instant.parse("9999-12-31T23:59:59.999999Z");

  /**
   * A message is visible to every handle when enqueue returns.
   *
   * <p><b>Shape:</b> many times, in turns: one handle enqueues, singly and as a list; the other one
   * fetches at once.
   */
  @Rule("QUEUE-01")
  void aMessageIsVisibleToEveryHandleWhenEnqueueReturns(StoreUnderTest store) {
    store.first().create("order");
    for (int round = 0; round < ROUNDS; round++) {
      Handle sender = round % 2 == 0 ? store.first() : store.second();
      Handle other = round % 2 == 0 ? store.second() : store.first();
      OrchestratorMessage one = sender.poke("order");
      OrchestratorMessage two = Sample.message("order", "two of round " + round);
      OrchestratorMessage three = Sample.message("order", "three of round " + round);
      sender.provider().enqueueAll(List.of(two, three));

      OrchestrationItem item = other.fetchOne("order");

      Batch.expect("Another handle did not see what was enqueued.", item, one, two, three);
      other.finish(item);
    }
  }

  /**
   * An enqueued message with a future due time is delivered from that time on, not before, and
   * once.
   *
   * <p><b>Shape:</b> enqueue one due in L; nothing comes just before L, the message comes at L;
   * after its ack nothing is left.
   */
  @Rule("QUEUE-02")
  void aTimerIsDeliveredFromItsTimeOnAndOnce(StoreUnderTest store) {
    Handle first = store.first();
    Handle second = store.second();
    first.create("order");
    OrchestratorMessage timer = first.timer("order", store.lockFor());
    first.fetchNone("A message was delivered before it was due.");
    store.moveToJustBefore(store.lockFor());
    second.fetchNone("A message was delivered just before it was due.");
    store.moveTime(store.tick());

    OrchestrationItem item = second.fetchOne("order");

    Batch.expect("The message that is due was not delivered as it was sent.", item, timer);
    second.finish(item);
    store.moveTime(store.lockFor());
    first.fetchNone("A message came again after its ack.");
  }

  /**
   * Messages that an ack emits keep their due times: past and present ones come at once, a future
   * one at its time.
   *
   * <p><b>Shape:</b> one ack sends messages that are due in the past, now, in L and at the moment 2
   * L away; fetch at once, just before and at each time.
   */
  @Rule("QUEUE-02")
  void messagesOfAnAckKeepTheirDueTimes(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    OrchestrationItem turn = first.fetchOne("order");
    Instant now = turn.fetchedAt();
    OrchestratorMessage past = due("order", "past", Due.at(now.minus(CENTURY)));
    OrchestratorMessage present = due("order", "present", Due.now());
    OrchestratorMessage inL = due("order", "in L", Due.in(store.lockFor()));
    OrchestratorMessage atTwoL = due("order", "at 2 L", Due.at(now.plus(twice(store))));
    first.turn(turn).send(inL, past, atTwoL, present).apply();

    OrchestrationItem theFirst = first.fetchOne("order");
    Batch.expect("Not exactly what is due now was delivered.", theFirst, past, present);
    first.finish(theFirst);
    store.moveToJustBefore(store.lockFor());
    first.fetchNone("A message was delivered just before it was due.");
    store.moveTime(store.tick());
    OrchestrationItem later = first.fetchOne("order");
    Batch.expect("The message due in L was not delivered then.", later, inL);
    first.finish(later);
    store.moveTime(store.lockFor());
    OrchestrationItem third = first.fetchOne("order");
    Batch.expect("The message due at a moment was not delivered then.", third, atTwoL);
    Expect.equal(
        "A message does not say when it was due.",
        now.plus(twice(store)),
        Delivered.visibleAt(third.messages().get(0)));
    first.finish(third);
    first.fetchNone("A message came again after its ack.");
  }

  /**
   * A completion with a future due time is delivered at that time.
   *
   * <p><b>Shape:</b> ack an activity with a completion that is due in L; nothing just before, the
   * completion at L.
   */
  @Rule("QUEUE-02")
  void aCompletionKeepsItsDueTime(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    ActivityItem activity = first.fetchActivity(1);
    OrchestratorMessage completion = due("order", "later", Due.in(store.lockFor()));
    Expect.applied(
        first.provider().ackActivityItem(ActivityAck.of(activity.lockToken(), completion)));

    store.moveToJustBefore(store.lockFor());
    first.fetchNone("A completion was delivered before it was due.");
    store.moveTime(store.tick());
    Batch.expect("The completion was not delivered.", first.fetchOne("order"), completion);
  }

  /**
   * A past or absent due time means now: visible at once, and no jump ahead of instances that are
   * ready longer.
   *
   * <p><b>Shape:</b> one ready instance; then a message for another one that was due a century ago;
   * the first is delivered first, and the message says it became visible when it was enqueued.
   */
  @Rule("QUEUE-03")
  void aPastDueTimeMeansNow(StoreUnderTest store) {
    Handle first = store.first();
    first.create("first");
    first.create("second");
    first.poke("first");
    OrchestrationItem earlier = first.fetchOne("first");
    first.abandon(earlier);
    store.moveTime(store.tick());
    Instant longAgo = earlier.fetchedAt().minus(CENTURY);
    OrchestratorMessage past = first.enqueue(due("second", "past", Due.at(longAgo)));

    first.fetchOne("first");
    OrchestrationItem later = first.fetchOne("second");

    Batch.expect("The message was not delivered as it was sent.", later, past);
    Instant visibleAt = Delivered.visibleAt(later.messages().get(0));
    Expect.notBefore(
        "A message due in the past was visible before it was enqueued.",
        earlier.fetchedAt(),
        visibleAt);
    Expect.notAfter(
        "A message due in the past was not visible when it was delivered.",
        later.fetchedAt(),
        visibleAt);
  }

  /**
   * Every way to say "now" makes a message visible at once.
   *
   * <p><b>Shape:</b> messages that are due now, in zero time, and at the moment of the last fetch;
   * one fetch delivers all.
   */
  @Rule("QUEUE-03")
  void everyWayToSayNowIsVisibleAtOnce(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    OrchestrationItem before = first.fetchOne("order");
    first.finish(before);
    OrchestratorMessage now = first.enqueue(due("order", "now", Due.now()));
    OrchestratorMessage zero = first.enqueue(due("order", "zero", Due.in(Duration.ZERO)));
    OrchestratorMessage at = first.enqueue(due("order", "at", Due.at(before.fetchedAt())));

    Batch.expect(
        "What is due now was not delivered at once.", first.fetchOne("order"), now, zero, at);
  }

  /**
   * A timer hides nothing in its own instance.
   *
   * <p><b>Shape:</b> a timer, then a plain message: the plain one is delivered alone, the timer at
   * its time.
   */
  @Rule("QUEUE-04")
  void aTimerHidesNothingInItsOwnInstance(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    OrchestratorMessage timer = first.timer("order", store.lockFor());
    OrchestratorMessage plain = first.poke("order");

    OrchestrationItem item = first.fetchOne("order");
    Batch.expect("The batch is not the plain message alone.", item, plain);
    first.finish(item);
    first.fetchNone("A message was delivered before it was due.");
    store.moveTime(store.lockFor());
    Batch.expect("The timer did not come at its time.", first.fetchOne("order"), timer);
  }

  /**
   * Timers hide nothing elsewhere.
   *
   * <p><b>Shape:</b> many instances with nothing but timers and delayed starts, then one that is
   * ready: a fetch with max 1 answers it, and nothing else comes.
   */
  @Rule("QUEUE-04")
  void timersHideNothingElsewhere(StoreUnderTest store) {
    Handle first = store.first();
    first.create("ready");
    Duration far = store.lockFor().multipliedBy(1_000);
    for (int i = 0; i < TIMERS; i++) {
      first.create("timer-" + i);
      first.timer("timer-" + i, far);
      first.enqueue(later(Sample.start("start-" + i, Sample.NAME, null), far));
    }
    first.poke("ready");

    first.fetchOne("ready");
    first.fetchNone("A message was delivered before it was due.");
  }

  /**
   * A due time survives reopening the store.
   *
   * <p><b>Shape:</b> enqueue one due in L; close every handle; through a new one: nothing just
   * before L, the message at L.
   */
  @Rule("QUEUE-05")
  void aDueTimeSurvivesReopening(StoreUnderTest store) {
    store.first().create("order");
    OrchestratorMessage timer = store.first().timer("order", store.lockFor());

    Handle reopened = store.reopen();
    reopened.fetchNone("Reopening made a timer ready.");
    store.moveToJustBefore(store.lockFor());
    reopened.fetchNone("A message was delivered before it was due.");
    store.moveTime(store.tick());
    Batch.expect("The timer did not survive reopening.", reopened.fetchOne("order"), timer);
  }

  /**
   * Timers a century ahead and at the end of the year 9999 are stored and disturb nothing.
   *
   * <p><b>Shape:</b> enqueue both; other work of the same and of another instance goes on, and they
   * are not delivered.
   */
  @Rule("QUEUE-05")
  void farTimersDisturbNothing(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.create("other");
    first.timer("order", CENTURY);
    first.enqueue(due("order", "the last moment", Due.at(LAST_MOMENT)));
    first.fetchNone("A far timer was delivered.");

    OrchestratorMessage poke = first.poke("order");
    OrchestrationItem item = first.fetchOne("order");
    Batch.expect("A far timer disturbed its own instance.", item, poke);
    first.finish(item);
    first.poke("other");
    first.finish(first.fetchOne("other"));
    store.moveTime(store.lockFor());
    first.fetchNone("A far timer was delivered.");
  }

  /**
   * A due time a century ahead is read back exactly.
   *
   * <p><b>Shape:</b> enqueue a message due at a moment a century ahead; move time there; compare
   * its due time.
   */
  @Rule("QUEUE-05")
  void aFarDueTimeIsReadBackExactly(StoreUnderTest store) {
    Instant moment = store.timeControl().now().plus(CENTURY).plusNanos(10_123_456_000L);
    Handle first = store.first();
    first.create("order");
    OrchestratorMessage timer = first.enqueue(due("order", "far", Due.at(moment)));
    store.moveTime(CENTURY);
    first.fetchNone("A message was delivered before it was due.");
    store.moveTime(Duration.ofSeconds(11));

    OrchestrationItem item = first.fetchOne("order");

    Batch.expect("The timer was not delivered as it was sent.", item, timer);
    Expect.equal(
        "A far due time did not come back exactly.",
        ((Due.At) timer.due()).instant(),
        Delivered.visibleAt(item.messages().get(0)));
  }

  /**
   * A due time beyond the year 9999 is refused, and nothing is stored.
   *
   * <p><b>Shape:</b> such moments and such durations, through enqueue, list enqueue, ack and
   * completion.
   */
  @Rule("QUEUE-05")
  void aDueTimeBeyondTheLimitIsRefused(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    ActivityItem activity = first.fetchActivity(1);
    first.poke("order");
    OrchestrationItem turn = first.fetchOne("order");
    Snapshot before = store.snapshot("order");
    List<Duration> tooLong =
        List.of(Duration.ofDays(9_000 * 366L), Duration.ofSeconds(Long.MAX_VALUE, 999_999_999));

    Expect.invalid(
        "A moment in the year 10000 was accepted.",
        () -> first.enqueue(due("order", "late", Due.at(LAST_MOMENT.plusSeconds(1)))));
    Expect.invalid(
        "The last moment that there is was accepted.",
        () -> first.enqueue(due("order", "late", Due.at(Instant.MAX))));
    for (Duration duration : tooLong) {
      OrchestratorMessage late = due("order", "late", Due.in(duration));
      String what = "A message that is due beyond the year 9999 was accepted";
      Expect.invalid(what + ".", () -> first.enqueue(late));
      Expect.invalid(
          what + " in a list.",
          () -> first.provider().enqueueAll(List.of(Sample.message("order", "good"), late)));
      first.turn(turn).event(1).send(late).reject(what + " from an ack.", InvalidRequest.class);
      Expect.rejected(
          what + " as a completion.",
          InvalidRequest.class,
          first.provider().ackActivityItem(ActivityAck.of(activity.lockToken(), late)));
    }

    store.expectUnchanged("A refused due time changed the store.", before);
    first.finish(turn);
    first.fetchNone("A message of a refused call was stored.");
    first.complete(activity);
  }

  /**
   * Messages emitted by an ack reach everybody, also instances that do not exist yet and the
   * instance itself.
   *
   * <p><b>Shape:</b> one ack sends to the parent, a child, a stranger, an instance nobody started
   * and itself; each queue shows its own, the one to itself with the next fetch.
   */
  @Rule("QUEUE-06")
  void messagesOfAnAckReachEverybody(StoreUnderTest store) {
    Handle first = store.first();
    first.create("parent");
    first.create("stranger");
    first.start("order");
    OrchestratorMessage toParent = Sample.message("parent", "to parent");
    OrchestratorMessage toChild = Sample.start("child", "child-name", "1");
    OrchestratorMessage toStranger = Sample.message("stranger", "to stranger");
    OrchestratorMessage toNobody = Sample.message("nobody-yet", "to nobody yet");
    OrchestratorMessage toItself = Sample.message("order", "to itself");
    first
        .turn(first.fetchOne("order"))
        .name(Sample.NAME)
        .send(toParent, toChild, toStranger, toNobody, toItself)
        .apply();

    List<OrchestrationItem> items = store.second().fetch(Handle.ALL);
    Map<String, OrchestrationItem> found = Delivered.byInstance(items);
    Expect.equal(
        "Not exactly the instances that were sent something are ready.",
        List.of("child", "order", "parent", "stranger"),
        List.copyOf(found.keySet()));
    Batch.expect("The parent did not get its message.", Delivered.of(items, "parent"), toParent);
    Batch.expect("The child did not get its start.", Delivered.of(items, "child"), toChild);
    Batch.expect(
        "The stranger did not get its message.", Delivered.of(items, "stranger"), toStranger);
    OrchestrationItem itself = Delivered.of(items, "order");
    Batch.expect("The message to itself is not the next batch.", itself, toItself);
    Expect.equal("The message to itself is not a first delivery.", 1, itself.deliveryCount());
    OrchestratorMessage start = first.start("nobody-yet");
    Batch.expect(
        "The message to an instance that did not exist is lost.",
        first.fetchOne("nobody-yet"),
        toNobody,
        start);
  }

  /**
   * Insertion order is list order within a call, and call order where calls did not overlap,
   * whatever the calls are.
   *
   * <p><b>Shape:</b> while an instance is locked it is sent messages by a random sequence of
   * enqueue, list enqueue, acks and completions through A and B; the next batch has all of them in
   * order.
   */
  @Rule("QUEUE-07")
  void insertionOrderIsCallOrder(StoreUnderTest store) {
    Handle first = store.first();
    first.create("target");
    first.schedule("target", LongStream.rangeClosed(1, STEPS).toArray());
    first.poke("target");
    OrchestrationItem locked = fetchForLong(first, "target");
    List<OrchestratorMessage> sent = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      Handle sender = store.random().nextBoolean() ? store.first() : store.second();
      OrchestratorMessage one = Sample.message("target", "one of step " + step);
      OrchestratorMessage two = Sample.message("target", "two of step " + step);
      switch (store.random().nextInt(4)) {
        case 0 -> sent.add(sender.enqueue(one));
        case 1 -> {
          sender.provider().enqueueAll(List.of(one, two));
          sent.addAll(List.of(one, two));
        }
        case 2 -> {
          sender.start("sender-" + step);
          sender.turn(sender.fetchOne("sender-" + step)).name("s").send(two, one).apply();
          sent.addAll(List.of(two, one));
        }
        default -> sent.add(sender.complete(sender.fetchActivity()));
      }
    }
    first.finish(locked);

    Batch.expect("Messages are not in insertion order.", store.second().fetchOne("target"), sent);
  }

  /**
   * Without a message id nothing is merged.
   *
   * <p><b>Shape:</b> the same message by two calls of enqueue, twice in one list and twice in one
   * ack: six are delivered.
   */
  @Rule("QUEUE-08")
  void withoutAMessageIdNothingIsMerged(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    OrchestratorMessage same = Sample.message("order", "the same");
    first.poke("order");
    OrchestrationItem turn = first.fetchOne("order");
    first.enqueue(same);
    store.second().enqueue(same);
    first.provider().enqueueAll(List.of(same, same));
    first.turn(turn).send(same, same).apply();

    Batch.expect(
        "Equal messages without an id were merged.",
        first.fetchOne("order"),
        List.of(same, same, same, same, same, same));
  }

  /**
   * A list is checked whole before its first message is written.
   *
   * <p><b>Shape:</b> lists of three in which the first, the middle or the last is over the payload
   * limit or due beyond the year 9999: refused, and nothing of them is stored.
   */
  @Rule("QUEUE-16")
  void aListIsCheckedBeforeItsFirstMessageIsWritten(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    List<OrchestratorMessage> bad = new ArrayList<>();
    bad.add(due("order", "late", Due.in(Duration.ofSeconds(Long.MAX_VALUE))));
    Payloads.overTheLimit(store)
        .ifPresent(tooMuch -> bad.add(OrchestratorMessage.of("order", "poke", tooMuch)));
    for (OrchestratorMessage message : bad) {
      for (int position = 0; position < 3; position++) {
        List<OrchestratorMessage> list = new ArrayList<>();
        list.add(Sample.message("order", "good"));
        list.add(Sample.message("order", "good too"));
        list.add(position, message);
        Expect.thrown(
            "A list with a bad message in position " + position + " was accepted.",
            InvalidRequest.class,
            () -> first.provider().enqueueAll(list));
        first.fetchNone("A part of a refused list was stored.");
        Queued.expectMessages("A part of a refused list was stored.", store, 0);
      }
    }
  }

  /**
   * A list is applied in list order, an empty list does nothing, and repeating a list of which a
   * prefix is stored completes it.
   *
   * <p><b>Shape:</b> ten messages with ids to two instances, of which the first four are stored
   * already; the whole list; each instance has its own once and in order.
   */
  @Rule("QUEUE-16")
  void repeatingAListCompletesIt(StoreUnderTest store) {
    Handle first = store.first();
    first.create("one");
    first.create("two");
    first.provider().enqueueAll(List.of());
    first.fetchNone("An empty list made something ready.");
    List<OrchestratorMessage> list = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      list.add(
          OrchestratorMessage.builder(i % 3 == 0 ? "one" : "two", "poke", Payload.utf8("" + i))
              .messageId("m-" + (10 - i))
              .build());
    }
    first.provider().enqueueAll(list.subList(0, 4));
    store.second().provider().enqueueAll(list);

    List<OrchestrationItem> items = first.fetch(Handle.ALL);

    for (String instance : List.of("one", "two")) {
      Batch.expect(
          "Repeating a list did not complete it in list order.",
          Delivered.of(items, instance),
          list.stream().filter(message -> message.instanceId().equals(instance)).toList());
    }
  }

  private static Duration twice(StoreUnderTest store) {
    return store.lockFor().multipliedBy(2);
  }

  private static OrchestratorMessage due(String instanceId, String body, Due due) {
    return OrchestratorMessage.builder(instanceId, "poke", Payload.utf8(body)).due(due).build();
  }

  private static OrchestratorMessage later(OrchestratorMessage message, Duration delay) {
    return OrchestratorMessage.builder(message.instanceId(), message.kind(), message.body())
        .start(message.start())
        .due(Due.in(delay))
        .build();
  }

  /** Locks an instance for longer than any test takes. */
  private static OrchestrationItem fetchForLong(Handle first, String instanceId) {
    return Delivered.of(
        first.fetch(OrchestrationFetch.of(1, first.lockFor().multipliedBy(1_000))), instanceId);
  }
}
