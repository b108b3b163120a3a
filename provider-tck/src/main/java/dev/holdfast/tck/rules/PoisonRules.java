// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.DuplicateEvent;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.admin.InstanceDeletion;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Attempt counts: the provider counts deliveries honestly, the runtime decides what is poison. */
@RuleFamily("POISON")
final class PoisonRules {

  private static final int ROUNDS = 10;
  private static final int CALLERS = 8;
  private static final int DELIVERIES = 100;

  /**
   * The first delivery counts 1 and each further one counts one more, after an abandon and after
   * the lock end alike.
   *
   * <p><b>Shape:</b> deliveries of an instance through A and B end by abandon and by the lock end
   * in turns: 1, 2, 3, 4, 5.
   *
   * <p><b>If this fails, check:</b> does every acquisition count, also that of an expired lock?
   * does abandon set the count back?
   */
  @Rule("POISON-01")
  void eachDeliveryCountsOneMore(StoreUnderTest s) {
    s.a().start("order");
    for (int expected = 1; expected <= 5; expected++) {
      Handle holder = expected % 2 == 0 ? s.a() : s.b();
      OrchestrationItem item = holder.fetchOne("order");
      expectCount(expected, item);
      if (expected % 2 == 0) {
        holder.abandon(item);
      } else {
        s.moveTime(s.lockFor());
      }
    }
  }

  /**
   * The same holds for activities.
   *
   * <p><b>Shape:</b> as for instances, on the worker queue.
   *
   * <p><b>If this fails, check:</b> does every acquisition count, also that of an expired lock?
   */
  @Rule("POISON-01")
  void eachDeliveryOfAnActivityCountsOneMore(StoreUnderTest s) {
    s.a().create("order");
    s.a().schedule("order", 1);
    for (int expected = 1; expected <= 5; expected++) {
      Handle holder = expected % 2 == 0 ? s.a() : s.b();
      ActivityItem item = holder.fetchActivity(1);
      expectCount(expected, item);
      if (expected % 2 == 0) {
        holder.abandon(item, Abandonment.after(s.tick()));
        s.moveTime(s.tick());
      } else {
        s.moveTime(s.lockFor());
      }
    }
  }

  /**
   * The count is the deliveries since the last applied ack; new messages join it.
   *
   * <p><b>Shape:</b> two failed deliveries, a new message, a fetch: 3 with both messages; after the
   * ack and a poke: 1. With and without an instance row.
   *
   * <p><b>If this fails, check:</b> is the count kept with the message instead of the instance?
   * does the ack set it back?
   */
  @Rule("POISON-02")
  void theCountIsSinceTheLastAppliedAck(StoreUnderTest s) {
    Handle a = s.a();
    OrchestratorMessage first = a.start("order");
    for (boolean named : List.of(false, true)) {
      a.abandon(a.fetchOne("order"));
      a.fetchOne("order");
      s.moveTime(s.lockFor());
      OrchestratorMessage second = a.poke("order");

      OrchestrationItem third = s.b().fetchOne("order");

      expectCount(3, third);
      Batch.expect("A new message did not join the batch.", third, first, second);
      a.turn(third).metadata(with -> with.name(named ? Sample.NAME : null)).apply();
      a.poke("order");
      OrchestrationItem fresh = a.fetchOne("order");
      expectCount(1, fresh);
      a.finish(fresh);
      first = a.poke("order");
    }
  }

  /**
   * An activity's count is its own.
   *
   * <p><b>Shape:</b> two activities of one instance; one is abandoned three times: 4 and 1; the
   * instance's own count is not touched.
   *
   * <p><b>If this fails, check:</b> is the count kept per instance?
   */
  @Rule("POISON-03")
  void anActivitysCountIsItsOwn(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1, 2);
    ActivityItem one = a.fetchActivity(1);
    ActivityItem two = a.fetchActivity(2);
    for (int i = 0; i < 3; i++) {
      a.abandon(one);
      one = a.fetchActivity(1);
    }
    expectCount(4, one);
    a.abandon(two, Abandonment.now().uncounted());
    expectCount(1, a.fetchActivity(2));
    a.poke("order");
    expectCount(1, a.fetchOne("order"));
  }

  /**
   * An uncounted abandon takes back this delivery and no other, of this instance only, and never
   * goes below zero.
   *
   * <p><b>Shape:</b> deliver and let expire, deliver, abandon uncounted, deliver: 2. A fresh one
   * abandoned uncounted ten times: always 1. A refused one changes nothing, neighbours keep theirs.
   *
   * <p><b>If this fails, check:</b> is the count set to zero instead of one less? is it taken from
   * all instances of a batch?
   */
  @Rule("POISON-04")
  void anUncountedAbandonTakesBackThisDeliveryOnly(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.create("neighbour");
    a.poke("neighbour");
    a.abandon(a.fetchOne("neighbour"), Abandonment.after(s.lockFor().multipliedBy(3)));
    a.poke("order");
    expectCount(1, a.fetchOne("order"));
    s.moveTime(s.lockFor());
    OrchestrationItem second = a.fetchOne("order");
    expectCount(2, second);
    a.abandon(second, Abandonment.now().uncounted());
    OrchestrationItem third = a.fetchOne("order");
    expectCount(2, third);
    Expect.lockLost(
        "A token was abandoned twice.", () -> a.abandon(second, Abandonment.now().uncounted()));
    a.abandon(third);
    OrchestrationItem fourth = a.fetchOne("order");
    expectCount(3, fourth);
    a.finish(fourth);

    a.poke("order");
    for (int i = 0; i < 10; i++) {
      OrchestrationItem fresh = a.fetchOne("order");
      expectCount(1, fresh);
      a.abandon(fresh, Abandonment.now().uncounted());
    }
    a.finish(a.fetchOne("order"));
    s.moveTime(s.lockFor().multipliedBy(2));
    expectCount(2, a.fetchOne("neighbour"));
  }

  /**
   * The same holds for activities.
   *
   * <p><b>Shape:</b> as for instances, on the worker queue; the uncounted abandon also with a token
   * whose lock has ended.
   *
   * <p><b>If this fails, check:</b> does the abandon of an expired activity still take its delivery
   * back?
   */
  @Rule("POISON-04")
  void anUncountedAbandonOfAnActivityTakesBackThisDeliveryOnly(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1, 2);
    expectCount(1, a.fetchActivity(1));
    a.abandon(a.fetchActivity(2), Abandonment.after(s.lockFor().multipliedBy(9)));
    s.moveTime(s.lockFor());
    ActivityItem second = a.fetchActivity(1);
    expectCount(2, second);
    s.moveTime(s.lockFor());
    a.abandon(second, Abandonment.now().uncounted());
    ActivityItem third = a.fetchActivity(1);
    expectCount(2, third);
    Expect.lockLost(
        "A token was abandoned twice.", () -> a.abandon(second, Abandonment.now().uncounted()));
    a.complete(third);

    a.turn(a.fetchOne("order")).activities(3).apply();
    for (int i = 0; i < 10; i++) {
      ActivityItem fresh = a.fetchActivity(3);
      expectCount(1, fresh);
      a.abandon(fresh, Abandonment.now().uncounted());
    }
    a.complete(a.fetchActivity(3));
    s.moveTime(s.lockFor().multipliedBy(9));
    expectCount(2, a.fetchActivity(2));
  }

  /**
   * Renewals, refused calls, rejected and repeated acks, enqueues, reads and fetches that skip it
   * do not change the count of an instance.
   *
   * <p><b>Shape:</b> each of them while the instance is held or free, then one delivery: one more
   * than before.
   *
   * <p><b>If this fails, check:</b> does anything but the acquisition of the lock write the count?
   * is it rolled back with a rejected ack?
   */
  @Rule("POISON-05")
  void nothingElseChangesTheCountOfAnInstance(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.poke("order");
    OrchestrationItem before = a.fetchOne("order");
    OrchestrationAck acked = a.turn(before).event(1).build();
    Expect.applied(a.provider().ackOrchestrationItem(acked));
    a.poke("order");
    int count = 0;
    for (Runnable other : othersOnInstance(s, acked)) {
      OrchestrationItem item = a.fetchOne("order");
      expectCount(++count, item);
      a.renew(item, s.lockFor());
      Expect.invalid("A renewal by zero was accepted.", () -> a.renew(item, Duration.ZERO));
      a.turn(item).event(1).reject("An event was written again.", DuplicateEvent.class);
      a.turn(item)
          .activity(Sample.activity("other", 1))
          .reject("An activity of another instance was scheduled.", InvalidRequest.class);
      other.run();
      a.abandon(item);
      other.run();
    }
  }

  private static List<Runnable> othersOnInstance(StoreUnderTest s, OrchestrationAck acked) {
    Handle b = s.b();
    LockToken wrong = new LockToken.OfInstance("order", Long.MAX_VALUE);
    return List.of(
        () ->
            Expect.alreadyApplied(
                "A repeated ack was not recognised.", b.provider().ackOrchestrationItem(acked)),
        () -> b.poke("order"),
        () -> b.timer("order", s.lockFor().multipliedBy(1_000)),
        () -> b.history("order", 1),
        () -> b.provider().latestExecutionId("order"),
        () ->
            Expect.lockLost(
                "A wrong token was abandoned.",
                () -> b.provider().abandonOrchestrationItem(wrong, Abandonment.now().uncounted())),
        () ->
            Expect.lockLost(
                "A wrong token was renewed.",
                () -> b.provider().renewOrchestrationItem(wrong, s.lockFor())),
        () -> b.fetchNoActivity(),
        () -> {});
  }

  /**
   * Renewals, refused calls, rejected acks and the work of its instance do not change the count of
   * an activity.
   *
   * <p><b>Shape:</b> each of them while the activity is held, then an abandon and one delivery: one
   * more than before.
   *
   * <p><b>If this fails, check:</b> does anything but the acquisition of the lock write the count?
   */
  @Rule("POISON-05")
  void nothingElseChangesTheCountOfAnActivity(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    LockToken wrong = new LockToken.OfActivity(new ActivityIdentity("order", 1, 1), Long.MAX_VALUE);
    List<Consumer<ActivityItem>> others =
        List.of(
            item -> a.renew(item, s.lockFor()),
            item -> a.provider().renewActivityItems(List.of(item.lockToken()), s.lockFor()),
            item ->
                Expect.invalid(
                    "A renewal by zero was accepted.", () -> a.renew(item, Duration.ZERO)),
            item ->
                Expect.rejected(
                    "A completion to another instance was accepted.",
                    InvalidRequest.class,
                    a.provider()
                        .ackActivityItem(
                            ActivityAck.of(item.lockToken(), Sample.message("other", "x")))),
            item ->
                Expect.lockLost(
                    "A wrong token was renewed.",
                    () -> s.b().provider().renewActivityItem(wrong, s.lockFor())),
            item ->
                Expect.lockLost(
                    "A wrong token was abandoned.",
                    () ->
                        s.b().provider().abandonActivityItem(wrong, Abandonment.now().uncounted())),
            item -> {
              s.b().poke("order");
              s.b().turn(s.b().fetchOne("order")).apply();
            });
    int count = 0;
    for (Consumer<ActivityItem> other : others) {
      ActivityItem item = a.fetchActivity(1);
      expectCount(++count, item);
      other.accept(item);
      a.abandon(item);
    }
    expectCount(++count, a.fetchActivity(1));
  }

  /**
   * Fetches that skip a locked or delayed instance do not change its count.
   *
   * <p><b>Shape:</b> many fetches while it is locked and while it is delayed; then one delivery:
   * one more than before. The same for an activity.
   *
   * <p><b>If this fails, check:</b> does fetch count before it knows that it has the lock?
   */
  @Rule("POISON-05")
  void fetchesThatSkipDoNotCount(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    a.poke("order");
    OrchestrationItem item = a.fetchOne("order");
    ActivityItem activity = a.fetchActivity(1);
    skip(s);
    a.abandon(item, Abandonment.after(s.lockFor()));
    a.abandon(activity, Abandonment.after(s.lockFor()));
    skip(s);
    s.moveTime(s.lockFor());

    expectCount(2, a.fetchOne("order"));
    expectCount(2, a.fetchActivity(1));
  }

  private static void skip(StoreUnderTest s) {
    for (int i = 0; i < 5; i++) {
      s.b().fetchNone();
      s.b().fetchNoActivity();
    }
  }

  /**
   * Fetches that lost a race leave no count behind.
   *
   * <p><b>Shape:</b> in each round many handles fetch together, as many instances and activities as
   * there are handles: every delivered item counts 1, and abandoned uncounted each counts 1 again.
   *
   * <p><b>If this fails, check:</b> is an item that was locked and then given back undone
   * completely?
   */
  @Rule("POISON-05")
  void aLostRaceLeavesNoCount(StoreUnderTest s) {
    Handle a = s.a();
    List<Handle> handles = s.newHandles(CALLERS);
    a.create("order-0");
    a.schedule("order-0", 1, 2, 3, 4, 5, 6, 7, 8);
    for (int i = 1; i < CALLERS; i++) {
      a.create("order-" + i);
    }
    for (int i = 0; i < CALLERS; i++) {
      a.poke("order-" + i);
    }
    for (int round = 0; round < ROUNDS; round++) {
      List<OrchestrationItem> items = new ArrayList<>();
      List<ActivityItem> activities = new ArrayList<>();
      Together.times(CALLERS, i -> handles.get(i).fetch(1 + i % 2)).forEach(items::addAll);
      Together.times(CALLERS, i -> handles.get(i).fetchActivities(1 + i % 2))
          .forEach(activities::addAll);
      Expect.equal("Not every instance was delivered.", CALLERS, items.size());
      Expect.equal("Not every activity was delivered.", CALLERS, activities.size());
      for (OrchestrationItem item : items) {
        expectCount(1, item);
        a.abandon(item, Abandonment.now().uncounted());
      }
      for (ActivityItem item : activities) {
        expectCount(1, item);
        a.abandon(item, Abandonment.now().uncounted());
      }
    }
  }

  /**
   * Counts survive reopening the store.
   *
   * <p><b>Shape:</b> two deliveries of an instance and of an activity, close all handles, reopen,
   * past L: 3 each.
   *
   * <p><b>If this fails, check:</b> is the count kept in memory?
   */
  @Rule("POISON-06")
  void countsSurviveReopening(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    a.poke("order");
    a.abandon(a.fetchOne("order"));
    a.abandon(a.fetchActivity(1));
    expectCount(2, a.fetchOne("order"));
    expectCount(2, a.fetchActivity(1));

    Handle reopened = s.reopen();
    s.moveTime(s.lockFor());

    expectCount(3, reopened.fetchOne("order"));
    expectCount(3, reopened.fetchActivity(1));
  }

  /**
   * Counts survive the death of the holder.
   *
   * <p><b>Shape:</b> one delivery here, one in a child JVM that is killed; after the lock end: 3.
   *
   * <p><b>If this fails, check:</b> is the attempt counted in the transaction of the fetch, or
   * written by the holder later?
   */
  @Rule("POISON-06")
  void countsSurviveTheDeathOfTheHolder(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    a.poke("order");
    a.abandon(a.fetchOne("order"));
    a.abandon(a.fetchActivity(1));
    try (ChildJvm child =
        ChildJvm.start(s.crashTarget(), Task.HOLD, String.valueOf(s.lockFor().toNanos()))) {
      child.line("instance");
      child.line("activity");
      child.line("held");
      child.kill();
    }
    s.catchUpWithOtherJvms();
    s.moveTime(s.lockFor());

    expectCount(3, s.a().fetchOne("order"));
    expectCount(3, s.a().fetchActivity(1));
  }

  /**
   * The provider never drops, holds back or alters work because of its count.
   *
   * <p><b>Shape:</b> a hundred deliveries of an instance and of an activity; the last equals the
   * first in everything but token, count and moment.
   *
   * <p><b>If this fails, check:</b> is there a limit of attempts in the provider? does its own
   * back-off delay work that failed often?
   */
  @Rule("POISON-07")
  void theCountChangesNothing(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    a.poke("order");
    a.enqueue(Sample.start("order", "name", "7"));
    OrchestrationItem first = a.fetchOne("order");
    ActivityItem firstActivity = a.fetchActivity(1);
    OrchestrationItem last = first;
    ActivityItem lastActivity = firstActivity;
    for (int delivery = 2; delivery <= DELIVERIES; delivery++) {
      a.abandon(last);
      a.abandon(lastActivity);
      last = s.b().fetchOne("order");
      lastActivity = s.b().fetchActivity(1);
    }

    expectCount(DELIVERIES, last);
    expectCount(DELIVERIES, lastActivity);
    Expect.equal("Many deliveries changed the batch.", first.messages(), last.messages());
    Expect.equal("Many deliveries changed the history.", first.history(), last.history());
    Expect.equal("Many deliveries changed the name.", first.name(), last.name());
    Expect.equal("Many deliveries changed the version.", first.version(), last.version());
    Expect.equal("Many deliveries changed the execution.", 1L, last.executionId());
    Expect.equal("Many deliveries changed the task.", firstActivity.task(), lastActivity.task());
    s.b().complete(lastActivity);
    s.b().finish(last);
  }

  /**
   * A re-created instance starts at 1.
   *
   * <p><b>Shape:</b> three deliveries, force-delete, start, fetch: 1. The same for an activity.
   *
   * <p><b>If this fails, check:</b> does a lock row outlive the delete, with its count?
   */
  @Rule("POISON-08")
  void aRecreatedInstanceStartsAtOne(StoreUnderTest s) {
    Handle a = s.a();
    InstanceDeletion deletion =
        a.provider()
            .capability(InstanceDeletion.class)
            .orElseThrow(() -> new NotMeasured(FixturePart.FEATURE, "INSTANCE_DELETION"));
    a.create("order");
    a.schedule("order", 1);
    a.poke("order");
    for (int delivery = 1; delivery < 3; delivery++) {
      a.abandon(a.fetchOne("order"));
      a.abandon(a.fetchActivity(1));
    }
    expectCount(3, a.fetchOne("order"));
    expectCount(3, a.fetchActivity(1));
    deletion.delete(List.of("order"), true);

    a.start("order");
    OrchestrationItem item = s.b().fetchOne("order");
    expectCount(1, item);
    a.turn(item).name(Sample.NAME).activities(1).apply();
    expectCount(1, s.b().fetchActivity(1));
  }

  private static void expectCount(int expected, OrchestrationItem item) {
    Expect.equal("The attempt count of an instance is wrong.", expected, item.attemptCount());
  }

  private static void expectCount(int expected, ActivityItem item) {
    Expect.equal("The attempt count of an activity is wrong.", expected, item.attemptCount());
  }
}
