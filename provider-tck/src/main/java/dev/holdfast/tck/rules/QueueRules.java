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
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Delivered;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Payloads;
import dev.holdfast.tck.harness.Queued;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.Snapshot;
import dev.holdfast.tck.harness.StoreUnderTest;
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
   *
   * <p><b>If this fails, check:</b> does enqueue return before its commit? does fetch read from a
   * snapshot or cache that is older than the call? is the insert batched in the background?
   */
  @Rule("QUEUE-01")
  void aMessageIsVisibleToEveryHandleWhenEnqueueReturns(StoreUnderTest s) {
    s.a().create("order");
    for (int round = 0; round < ROUNDS; round++) {
      Handle sender = round % 2 == 0 ? s.a() : s.b();
      Handle other = round % 2 == 0 ? s.b() : s.a();
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
   *
   * <p><b>If this fails, check:</b> is {@code visible_at <= now} part of the search for candidates
   * and of the batch? is the due time rounded to seconds?
   */
  @Rule("QUEUE-02")
  void aTimerIsDeliveredFromItsTimeOnAndOnce(StoreUnderTest s) {
    Handle a = s.a();
    Handle b = s.b();
    a.create("order");
    OrchestratorMessage timer = a.timer("order", s.lockFor());
    a.fetchNone("A message was delivered before it was due.");
    s.moveToJustBefore(s.lockFor());
    b.fetchNone("A message was delivered just before it was due.");
    s.moveTime(s.tick());

    OrchestrationItem item = b.fetchOne("order");

    Batch.expect("The message that is due was not delivered as it was sent.", item, timer);
    b.finish(item);
    s.moveTime(s.lockFor());
    a.fetchNone("A message came again after its ack.");
  }

  /**
   * Messages that an ack emits keep their due times: past and present ones come at once, a future
   * one at its time.
   *
   * <p><b>Shape:</b> one ack sends messages that are due in the past, now, in L and at the moment 2
   * L away; fetch at once, just before and at each time.
   *
   * <p><b>If this fails, check:</b> does the ack insert messages with the same due time as enqueue
   * does? is the instance made ready for the future ones too?
   */
  @Rule("QUEUE-02")
  void messagesOfAnAckKeepTheirDueTimes(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.poke("order");
    OrchestrationItem turn = a.fetchOne("order");
    Instant now = turn.fetchedAt();
    OrchestratorMessage past = due("order", "past", Due.at(now.minus(CENTURY)));
    OrchestratorMessage present = due("order", "present", Due.now());
    OrchestratorMessage inL = due("order", "in L", Due.in(s.lockFor()));
    OrchestratorMessage atTwoL = due("order", "at 2 L", Due.at(now.plus(twice(s))));
    a.turn(turn).send(inL, past, atTwoL, present).apply();

    OrchestrationItem first = a.fetchOne("order");
    Batch.expect("Not exactly what is due now was delivered.", first, past, present);
    a.finish(first);
    s.moveToJustBefore(s.lockFor());
    a.fetchNone("A message was delivered just before it was due.");
    s.moveTime(s.tick());
    OrchestrationItem second = a.fetchOne("order");
    Batch.expect("The message due in L was not delivered then.", second, inL);
    a.finish(second);
    s.moveTime(s.lockFor());
    OrchestrationItem third = a.fetchOne("order");
    Batch.expect("The message due at a moment was not delivered then.", third, atTwoL);
    Expect.equal(
        "A message does not say when it was due.",
        now.plus(twice(s)),
        Delivered.visibleAt(third.messages().get(0)));
    a.finish(third);
    a.fetchNone("A message came again after its ack.");
  }

  /**
   * A completion with a future due time is delivered at that time.
   *
   * <p><b>Shape:</b> ack an activity with a completion that is due in L; nothing just before, the
   * completion at L.
   *
   * <p><b>If this fails, check:</b> does the ack of an activity store the due time of its
   * completion?
   */
  @Rule("QUEUE-02")
  void aCompletionKeepsItsDueTime(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    ActivityItem activity = a.fetchActivity(1);
    OrchestratorMessage completion = due("order", "later", Due.in(s.lockFor()));
    Expect.applied(a.provider().ackActivityItem(ActivityAck.of(activity.lockToken(), completion)));

    s.moveToJustBefore(s.lockFor());
    a.fetchNone("A completion was delivered before it was due.");
    s.moveTime(s.tick());
    Batch.expect("The completion was not delivered.", a.fetchOne("order"), completion);
  }

  /**
   * A past or absent due time means now: visible at once, and no jump ahead of instances that are
   * ready longer.
   *
   * <p><b>Shape:</b> one ready instance; then a message for another one that was due a century ago;
   * the first is delivered first, and the message says it became visible when it was enqueued.
   *
   * <p><b>If this fails, check:</b> is the due time stored as given instead of the later of it and
   * now? is the queue ordered by the due time that was asked for?
   */
  @Rule("QUEUE-03")
  void aPastDueTimeMeansNow(StoreUnderTest s) {
    Handle a = s.a();
    a.create("first");
    a.create("second");
    a.poke("first");
    OrchestrationItem earlier = a.fetchOne("first");
    a.abandon(earlier);
    s.moveTime(s.tick());
    Instant longAgo = earlier.fetchedAt().minus(CENTURY);
    OrchestratorMessage past = a.enqueue(due("second", "past", Due.at(longAgo)));

    a.fetchOne("first");
    OrchestrationItem second = a.fetchOne("second");

    Batch.expect("The message was not delivered as it was sent.", second, past);
    Instant visibleAt = Delivered.visibleAt(second.messages().get(0));
    Expect.notBefore(
        "A message due in the past was visible before it was enqueued.",
        earlier.fetchedAt(),
        visibleAt);
    Expect.notAfter(
        "A message due in the past was not visible when it was delivered.",
        second.fetchedAt(),
        visibleAt);
  }

  /**
   * Every way to say "now" makes a message visible at once.
   *
   * <p><b>Shape:</b> messages that are due now, in zero time, and at the moment of the last fetch;
   * one fetch delivers all.
   *
   * <p><b>If this fails, check:</b> is a message visible when its time equals now?
   */
  @Rule("QUEUE-03")
  void everyWayToSayNowIsVisibleAtOnce(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.poke("order");
    OrchestrationItem before = a.fetchOne("order");
    a.finish(before);
    OrchestratorMessage now = a.enqueue(due("order", "now", Due.now()));
    OrchestratorMessage zero = a.enqueue(due("order", "zero", Due.in(Duration.ZERO)));
    OrchestratorMessage at = a.enqueue(due("order", "at", Due.at(before.fetchedAt())));

    Batch.expect("What is due now was not delivered at once.", a.fetchOne("order"), now, zero, at);
  }

  /**
   * A timer hides nothing in its own instance.
   *
   * <p><b>Shape:</b> a timer, then a plain message: the plain one is delivered alone, the timer at
   * its time.
   *
   * <p><b>If this fails, check:</b> is the readiness of an instance taken from its oldest message
   * instead of its earliest visible one? does the ack of the plain message take the timer with it?
   */
  @Rule("QUEUE-04")
  void aTimerHidesNothingInItsOwnInstance(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    OrchestratorMessage timer = a.timer("order", s.lockFor());
    OrchestratorMessage plain = a.poke("order");

    OrchestrationItem item = a.fetchOne("order");
    Batch.expect("The batch is not the plain message alone.", item, plain);
    a.finish(item);
    a.fetchNone("A message was delivered before it was due.");
    s.moveTime(s.lockFor());
    Batch.expect("The timer did not come at its time.", a.fetchOne("order"), timer);
  }

  /**
   * Timers hide nothing elsewhere.
   *
   * <p><b>Shape:</b> many instances with nothing but timers and delayed starts, then one that is
   * ready: a fetch with max 1 answers it, and nothing else comes.
   *
   * <p><b>If this fails, check:</b> does fetch look at a limited number of candidates before it
   * asks whether they are due?
   */
  @Rule("QUEUE-04")
  void timersHideNothingElsewhere(StoreUnderTest s) {
    Handle a = s.a();
    a.create("ready");
    Duration far = s.lockFor().multipliedBy(1_000);
    for (int i = 0; i < TIMERS; i++) {
      a.create("timer-" + i);
      a.timer("timer-" + i, far);
      a.enqueue(later(Sample.start("start-" + i, Sample.NAME, null), far));
    }
    a.poke("ready");

    a.fetchOne("ready");
    a.fetchNone("A message was delivered before it was due.");
  }

  /**
   * A due time survives reopening the store.
   *
   * <p><b>Shape:</b> enqueue one due in L; close every handle; through a new one: nothing just
   * before L, the message at L.
   *
   * <p><b>If this fails, check:</b> are timers kept in memory? does opening make everything ready?
   */
  @Rule("QUEUE-05")
  void aDueTimeSurvivesReopening(StoreUnderTest s) {
    s.a().create("order");
    OrchestratorMessage timer = s.a().timer("order", s.lockFor());

    Handle reopened = s.reopen();
    reopened.fetchNone("Reopening made a timer ready.");
    s.moveToJustBefore(s.lockFor());
    reopened.fetchNone("A message was delivered before it was due.");
    s.moveTime(s.tick());
    Batch.expect("The timer did not survive reopening.", reopened.fetchOne("order"), timer);
  }

  /**
   * Timers a century ahead and at the end of the year 9999 are stored and disturb nothing.
   *
   * <p><b>Shape:</b> enqueue both; other work of the same and of another instance goes on, and they
   * are not delivered.
   *
   * <p><b>If this fails, check:</b> does the due time overflow the type of its column? is it stored
   * in nanoseconds?
   */
  @Rule("QUEUE-05")
  void farTimersDisturbNothing(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.create("other");
    a.timer("order", CENTURY);
    a.enqueue(due("order", "the last moment", Due.at(LAST_MOMENT)));
    a.fetchNone("A far timer was delivered.");

    OrchestratorMessage poke = a.poke("order");
    OrchestrationItem item = a.fetchOne("order");
    Batch.expect("A far timer disturbed its own instance.", item, poke);
    a.finish(item);
    a.poke("other");
    a.finish(a.fetchOne("other"));
    s.moveTime(s.lockFor());
    a.fetchNone("A far timer was delivered.");
  }

  /**
   * A due time a century ahead is read back exactly.
   *
   * <p><b>Shape:</b> enqueue a message due at a moment a century ahead; move time there; compare
   * its due time.
   *
   * <p><b>If this fails, check:</b> is the due time stored in whole microseconds?
   */
  @Rule("QUEUE-05")
  void aFarDueTimeIsReadBackExactly(StoreUnderTest s) {
    Instant moment = s.timeControl().now().plus(CENTURY).plusNanos(10_123_456_000L);
    Handle a = s.a();
    a.create("order");
    OrchestratorMessage timer = a.enqueue(due("order", "far", Due.at(moment)));
    s.moveTime(CENTURY);
    a.fetchNone("A message was delivered before it was due.");
    s.moveTime(Duration.ofSeconds(11));

    OrchestrationItem item = a.fetchOne("order");

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
   *
   * <p><b>If this fails, check:</b> is the duration added to now before the limit is checked, so
   * that it overflows? is the check missing for durations, which a value cannot check itself?
   */
  @Rule("QUEUE-05")
  void aDueTimeBeyondTheLimitIsRefused(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    ActivityItem activity = a.fetchActivity(1);
    a.poke("order");
    OrchestrationItem turn = a.fetchOne("order");
    Snapshot before = s.snapshot("order");
    List<Duration> tooLong =
        List.of(Duration.ofDays(9_000 * 366L), Duration.ofSeconds(Long.MAX_VALUE, 999_999_999));

    Expect.invalid(
        "A moment in the year 10000 was accepted.",
        () -> a.enqueue(due("order", "late", Due.at(LAST_MOMENT.plusSeconds(1)))));
    Expect.invalid(
        "The last moment that there is was accepted.",
        () -> a.enqueue(due("order", "late", Due.at(Instant.MAX))));
    for (Duration duration : tooLong) {
      OrchestratorMessage late = due("order", "late", Due.in(duration));
      String what = "A message that is due beyond the year 9999 was accepted";
      Expect.invalid(what + ".", () -> a.enqueue(late));
      Expect.invalid(
          what + " in a list.",
          () -> a.provider().enqueueAll(List.of(Sample.message("order", "good"), late)));
      a.turn(turn).event(1).send(late).reject(what + " from an ack.", InvalidRequest.class);
      Expect.rejected(
          what + " as a completion.",
          InvalidRequest.class,
          a.provider().ackActivityItem(ActivityAck.of(activity.lockToken(), late)));
    }

    s.expectUnchanged("A refused due time changed the store.", before);
    a.finish(turn);
    a.fetchNone("A message of a refused call was stored.");
    a.complete(activity);
  }

  /**
   * Messages emitted by an ack reach everybody, also instances that do not exist yet and the
   * instance itself.
   *
   * <p><b>Shape:</b> one ack sends to the parent, a child, a stranger, an instance nobody started
   * and itself; each queue shows its own, the one to itself with the next fetch.
   *
   * <p><b>If this fails, check:</b> is a message to itself counted into the batch that is being
   * acked? does the insert need a row of the addressed instance?
   */
  @Rule("QUEUE-06")
  void messagesOfAnAckReachEverybody(StoreUnderTest s) {
    Handle a = s.a();
    a.create("parent");
    a.create("stranger");
    a.start("order");
    OrchestratorMessage toParent = Sample.message("parent", "to parent");
    OrchestratorMessage toChild = Sample.start("child", "child-name", "1");
    OrchestratorMessage toStranger = Sample.message("stranger", "to stranger");
    OrchestratorMessage toNobody = Sample.message("nobody-yet", "to nobody yet");
    OrchestratorMessage toItself = Sample.message("order", "to itself");
    a.turn(a.fetchOne("order"))
        .name(Sample.NAME)
        .send(toParent, toChild, toStranger, toNobody, toItself)
        .apply();

    List<OrchestrationItem> items = s.b().fetch(Handle.ALL);
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
    Expect.equal("The message to itself is not a first delivery.", 1, itself.attemptCount());
    OrchestratorMessage start = a.start("nobody-yet");
    Batch.expect(
        "The message to an instance that did not exist is lost.",
        a.fetchOne("nobody-yet"),
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
   *
   * <p><b>If this fails, check:</b> is the order taken from a timestamp, from a random id, or from
   * a number that each handle draws for itself?
   */
  @Rule("QUEUE-07")
  void insertionOrderIsCallOrder(StoreUnderTest s) {
    Handle a = s.a();
    a.create("target");
    a.schedule("target", LongStream.rangeClosed(1, STEPS).toArray());
    a.poke("target");
    OrchestrationItem locked = fetchForLong(a, "target");
    List<OrchestratorMessage> sent = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      Handle sender = s.random().nextBoolean() ? s.a() : s.b();
      OrchestratorMessage one = Sample.message("target", "one of step " + step);
      OrchestratorMessage two = Sample.message("target", "two of step " + step);
      switch (s.random().nextInt(4)) {
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
    a.finish(locked);

    Batch.expect("Messages are not in insertion order.", s.b().fetchOne("target"), sent);
  }

  /**
   * Without a message id nothing is merged.
   *
   * <p><b>Shape:</b> the same message by two calls of enqueue, twice in one list and twice in one
   * ack: six are delivered.
   *
   * <p><b>If this fails, check:</b> is there a uniqueness rule over the content? is an absent
   * message id treated as one common id?
   */
  @Rule("QUEUE-08")
  void withoutAMessageIdNothingIsMerged(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    OrchestratorMessage same = Sample.message("order", "the same");
    a.poke("order");
    OrchestrationItem turn = a.fetchOne("order");
    a.enqueue(same);
    s.b().enqueue(same);
    a.provider().enqueueAll(List.of(same, same));
    a.turn(turn).send(same, same).apply();

    Batch.expect(
        "Equal messages without an id were merged.",
        a.fetchOne("order"),
        List.of(same, same, same, same, same, same));
  }

  /**
   * A list is checked whole before its first message is written.
   *
   * <p><b>Shape:</b> lists of three in which the first, the middle or the last is over the payload
   * limit or due beyond the year 9999: refused, and nothing of them is stored.
   *
   * <p><b>If this fails, check:</b> does the list form loop over enqueue without checking first?
   */
  @Rule("QUEUE-16")
  void aListIsCheckedBeforeItsFirstMessageIsWritten(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    List<OrchestratorMessage> bad = new ArrayList<>();
    bad.add(due("order", "late", Due.in(Duration.ofSeconds(Long.MAX_VALUE))));
    Payloads.overTheLimit(s)
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
            () -> a.provider().enqueueAll(list));
        a.fetchNone("A part of a refused list was stored.");
        Queued.expectMessages("A part of a refused list was stored.", s, 0);
      }
    }
  }

  /**
   * A list is applied in list order, an empty list does nothing, and repeating a list of which a
   * prefix is stored completes it.
   *
   * <p><b>Shape:</b> ten messages with ids to two instances, of which the first four are stored
   * already; the whole list; each instance has its own once and in order.
   *
   * <p><b>If this fails, check:</b> is a list sorted or grouped before it is written? does a known
   * message id end the list?
   */
  @Rule("QUEUE-16")
  void repeatingAListCompletesIt(StoreUnderTest s) {
    Handle a = s.a();
    a.create("one");
    a.create("two");
    a.provider().enqueueAll(List.of());
    a.fetchNone("An empty list made something ready.");
    List<OrchestratorMessage> list = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      list.add(
          OrchestratorMessage.builder(i % 3 == 0 ? "one" : "two", "poke", Payload.utf8("" + i))
              .messageId("m-" + (10 - i))
              .build());
    }
    a.provider().enqueueAll(list.subList(0, 4));
    s.b().provider().enqueueAll(list);

    List<OrchestrationItem> items = a.fetch(Handle.ALL);

    for (String instance : List.of("one", "two")) {
      Batch.expect(
          "Repeating a list did not complete it in list order.",
          Delivered.of(items, instance),
          list.stream().filter(message -> message.instanceId().equals(instance)).toList());
    }
  }

  private static Duration twice(StoreUnderTest s) {
    return s.lockFor().multipliedBy(2);
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
  private static OrchestrationItem fetchForLong(Handle a, String instanceId) {
    return Delivered.of(
        a.fetch(OrchestrationFetch.of(1, a.lockFor().multipliedBy(1_000))), instanceId);
  }
}
