// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.List;

/** What a turn ahead claims, and who gets its turn while others go ahead. */
@RuleFamily("AHEAD")
final class AheadClaimRules {

  private static final int MANY = 10;
  private static final int TURNS = 1_000;
  private static final int OTHERS = 10;
  private static final int ACTIVITIES = 4;

  /**
   * A whole orchestration goes ahead: each call brings the next activity, locked.
   *
   * <p><b>Shape:</b> a start and the completions of activities, each with a turn that schedules and
   * claims the next one, until it ends: nobody else is delivered anything in between; each activity
   * has delivery count 1 and is acked with its token.
   */
  @Rule("AHEAD-08")
  void eachCallBringsTheNextActivity(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    Foreseen one = Foreseen.start(store, "order");
    ActivityItem activity =
        only(
            one.call(
                    one.ahead(
                        one.turn().activities(1).eager(Claims.activities(1, store.lockFor()))))
                .applied());
    long last = 2;
    for (int n = 2; n <= ACTIVITIES; n++) {
      expectAlone(store);
      activity = only(complete(store.first(), one, activity, last, n, store.lockFor()).applied());
      Expect.equal("Another activity was claimed.", (long) n, activity.task().activityId());
      Expect.equal("The delivery was not counted once.", 1, activity.deliveryCount());
      last++;
    }
    expectAlone(store);
    AheadAnswer end =
        AheadAnswer.of(
            store
                .first()
                .provider()
                .ackActivityItem(
                    new ActivityAck(
                        activity.lockToken(),
                        Sample.completion(activity),
                        one.claim(
                            Foreseen.ahead(
                                1,
                                last,
                                one.bare()
                                    .event(last + 1)
                                    .status(ExecutionStatus.COMPLETED)
                                    .output("done"))))));
    Expect.none("A turn without activities claimed some.", end.applied());
    expectAlone(store);
    Expect.equal(
        "The history is not that of all turns.",
        Sample.events(1, last + 1),
        store.second().history("order", 1));
  }

  private static void expectAlone(StoreUnderTest store) {
    store.second().fetchNone("An instance that goes ahead was delivered to another handle.");
    store.second().fetchNoActivity("A claimed activity was delivered to another handle.");
  }

  private static ActivityItem only(List<ActivityItem> items) {
    if (items.size() != 1) {
      throw Expect.violation("A turn ahead did not claim its activity.", "1 item", items);
    }
    return items.get(0);
  }

  /** Completes an activity with a turn of one event that schedules and claims another one. */
  private static AheadAnswer complete(
      Handle handle, Foreseen one, ActivityItem activity, long last, long next, Duration lockFor) {
    return AheadAnswer.of(
        handle
            .provider()
            .ackActivityItem(
                new ActivityAck(
                    activity.lockToken(),
                    Sample.completion(activity),
                    one.claim(
                        Foreseen.ahead(
                            1,
                            last,
                            one.bare()
                                .event(last + 1)
                                .activities(next)
                                .eager(Claims.activities(1, lockFor)))))));
  }

  /**
   * The claim of a turn ahead gets what the claim of an ack gets.
   *
   * <p><b>Shape:</b> an older activity waits; a turn schedules 13, 11, 14, 12, cancels 14 and
   * claims two: 13 and 11; a fetch gets the older one and 12, counted once. A claim for no tag gets
   * nothing, and a turn without a claim neither.
   */
  @Rule("AHEAD-08")
  void itsClaimIsThatOfAnAck(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    store.first().create("foreign");
    for (Foreseen one : Foreseen.both(store)) {
      store.first().schedule("foreign", 1);
      store.moveTime(store.tick());
      List<ActivityItem> claimed =
          one.call(
                  one.ahead(
                      one.turn()
                          .activities(13, 11, 14, 12)
                          .cancel(new ActivityIdentity(one.id(), 1, 14))
                          .eager(Claims.activities(2, store.lockFor()))))
              .applied();
      Expect.equal(
          "A turn ahead claimed other activities, or in another order.",
          List.of(13L, 11L),
          Claims.numbers(claimed));
      expectFetched(store, 1, 12);
      claimed.forEach(store.first()::complete);
      store.first().finish(store.first().fetchOne(one.id()));
    }
    for (EagerActivities none :
        new EagerActivities[] {
          null, new EagerActivities(MANY, store.lockFor(), TagFilter.none(), null)
        }) {
      Foreseen one = Foreseen.start(store, "unclaimed" + store.nextNumber());
      Expect.none(
          "A turn ahead claimed what it did not ask for.",
          one.call(one.ahead(one.turn().activities(21).eager(none))).applied());
      expectFetched(store, 21);
    }
  }

  private static void expectFetched(StoreUnderTest store, long... numbers) {
    for (long number : numbers) {
      ActivityItem item = store.second().fetchActivity(number);
      Expect.equal("An activity was counted that was not claimed.", 1, item.deliveryCount());
      Expect.applied(
          store.second().provider().ackActivityItem(ActivityAck.of(item.lockToken(), null)));
    }
    store.second().fetchNoActivity("A claimed or cancelled activity was delivered.");
  }

  /**
   * What a turn ahead claims is locked for what its content asks.
   *
   * <p><b>Shape:</b> the claim of the instance is for L, that of the activities for 3 L; just
   * before 3 L B fetches nothing, then the activity with delivery count 2; the first holder is
   * lost.
   */
  @Rule("AHEAD-08")
  void itsLocksLastForWhatItsContentAsks(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    Duration lockFor = store.lockFor().multipliedBy(3);
    for (Foreseen one : Foreseen.both(store)) {
      ActivityItem claimed =
          only(
              one.call(one.ahead(one.turn().activities(31).eager(Claims.activities(1, lockFor))))
                  .applied());
      store.moveToJustBefore(lockFor);
      store.second().fetchNoActivity("A claimed lock ended before the time that was asked for.");
      store.moveTime(store.tick());
      ActivityItem again = store.second().fetchActivity(31);
      Expect.equal("A claimed delivery was not counted.", 2, again.deliveryCount());
      store.first().renewLost("An expired claim was accepted.", claimed.lockToken());
      Expect.applied(
          store.second().provider().ackActivityItem(ActivityAck.of(again.lockToken(), null)));
    }
  }

  /**
   * An instance that goes ahead again and again leaves the others their place in the line.
   *
   * <p><b>Shape:</b> instances and activities became ready one after another; then A lets one
   * instance go ahead a thousand times, with an activity each, while B fetches one piece of work
   * now and then: B gets the others in the order in which they became ready, each with delivery
   * count 1, and nothing of the busy one.
   */
  @Rule("AHEAD-12")
  void othersKeepTheirPlaceInTheLine(StoreUnderTest store) {
    Foreseen.requireDeclared(store);
    Handle first = store.first();
    first.create("working");
    Foreseen busy = Foreseen.completion(store, "busy");
    first.poke("working");
    long[] numbers = new long[OTHERS];
    for (int n = 1; n <= OTHERS; n++) {
      numbers[n - 1] = n;
    }
    first.turn(first.fetchOne("working")).activities(numbers).apply();
    for (int n = 1; n <= OTHERS; n++) {
      first.start("other" + n);
      store.moveTime(store.tick());
    }
    ActivityItem activity = busy.activity();
    long last = busy.last();
    int delivered = 0;
    int turns = store.rounds(TURNS);
    for (int turn = 1; turn <= turns; turn++) {
      activity =
          only(
              complete(first, busy, activity, last, last + MANY, store.lockFor().multipliedBy(2))
                  .applied());
      last++;
      if (turn % (turns / OTHERS) == 0) {
        delivered++;
        expectNext(store.second(), delivered);
      }
    }
    store.second().fetchNone("The busy instance was left ready.");
    store.second().fetchNoActivity("An activity of the busy instance was left ready.");
  }

  private static void expectNext(Handle handle, int number) {
    String id = "other" + number;
    OrchestrationItem item = handle.fetchOne(id);
    Expect.equal("A turn ahead counted a delivery of another instance.", 1, item.deliveryCount());
    handle.turn(item).name(Sample.NAME).apply();
    ActivityItem activity = handle.fetchActivity(number);
    Expect.equal("Another instance's activity came.", "working", activity.task().instanceId());
    Expect.equal(
        "A turn ahead counted a delivery of another activity.", 1, activity.deliveryCount());
    Expect.applied(handle.provider().ackActivityItem(ActivityAck.of(activity.lockToken(), null)));
  }
}
