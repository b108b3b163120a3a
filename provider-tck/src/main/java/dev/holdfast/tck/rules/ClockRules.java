// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
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
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Delivered;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
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
   */
  @Rule("CLOCK-01")
  void aWrongClockChangesNoLock(StoreUnderTest store) {
    for (Duration ahead : WRONG) {
      Handle wrong = store.newHandleWithClientClock(ahead);
      expectRightLocks(store, store.first(), wrong);
      expectRightLocks(store, wrong, store.first());
    }
  }

  private static void expectRightLocks(StoreUnderTest store, Handle holder, Handle other) {
    String instance = "order-" + store.nextNumber();
    holder.create(instance);
    holder.schedule(instance, 1);
    holder.poke(instance);
    OrchestrationItem item = holder.fetchOne(instance);
    ActivityItem activity = holder.fetchActivity(1);
    expectHeldUntil(store, other);
    holder.renew(item, store.lockFor());
    holder.renew(activity, store.lockFor());
    expectHeldUntil(store, other);
    store.moveTime(store.tick());
    other.complete(other.fetchActivity(1));
    OrchestrationItem next = other.fetchOne(instance);
    Expect.equal("A message was lost.", 2, next.messages().size());
    other.finish(next);
  }

  private static void expectHeldUntil(StoreUnderTest store, Handle other) {
    String what = "A lock did not hold against a handle with another clock.";
    other.fetchNone(what);
    other.fetchNoActivity(what);
    store.moveToJustBefore(store.lockFor());
    other.fetchNone(what);
    other.fetchNoActivity(what);
  }

  /**
   * A worker's wrong clock changes no visibility and no delay.
   *
   * <p><b>Shape:</b> a handle an hour ahead or behind against a right one, in both roles: a plain
   * message comes at once, a timer and the end of a delay at L and not before.
   */
  @Rule("CLOCK-01")
  void aWrongClockChangesNoVisibility(StoreUnderTest store) {
    for (Duration ahead : WRONG) {
      Handle wrong = store.newHandleWithClientClock(ahead);
      expectRightVisibility(store, store.first(), wrong);
      expectRightVisibility(store, wrong, store.first());
    }
  }

  private static void expectRightVisibility(StoreUnderTest store, Handle sender, Handle other) {
    String instance = "order-" + store.nextNumber();
    sender.create(instance);
    sender.timer(instance, store.lockFor());
    OrchestratorMessage plain = sender.poke(instance);
    OrchestrationItem item = other.fetchOne(instance);
    Batch.expect("Not exactly the message that is due was delivered.", item, plain);
    sender.abandon(item, AbandonOptions.after(store.lockFor()));
    store.moveToJustBefore(store.lockFor());
    other.fetchNone("A message or delay ended early for a handle with another clock.");
    store.moveTime(store.tick());
    OrchestrationItem both = other.fetchOne(instance);
    Expect.equal("A message that is due was not delivered.", 2, both.messages().size());
    other.finish(both);
  }

  /**
   * A message is visible from its very moment on.
   *
   * <p><b>Shape:</b> the clock stands a microsecond before {@code visibleAt}, then exactly there.
   */
  @Rule("CLOCK-02")
  void aMessageIsVisibleFromItsVeryMomentOn(StoreUnderTest store) {
    TimeControl clock = store.standingClock();
    Handle first = store.first();
    first.create("order");
    Instant moment = clock.now().plus(store.lockFor()).truncatedTo(ChronoUnit.MICROS);
    first.enqueue(due("order", Due.at(moment)));
    store.moveTime(Duration.between(clock.now(), moment).minus(MICROSECOND));
    first.fetchNone("A message was delivered a microsecond before it was due.");
    store.moveTime(MICROSECOND);

    OrchestrationItem item = store.second().fetchOne("order");

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
   */
  @Rule("CLOCK-02")
  void theBoundaryBelongsToTheNextHolder(StoreUnderTest store) {
    store.standingClock();
    Handle first = store.first();
    first.create("early");
    first.create("late");
    first.schedule("early", 1, 2);
    first.poke("early");
    OrchestrationItem early = first.fetchOne("early");
    first.poke("late");
    OrchestrationItem late = first.fetchOne("late");
    ActivityItem one = first.fetchActivity(1);
    ActivityItem two = first.fetchActivity(2);

    store.moveTime(store.lockFor().minus(MICROSECOND));
    store.second().fetchNone("A lock ended a microsecond early.");
    store.second().fetchNoActivity("A lock ended a microsecond early.");
    first.finish(early);
    Expect.applied(first.provider().ackActivityItem(ActivityAck.of(one.lockToken(), null)));
    store.moveTime(MICROSECOND);
    first.turn(late).reject("An ack at the lock end was applied.", LockLost.class);
    Expect.rejected("An ack at the lock end was applied.", LockLost.class, first.ack(two));
    first.renewLost("A lock was renewed at its end.", late.lockToken());
    first.renewLost("A lock was renewed at its end.", two.lockToken());
    store.second().fetchOne("late");
    store.second().fetchActivity(2);
  }

  /**
   * A delay is over at its very end.
   *
   * <p><b>Shape:</b> abandon an instance and an activity with a delay; a microsecond before its end
   * nothing comes, exactly there both.
   */
  @Rule("CLOCK-02")
  void aDelayIsOverAtItsVeryEnd(StoreUnderTest store) {
    store.standingClock();
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    first.poke("order");
    Duration delay = Duration.of(333_333, ChronoUnit.MICROS);
    first.abandon(first.fetchOne("order"), AbandonOptions.after(delay));
    first.abandon(first.fetchActivity(1), AbandonOptions.after(delay));

    store.moveTime(delay.minus(MICROSECOND));
    first.fetchNone("A delay ended a microsecond early.");
    first.fetchNoActivity("A delay ended a microsecond early.");
    store.moveTime(MICROSECOND);
    first.fetchOne("order");
    first.fetchActivity(1);
  }

  /**
   * Each item carries the store's now of its fetch.
   *
   * <p><b>Shape:</b> items of A and B, with time moved between; each lies between the store's times
   * before and after the fetch, and between what was enqueued before and after it.
   */
  @Rule("CLOCK-03")
  void eachItemCarriesTheStoresNow(StoreUnderTest store) {
    store.first().create("order");
    Instant previous = Instant.MIN;
    for (int i = 0; i < 4; i++) {
      Handle handle = i % 2 == 0 ? store.first() : store.second();
      handle.poke("order");
      OrchestrationItem item = handle.fetchOne("order");
      Instant enqueued = Delivered.visibleAt(item.messages().get(0));
      Expect.notBefore(
          "An item was fetched before its message was enqueued.", enqueued, item.fetchedAt());
      if (i > 0) {
        Expect.notBefore(
            "The store's now did not pass between two fetches.",
            previous.plus(store.lockFor()),
            item.fetchedAt());
      }
      handle.finish(item);
      previous = item.fetchedAt();
      store.moveTime(store.lockFor());
    }
  }

  /**
   * With time control, {@code fetchedAt} is the moved time.
   *
   * <p><b>Shape:</b> move time by a century; the item's moment lies between the control's times
   * before and after the fetch, for A and B.
   */
  @Rule("CLOCK-03")
  void fetchedAtIsTheMovedTime(StoreUnderTest store) {
    TimeControl clock = store.timeControl();
    store.moveTime(CENTURY);
    for (Handle handle : List.of(store.first(), store.second())) {
      expectFetchedNow(clock, handle);
    }
  }

  /**
   * A worker with a wrong clock sees the same {@code fetchedAt}.
   *
   * <p><b>Shape:</b> a handle an hour ahead or behind fetches; the item's moment lies between the
   * store's times before and after.
   */
  @Rule("CLOCK-03")
  void aWrongClockSeesTheSameNow(StoreUnderTest store) {
    for (Duration ahead : WRONG) {
      Handle wrong = store.newHandleWithClientClock(ahead);
      expectFetchedNow(store.timeControl(), wrong);
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
   */
  @Rule("CLOCK-04")
  void aClockThatStepsBackBreaksNothing(StoreUnderTest store) {
    Duration step = store.lockFor().multipliedBy(3);
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    OrchestratorMessage earlier = first.poke("order");
    OrchestrationItem held = first.fetchOne("order");
    ActivityItem activity = first.fetchActivity(1);
    store.setClockBack(step);
    OrchestratorMessage later = store.second().poke("order");
    store.second().fetchNone("A clock that stepped back gave a live lock away.");
    store.second().fetchNoActivity("A clock that stepped back gave a live lock away.");
    first.renew(held, store.lockFor());
    first.renew(activity, store.lockFor());

    store.moveTime(step);
    OrchestratorMessage third = store.second().poke("order");
    store.second().fetchNone("A live lock was given away.");
    store.moveTime(store.lockFor());
    OrchestrationItem next = store.second().fetchOne("order");
    Batch.expect("A clock that stepped back changed the order.", next, earlier, later, third);
    Expect.above("A token did not grow.", held.lockToken().epoch(), next.lockToken().epoch());
    ActivityItem again = store.second().fetchActivity(1);
    Expect.above("A token did not grow.", activity.lockToken().epoch(), again.lockToken().epoch());
    store.second().complete(again);
    store.second().finish(next);
  }

  /**
   * After a step back turns go on, with growing tokens, at most late by the step.
   *
   * <p><b>Shape:</b> several rounds: fetch, step back, ack with a message to itself and an
   * activity; both are delivered at the latest when time has caught up.
   */
  @Rule("CLOCK-04")
  void afterAStepBackTurnsGoOn(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    OrchestrationItem item = first.fetchOne("order");
    for (int round = 1; round <= 4; round++) {
      store.setClockBack(store.lockFor());
      OrchestratorMessage sent = Sample.message("order", "round " + round);
      first.turn(item).activities(round).send(sent).apply();
      store.moveTime(store.lockFor());

      OrchestrationItem next = first.fetchOne("order");

      Batch.expect("A message was lost by a step back.", next, sent);
      Expect.above("A token did not grow.", item.lockToken().epoch(), next.lockToken().epoch());
      first
          .provider()
          .ackActivityItem(ActivityAck.of(first.fetchActivity(round).lockToken(), null));
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
   */
  @Rule("CLOCK-05")
  void storedTimesComeFromTheStoresClock(StoreUnderTest store) {
    InstanceAdmin admin = store.admin();
    Handle first = store.first();
    first.start("order");
    List<Instant> fetches = new ArrayList<>();
    for (int turn = 0; turn < 4; turn++) {
      OrchestrationItem item = first.fetchOne("order");
      fetches.add(item.fetchedAt());
      store.moveTime(store.tick());
      first
          .turn(item)
          .execution(1 + turn / 2)
          .name(Sample.NAME)
          .status(turn % 2 == 0 ? ExecutionStatus.RUNNING : ExecutionStatus.COMPLETED)
          .send(Sample.message("order", "next"))
          .apply();
      store.moveTime(store.tick());
    }
    fetches.add(first.fetchOne("order").fetchedAt());

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
   */
  @Rule("CLOCK-05")
  void storedTimesDoNotRunBackwards(StoreUnderTest store) {
    InstanceAdmin admin = store.admin();
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    OrchestrationItem item = first.fetchOne("order");
    store.setClockBack(store.lockFor());
    first.turn(item).execution(2).name(Sample.NAME).status(ExecutionStatus.COMPLETED).apply();

    InstanceSummary summary = admin.instance("order").summary();
    ExecutionDetails earlier = admin.execution("order", 1);
    ExecutionDetails later = admin.execution("order", 2);
    Expect.notBefore(
        "An instance was updated before it was created.", summary.createdAt(), summary.updatedAt());
    Expect.notBefore(
        "An execution started before the one before it.", earlier.startedAt(), later.startedAt());
    Expect.notBefore(
        "An execution completed before it started.", later.startedAt(), later.completedAt());
  }

  /**
   * {@code recordedAt} is stored as given and decides nothing.
   *
   * <p><b>Shape:</b> events recorded a century ahead, in the year 1, in 9999 and in falling order;
   * they come back as given, in the order of their ids; visibility and locks are as ever.
   */
  @Rule("CLOCK-06")
  void recordedAtIsStoredAndDecidesNothing(StoreUnderTest store) {
    Handle first = store.first();
    first.start("order");
    OrchestrationItem turn = first.fetchOne("order");
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
    first.turn(turn).name(Sample.NAME).events(events).apply();
    first.poke("order");

    OrchestrationItem item = store.second().fetchOne("order");

    Expect.equal(
        "Events did not come back as they were recorded.", events, item.history().events());
    Expect.equal("Events cannot be read as they were recorded.", events, first.history("order", 1));
    first.fetchNone("An event's time ended a lock.");
    store.moveTime(store.lockFor());
    first.fetchOne("order");
  }

  /**
   * A message that is due in d is due d after the store's time of the call that stored it.
   *
   * <p><b>Shape:</b> an instance and an activity are fetched; half of L later the turn is acked
   * with a message, and the activity with a completion, that are due in L: nothing just before L
   * after the acks, both then.
   */
  @Rule("CLOCK-08")
  void aDelayCountsFromTheCallThatStoresTheMessage(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    first.poke("order");
    OrchestrationItem turn = first.fetchOne("order");
    ActivityItem activity = first.fetchActivity(1);
    OrchestratorMessage sent = due("order", Due.in(store.lockFor()));
    store.moveTime(store.lockFor().dividedBy(2));
    first.turn(turn).send(sent).apply();
    Expect.applied(first.provider().ackActivityItem(ActivityAck.of(activity.lockToken(), sent)));

    store.moveToJustBefore(store.lockFor());
    first.fetchNone("A delay did not count from the call that stored the message.");
    store.moveTime(store.tick());
    Batch.expect("A delayed message did not come in time.", first.fetchOne("order"), sent, sent);
  }

  /**
   * The delay of a message is exact on a clock that stands still.
   *
   * <p><b>Shape:</b> messages due in fractions of a second through enqueue and list enqueue; each
   * says it was visible at the store's now plus that.
   */
  @Rule("CLOCK-08")
  void aDelayIsExact(StoreUnderTest store) {
    TimeControl clock = store.standingClock();
    Handle first = store.first();
    first.create("order");
    Instant now = clock.now();
    List<Duration> delays =
        List.of(Duration.ofMillis(1_500), Duration.of(333_333, ChronoUnit.MICROS), MICROSECOND);
    for (Duration delay : delays) {
      first.enqueue(due("order", Due.in(delay)));
      first.provider().enqueueAll(List.of(due("order", Due.in(delay))));
    }
    store.moveTime(store.lockFor());

    List<Instant> expected =
        delays.stream()
            .map(delay -> now.plus(delay).truncatedTo(ChronoUnit.MICROS))
            .flatMap(time -> List.of(time, time).stream())
            .toList();
    Expect.equal(
        "Delays did not count exactly from the store's now.",
        expected,
        first.fetchOne("order").messages().stream().map(Delivered::visibleAt).toList());
  }

  /**
   * The caller's clock does not change when a message is due.
   *
   * <p><b>Shape:</b> a handle an hour ahead or behind enqueues one due in L; nothing just before L,
   * the message then.
   */
  @Rule("CLOCK-08")
  void theCallersClockDoesNotChangeADelay(StoreUnderTest store) {
    store.first().create("order");
    for (Duration ahead : WRONG) {
      Handle wrong = store.newHandleWithClientClock(ahead);
      OrchestratorMessage timer = wrong.timer("order", store.lockFor());
      store.moveToJustBefore(store.lockFor());
      store.first().fetchNone("A delay followed the clock of the caller.");
      wrong.fetchNone("A delay followed the clock of the caller.");
      store.moveTime(store.tick());
      OrchestrationItem item = store.first().fetchOne("order");
      Batch.expect("A delayed message did not come in time.", item, timer);
      store.first().finish(item);
    }
  }

  private static OrchestratorMessage due(String instanceId, Due due) {
    return OrchestratorMessage.builder(instanceId, "timer", Payload.utf8("due")).due(due).build();
  }
}
