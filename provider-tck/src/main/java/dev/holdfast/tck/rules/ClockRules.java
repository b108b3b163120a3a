// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.admin.ExecutionDetails;
import dev.holdfast.provider.admin.InstanceAdmin;
import dev.holdfast.provider.admin.InstanceSummary;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.TimeControl;
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Delivered;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** One clock decides: locks, visibility and delays are judged by the store's clock alone. */
@RuleFamily("CLOCK")
final class ClockRules {

  private static final List<Duration> WRONG = List.of(Duration.ofHours(1), Duration.ofHours(-1));
  private static final Duration CENTURY = Duration.ofDays(36_525);
  private static final Duration MICROSECOND = Duration.of(1, ChronoUnit.MICROS);

  /**
   * A worker's wrong clock changes nothing: its locks hold and end like any other's, and it gives
   * away nobody else's.
   *
   * <p><b>Shape:</b> a handle an hour ahead or behind against a right one, in both roles and on
   * both queues: lock, renew, lock end.
   *
   * <p><b>If this fails, check:</b> does any statement get now as a parameter instead of asking the
   * store?
   */
  @Rule("CLOCK-01")
  void aWrongClockChangesNoLock(StoreUnderTest s) {
    for (Duration ahead : WRONG) {
      Handle wrong = s.newHandleWithClientClock(ahead);
      expectRightLocks(s, s.a(), wrong);
      expectRightLocks(s, wrong, s.a());
    }
  }

  private static void expectRightLocks(StoreUnderTest s, Handle holder, Handle other) {
    String instance = "order-" + s.nextNumber();
    holder.create(instance);
    holder.schedule(instance, 1);
    holder.poke(instance);
    OrchestrationItem item = holder.fetchOne(instance);
    ActivityItem activity = holder.fetchActivity(1);
    expectHeldUntil(s, other);
    holder.renew(item, s.lockFor());
    holder.renew(activity, s.lockFor());
    expectHeldUntil(s, other);
    s.moveTime(s.tick());
    other.complete(other.fetchActivity(1));
    OrchestrationItem next = other.fetchOne(instance);
    Expect.equal("A message was lost.", 2, next.messages().size());
    other.finish(next);
  }

  private static void expectHeldUntil(StoreUnderTest s, Handle other) {
    String what = "A lock did not hold against a handle with another clock.";
    other.fetchNone(what);
    other.fetchNoActivity(what);
    s.moveToJustBefore(s.lockFor());
    other.fetchNone(what);
    other.fetchNoActivity(what);
  }

  /**
   * A worker's wrong clock changes no visibility and no delay.
   *
   * <p><b>Shape:</b> a handle an hour ahead or behind against a right one, in both roles: a plain
   * message comes at once, a timer and the end of a delay at L and not before.
   *
   * <p><b>If this fails, check:</b> is "now" of a message the caller's? is the delay of an abandon
   * added to it?
   */
  @Rule("CLOCK-01")
  void aWrongClockChangesNoVisibility(StoreUnderTest s) {
    for (Duration ahead : WRONG) {
      Handle wrong = s.newHandleWithClientClock(ahead);
      expectRightVisibility(s, s.a(), wrong);
      expectRightVisibility(s, wrong, s.a());
    }
  }

  private static void expectRightVisibility(StoreUnderTest s, Handle sender, Handle other) {
    String instance = "order-" + s.nextNumber();
    sender.create(instance);
    sender.timer(instance, s.lockFor());
    OrchestratorMessage plain = sender.poke(instance);
    OrchestrationItem item = other.fetchOne(instance);
    Batch.expect("Not exactly the message that is due was delivered.", item, plain);
    sender.abandon(item, Abandonment.after(s.lockFor()));
    s.moveToJustBefore(s.lockFor());
    other.fetchNone("A message or delay ended early for a handle with another clock.");
    s.moveTime(s.tick());
    OrchestrationItem both = other.fetchOne(instance);
    Expect.equal("A message that is due was not delivered.", 2, both.messages().size());
    other.finish(both);
  }

  /**
   * A message is visible from its very moment on.
   *
   * <p><b>Shape:</b> the clock stands a microsecond before {@code visibleAt}, then exactly there.
   *
   * <p><b>If this fails, check:</b> is it {@code visible_at <= now}, with the same precision on
   * both sides?
   */
  @Rule("CLOCK-02")
  void aMessageIsVisibleFromItsVeryMomentOn(StoreUnderTest s) {
    TimeControl clock = s.standingClock();
    Handle a = s.a();
    a.create("order");
    Instant moment = clock.now().plus(s.lockFor()).truncatedTo(ChronoUnit.MICROS);
    a.enqueue(due("order", Due.at(moment)));
    s.moveTime(Duration.between(clock.now(), moment).minus(MICROSECOND));
    a.fetchNone("A message was delivered a microsecond before it was due.");
    s.moveTime(MICROSECOND);

    OrchestrationItem item = s.b().fetchOne("order");

    Expect.equal(
        "A message is not visible at its own time.",
        moment,
        Delivered.visibleAt(item.messages().get(0)));
    Expect.equal("The item was not fetched at that moment.", moment, item.fetchedAt());
  }

  /**
   * A lock is live just before its end, and its end belongs to the next holder.
   *
   * <p><b>Shape:</b> two locked instances and activities; a microsecond before L one of each is
   * acked; exactly at L the acks and renewals of the others are LockLost, and B is given them.
   *
   * <p><b>If this fails, check:</b> do fetch, ack and renew compare the lock end in the same way,
   * {@code now < end} for live?
   */
  @Rule("CLOCK-02")
  void theBoundaryBelongsToTheNextHolder(StoreUnderTest s) {
    s.standingClock();
    Handle a = s.a();
    a.create("early");
    a.create("late");
    a.schedule("early", 1, 2);
    a.poke("early");
    OrchestrationItem early = a.fetchOne("early");
    a.poke("late");
    OrchestrationItem late = a.fetchOne("late");
    ActivityItem one = a.fetchActivity(1);
    ActivityItem two = a.fetchActivity(2);

    s.moveTime(s.lockFor().minus(MICROSECOND));
    s.b().fetchNone("A lock ended a microsecond early.");
    s.b().fetchNoActivity("A lock ended a microsecond early.");
    a.finish(early);
    Expect.applied(a.provider().ackActivityItem(ActivityAck.of(one.lockToken(), null)));
    s.moveTime(MICROSECOND);
    a.turn(late).reject("An ack at the lock end was applied.", LockLost.class);
    Expect.rejected("An ack at the lock end was applied.", LockLost.class, a.ack(two));
    Expect.lockLost("A lock was renewed at its end.", () -> a.renew(late, s.lockFor()));
    Expect.lockLost("A lock was renewed at its end.", () -> a.renew(two, s.lockFor()));
    s.b().fetchOne("late");
    s.b().fetchActivity(2);
  }

  /**
   * A delay is over at its very end.
   *
   * <p><b>Shape:</b> abandon an instance and an activity with a delay; a microsecond before its end
   * nothing comes, exactly there both.
   *
   * <p><b>If this fails, check:</b> is the end of a delay compared as {@code ready_at <= now}?
   */
  @Rule("CLOCK-02")
  void aDelayIsOverAtItsVeryEnd(StoreUnderTest s) {
    s.standingClock();
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    a.poke("order");
    Duration delay = Duration.of(333_333, ChronoUnit.MICROS);
    a.abandon(a.fetchOne("order"), Abandonment.after(delay));
    a.abandon(a.fetchActivity(1), Abandonment.after(delay));

    s.moveTime(delay.minus(MICROSECOND));
    a.fetchNone("A delay ended a microsecond early.");
    a.fetchNoActivity("A delay ended a microsecond early.");
    s.moveTime(MICROSECOND);
    a.fetchOne("order");
    a.fetchActivity(1);
  }

  /**
   * Each item carries the store's now of its fetch.
   *
   * <p><b>Shape:</b> items of A and B, with time moved between; each lies between the store's times
   * before and after the fetch, and between what was enqueued before and after it.
   *
   * <p><b>If this fails, check:</b> is {@code fetchedAt} taken from the statement that locks, or
   * from the clock of the caller?
   */
  @Rule("CLOCK-03")
  void eachItemCarriesTheStoresNow(StoreUnderTest s) {
    s.a().create("order");
    Instant previous = Instant.MIN;
    for (int i = 0; i < 4; i++) {
      Handle handle = i % 2 == 0 ? s.a() : s.b();
      handle.poke("order");
      OrchestrationItem item = handle.fetchOne("order");
      Instant enqueued = Delivered.visibleAt(item.messages().get(0));
      Expect.notBefore(
          "An item was fetched before its message was enqueued.", enqueued, item.fetchedAt());
      if (i > 0) {
        Expect.notBefore(
            "The store's now did not pass between two fetches.",
            previous.plus(s.lockFor()),
            item.fetchedAt());
      }
      handle.finish(item);
      previous = item.fetchedAt();
      s.moveTime(s.lockFor());
    }
  }

  /**
   * With time control, {@code fetchedAt} is the moved time.
   *
   * <p><b>Shape:</b> move time by a century; the item's moment lies between the control's times
   * before and after the fetch, for A and B.
   *
   * <p><b>If this fails, check:</b> is there a second clock?
   */
  @Rule("CLOCK-03")
  void fetchedAtIsTheMovedTime(StoreUnderTest s) {
    TimeControl clock = s.timeControl();
    s.moveTime(CENTURY);
    for (Handle handle : List.of(s.a(), s.b())) {
      expectFetchedNow(clock, handle);
    }
  }

  /**
   * A worker with a wrong clock sees the same {@code fetchedAt}.
   *
   * <p><b>Shape:</b> a handle an hour ahead or behind fetches; the item's moment lies between the
   * store's times before and after.
   *
   * <p><b>If this fails, check:</b> is {@code fetchedAt} filled in from the clock of the handle?
   */
  @Rule("CLOCK-03")
  void aWrongClockSeesTheSameNow(StoreUnderTest s) {
    for (Duration ahead : WRONG) {
      Handle wrong = s.newHandleWithClientClock(ahead);
      expectFetchedNow(s.timeControl(), wrong);
    }
  }

  private static void expectFetchedNow(TimeControl clock, Handle handle) {
    handle.start("order");
    Instant before = clock.now().truncatedTo(ChronoUnit.MICROS);
    OrchestrationItem item = handle.fetchOne("order");
    Instant after = clock.now();
    if (item.fetchedAt().isBefore(before) || item.fetchedAt().isAfter(after)) {
      throw Expect.violation(
          "An item does not carry the store's now.",
          "from " + before + " to " + after,
          item.fetchedAt());
    }
    handle.finish(item);
  }

  /**
   * A clock that steps back gives no live lock away, keeps the order of the batch and lets tokens
   * grow; work is at most late by the step.
   *
   * <p><b>Shape:</b> fetch; the clock steps back; messages arrive, B fetches nothing, the holder
   * renews; forward by the step and to the lock end: B gets all messages in insertion order under a
   * greater token.
   *
   * <p><b>If this fails, check:</b> is the order of the batch or the token taken from the clock?
   */
  @Rule("CLOCK-04")
  void aClockThatStepsBackBreaksNothing(StoreUnderTest s) {
    Duration step = s.lockFor().multipliedBy(3);
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    OrchestratorMessage first = a.poke("order");
    OrchestrationItem held = a.fetchOne("order");
    ActivityItem activity = a.fetchActivity(1);
    s.setClockBack(step);
    OrchestratorMessage second = s.b().poke("order");
    s.b().fetchNone("A clock that stepped back gave a live lock away.");
    s.b().fetchNoActivity("A clock that stepped back gave a live lock away.");
    a.renew(held, s.lockFor());
    a.renew(activity, s.lockFor());

    s.moveTime(step);
    OrchestratorMessage third = s.b().poke("order");
    s.b().fetchNone("A live lock was given away.");
    s.moveTime(s.lockFor());
    OrchestrationItem next = s.b().fetchOne("order");
    Batch.expect("A clock that stepped back changed the order.", next, first, second, third);
    Expect.above("A token did not grow.", held.lockToken().epoch(), next.lockToken().epoch());
    ActivityItem again = s.b().fetchActivity(1);
    Expect.above("A token did not grow.", activity.lockToken().epoch(), again.lockToken().epoch());
    s.b().complete(again);
    s.b().finish(next);
  }

  /**
   * After a step back turns go on, with growing tokens, at most late by the step.
   *
   * <p><b>Shape:</b> several rounds: fetch, step back, ack with a message to itself and an
   * activity; both are delivered at the latest when time has caught up.
   *
   * <p><b>If this fails, check:</b> does the ack compare the lock's beginning with now? do ready
   * times from before the step keep an instance back for longer?
   */
  @Rule("CLOCK-04")
  void afterAStepBackTurnsGoOn(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.poke("order");
    OrchestrationItem item = a.fetchOne("order");
    for (int round = 1; round <= 4; round++) {
      s.setClockBack(s.lockFor());
      OrchestratorMessage sent = Sample.message("order", "round " + round);
      a.turn(item).activities(round).send(sent).apply();
      s.moveTime(s.lockFor());

      OrchestrationItem next = a.fetchOne("order");

      Batch.expect("A message was lost by a step back.", next, sent);
      Expect.above("A token did not grow.", item.lockToken().epoch(), next.lockToken().epoch());
      a.provider().ackActivityItem(ActivityAck.of(a.fetchActivity(round).lockToken(), null));
      item = next;
    }
  }

  /**
   * Times that the provider stores come from the store's clock and never run backwards within an
   * instance.
   *
   * <p><b>Shape:</b> turns of two executions with time moved between; created, started, completed
   * and updated lie between the fetches of their turn and the next; where the clock can be set
   * back, also after that.
   *
   * <p><b>If this fails, check:</b> is one of them a column default, or a clock of the caller? is a
   * clock that stepped back written as it is?
   */
  @Rule("CLOCK-05")
  void storedTimesComeFromTheStoresClock(StoreUnderTest s) {
    InstanceAdmin admin = s.admin();
    Handle a = s.a();
    a.start("order");
    List<Instant> fetches = new ArrayList<>();
    for (int turn = 0; turn < 4; turn++) {
      OrchestrationItem item = a.fetchOne("order");
      fetches.add(item.fetchedAt());
      s.moveTime(s.tick());
      a.turn(item)
          .execution(1 + turn / 2)
          .name(Sample.NAME)
          .status(turn % 2 == 0 ? ExecutionStatus.RUNNING : ExecutionStatus.COMPLETED)
          .send(Sample.message("order", "next"))
          .apply();
      s.moveTime(s.tick());
    }
    fetches.add(a.fetchOne("order").fetchedAt());

    InstanceSummary summary = admin.instance("order").summary();
    expectBetween("The instance was created", fetches, 0, summary.createdAt());
    expectBetween("The instance was updated", fetches, 3, summary.updatedAt());
    for (int execution = 1; execution <= 2; execution++) {
      ExecutionDetails details = admin.execution("order", execution);
      expectBetween("An execution was started", fetches, 2 * execution - 2, details.startedAt());
      Instant completedAt = details.completedAt();
      if (completedAt == null) {
        throw Expect.violation("A completed execution has no completion time.", "one", details);
      }
      expectBetween("An execution was completed", fetches, 2 * execution - 1, completedAt);
    }
  }

  private static void expectBetween(String what, List<Instant> fetches, int turn, Instant time) {
    if (!time.isAfter(fetches.get(turn)) || !time.isBefore(fetches.get(turn + 1))) {
      throw Expect.violation(
          what + " at a time that is not that of its turn.",
          "between " + fetches.get(turn) + " and " + fetches.get(turn + 1),
          time);
    }
  }

  /**
   * Stored times do not run backwards when the clock does.
   *
   * <p><b>Shape:</b> create; step back; ack execution 2 as completed: updated is not before
   * created, completed not before started, execution 2 not before execution 1.
   *
   * <p><b>If this fails, check:</b> is the greater of now and the last stored time written?
   */
  @Rule("CLOCK-05")
  void storedTimesDoNotRunBackwards(StoreUnderTest s) {
    InstanceAdmin admin = s.admin();
    Handle a = s.a();
    a.create("order");
    a.poke("order");
    OrchestrationItem item = a.fetchOne("order");
    s.setClockBack(s.lockFor());
    a.turn(item).execution(2).name(Sample.NAME).status(ExecutionStatus.COMPLETED).apply();

    InstanceSummary summary = admin.instance("order").summary();
    ExecutionDetails first = admin.execution("order", 1);
    ExecutionDetails second = admin.execution("order", 2);
    Expect.notBefore(
        "An instance was updated before it was created.", summary.createdAt(), summary.updatedAt());
    Expect.notBefore(
        "An execution started before the one before it.", first.startedAt(), second.startedAt());
    Expect.notBefore(
        "An execution completed before it started.", second.startedAt(), second.completedAt());
  }

  /**
   * {@code recordedAt} is stored as given and decides nothing.
   *
   * <p><b>Shape:</b> events recorded a century ahead, in the year 1, in 9999 and in falling order;
   * they come back as given, in the order of their ids; visibility and locks are as ever.
   *
   * <p><b>If this fails, check:</b> is the history ordered by time? is the time overwritten with
   * now?
   */
  @Rule("CLOCK-06")
  void recordedAtIsStoredAndDecidesNothing(StoreUnderTest s) {
    Handle a = s.a();
    a.start("order");
    OrchestrationItem turn = a.fetchOne("order");
    List<Instant> times =
        List.of(
            turn.fetchedAt().plus(CENTURY),
            Instant.parse("9999-12-31T23:59:59.999999Z"),
            turn.fetchedAt(),
            Instant.EPOCH,
            Instant.parse("1969-12-31T23:59:59.999999Z"),
            Instant.parse("0001-01-01T00:00:00Z"));
    List<HistoryEvent> events = new ArrayList<>();
    for (Instant time : times) {
      events.add(new HistoryEvent(events.size() + 1L, "happened", Payload.empty(), time));
    }
    a.turn(turn).name(Sample.NAME).events(events).apply();
    a.poke("order");

    OrchestrationItem item = s.b().fetchOne("order");

    Expect.equal(
        "Events did not come back as they were recorded.", events, item.history().events());
    Expect.equal("Events cannot be read as they were recorded.", events, a.history("order", 1));
    a.fetchNone("An event's time ended a lock.");
    s.moveTime(s.lockFor());
    a.fetchOne("order");
  }

  /**
   * A message that is due in d is due d after the store's time of the call that stored it.
   *
   * <p><b>Shape:</b> an instance and an activity are fetched; half of L later the turn is acked
   * with a message, and the activity with a completion, that are due in L: nothing just before L
   * after the acks, both then.
   *
   * <p><b>If this fails, check:</b> is the duration added to the time of the fetch, or when the
   * message was built?
   */
  @Rule("CLOCK-08")
  void aDelayCountsFromTheCallThatStoresTheMessage(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    a.poke("order");
    OrchestrationItem turn = a.fetchOne("order");
    ActivityItem activity = a.fetchActivity(1);
    OrchestratorMessage sent = due("order", Due.in(s.lockFor()));
    s.moveTime(s.lockFor().dividedBy(2));
    a.turn(turn).send(sent).apply();
    Expect.applied(a.provider().ackActivityItem(ActivityAck.of(activity.lockToken(), sent)));

    s.moveToJustBefore(s.lockFor());
    a.fetchNone("A delay did not count from the call that stored the message.");
    s.moveTime(s.tick());
    Batch.expect("A delayed message did not come in time.", a.fetchOne("order"), sent, sent);
  }

  /**
   * The delay of a message is exact on a clock that stands still.
   *
   * <p><b>Shape:</b> messages due in fractions of a second through enqueue and list enqueue; each
   * says it was visible at the store's now plus that.
   *
   * <p><b>If this fails, check:</b> is the duration cut to milliseconds or seconds?
   */
  @Rule("CLOCK-08")
  void aDelayIsExact(StoreUnderTest s) {
    TimeControl clock = s.standingClock();
    Handle a = s.a();
    a.create("order");
    Instant now = clock.now();
    List<Duration> delays =
        List.of(Duration.ofMillis(1_500), Duration.of(333_333, ChronoUnit.MICROS), MICROSECOND);
    for (Duration delay : delays) {
      a.enqueue(due("order", Due.in(delay)));
      a.provider().enqueueAll(List.of(due("order", Due.in(delay))));
    }
    s.moveTime(s.lockFor());

    List<Instant> expected =
        delays.stream()
            .map(delay -> now.plus(delay).truncatedTo(ChronoUnit.MICROS))
            .flatMap(time -> List.of(time, time).stream())
            .toList();
    Expect.equal(
        "Delays did not count exactly from the store's now.",
        expected,
        a.fetchOne("order").messages().stream().map(Delivered::visibleAt).toList());
  }

  /**
   * The caller's clock does not change when a message is due.
   *
   * <p><b>Shape:</b> a handle an hour ahead or behind enqueues one due in L; nothing just before L,
   * the message then.
   *
   * <p><b>If this fails, check:</b> does the provider turn the duration into a moment by its own
   * clock?
   */
  @Rule("CLOCK-08")
  void theCallersClockDoesNotChangeADelay(StoreUnderTest s) {
    s.a().create("order");
    for (Duration ahead : WRONG) {
      Handle wrong = s.newHandleWithClientClock(ahead);
      OrchestratorMessage timer = wrong.timer("order", s.lockFor());
      s.moveToJustBefore(s.lockFor());
      s.a().fetchNone("A delay followed the clock of the caller.");
      wrong.fetchNone("A delay followed the clock of the caller.");
      s.moveTime(s.tick());
      OrchestrationItem item = s.a().fetchOne("order");
      Batch.expect("A delayed message did not come in time.", item, timer);
      s.a().finish(item);
    }
  }

  private static OrchestratorMessage due(String instanceId, Due due) {
    return OrchestratorMessage.builder(instanceId, "timer", Payload.utf8("due")).due(due).build();
  }
}
