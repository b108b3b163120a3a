// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
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
import dev.holdfast.tck.rules.QueueUnderTest.Item;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Delivery counts: the provider counts deliveries honestly, the runtime decides what is poison. */
@RuleFamily("POISON")
final class PoisonRules {

  private static final int ROUNDS = 10;
  private static final int CALLERS = 8;
  private static final int DELIVERIES = 100;

  /**
   * The first delivery counts 1 and each further one counts one more, after an abandon and after
   * the lock end alike.
   *
   * <p><b>Shape:</b> on each queue deliveries through A and B end by abandon, with a delay, and by
   * the lock end in turns: 1, 2, 3, 4, 5.
   */
  @Rule("POISON-01")
  void eachDeliveryCountsOneMore(StoreUnderTest store) {
    for (QueueUnderTest queue : QueueUnderTest.values()) {
      queue.begin(store.first());
      queue.add(store.first(), 1);
      for (int expected = 1; expected <= 5; expected++) {
        Handle holder = expected % 2 == 0 ? store.first() : store.second();
        Item item = queue.fetch(holder, 1);
        queue.expectCount(expected, item);
        if (expected % 2 == 0) {
          queue.abandon(holder, item, AbandonOptions.after(store.tick()));
          store.moveTime(store.tick());
        } else {
          store.moveTime(store.lockFor());
        }
      }
      queue.finish(store.first(), queue.fetch(store.first(), 1));
    }
  }

  /**
   * The count is the deliveries since the last applied ack; new messages join it.
   *
   * <p><b>Shape:</b> two failed deliveries, a new message, a fetch: 3 with both messages; after the
   * ack and a poke: 1. With and without an instance row.
   */
  @Rule("POISON-02")
  void theCountIsSinceTheLastAppliedAck(StoreUnderTest store) {
    Handle first = store.first();
    OrchestratorMessage earlier = first.start("order");
    for (boolean named : List.of(false, true)) {
      first.abandon(first.fetchOne("order"));
      first.fetchOne("order");
      store.moveTime(store.lockFor());
      OrchestratorMessage later = first.poke("order");

      OrchestrationItem third = store.second().fetchOne("order");

      expectCount(3, third);
      Batch.expect("A new message did not join the batch.", third, earlier, later);
      first.turn(third).metadata(with -> with.name(named ? Sample.NAME : null)).apply();
      first.poke("order");
      OrchestrationItem fresh = first.fetchOne("order");
      expectCount(1, fresh);
      first.finish(fresh);
      earlier = first.poke("order");
    }
  }

  /**
   * An activity's count is its own.
   *
   * <p><b>Shape:</b> two activities of one instance; one is abandoned three times: 4 and 1; the
   * instance's own count is not touched.
   */
  @Rule("POISON-03")
  void anActivitysCountIsItsOwn(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1, 2);
    ActivityItem one = first.fetchActivity(1);
    ActivityItem two = first.fetchActivity(2);
    for (int i = 0; i < 3; i++) {
      first.abandon(one);
      one = first.fetchActivity(1);
    }
    expectCount(4, one);
    first.abandon(two, AbandonOptions.now().uncounted());
    expectCount(1, first.fetchActivity(2));
    first.poke("order");
    expectCount(1, first.fetchOne("order"));
  }

  /**
   * An uncounted abandon takes back this delivery and no other, of this work only, and never goes
   * below zero.
   *
   * <p><b>Shape:</b> on each queue deliver and let expire, deliver, let expire and abandon
   * uncounted, deliver: 2. A fresh one abandoned uncounted ten times: always 1. A refused one
   * changes nothing, neighbours keep theirs.
   */
  @Rule("POISON-04")
  void anUncountedAbandonTakesBackThisDeliveryOnly(StoreUnderTest store) {
    Handle first = store.first();
    AbandonOptions uncounted = AbandonOptions.now().uncounted();
    Duration far = store.lockFor().multipliedBy(9);
    for (QueueUnderTest queue : QueueUnderTest.values()) {
      queue.begin(first);
      queue.add(first, 1);
      queue.abandon(first, queue.fetch(first, 1), AbandonOptions.after(far));
      queue.add(first, 2);
      queue.expectCount(1, queue.fetch(first, 2));
      store.moveTime(store.lockFor());
      Item later = queue.fetch(first, 2);
      queue.expectCount(2, later);
      store.moveTime(store.lockFor());
      queue.abandon(first, later, uncounted);
      Item third = queue.fetch(first, 2);
      queue.expectCount(2, third);
      Expect.lockLost("A token was abandoned twice.", () -> queue.abandon(first, later, uncounted));
      queue.abandon(first, third, AbandonOptions.now());
      Item fourth = queue.fetch(first, 2);
      queue.expectCount(3, fourth);
      queue.finish(first, fourth);

      queue.addAgain(first, 2);
      for (int i = 0; i < 10; i++) {
        Item fresh = queue.fetch(first, 2);
        queue.expectCount(1, fresh);
        queue.abandon(first, fresh, uncounted);
      }
      queue.finish(first, queue.fetch(first, 2));
      store.moveTime(far);
      Item neighbour = queue.fetch(first, 1);
      queue.expectCount(2, neighbour);
      queue.finish(first, neighbour);
    }
  }

  /**
   * Renewals, refused calls, rejected and repeated acks, enqueues, reads and fetches that skip it
   * do not change the count of an instance.
   *
   * <p><b>Shape:</b> each of them while the instance is held or free, then one delivery: one more
   * than before.
   */
  @Rule("POISON-05")
  void nothingElseChangesTheCountOfAnInstance(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    OrchestrationItem before = first.fetchOne("order");
    OrchestrationAck acked = first.turn(before).event(1).build();
    Expect.applied(first.provider().ackOrchestrationItem(acked));
    first.poke("order");
    int count = 0;
    for (Runnable other : othersOnInstance(store, acked)) {
      OrchestrationItem item = first.fetchOne("order");
      expectCount(++count, item);
      first.renew(item, store.lockFor());
      Expect.invalid("A renewal by zero was accepted.", () -> first.renew(item, Duration.ZERO));
      first.turn(item).event(1).reject("An event was written again.", DuplicateEvent.class);
      first
          .turn(item)
          .activity(Sample.activity("other", 1))
          .reject("An activity of another instance was scheduled.", InvalidRequest.class);
      other.run();
      first.abandon(item);
      other.run();
    }
  }

  private static List<Runnable> othersOnInstance(StoreUnderTest store, OrchestrationAck acked) {
    Handle second = store.second();
    LockToken wrong = new LockToken.OfInstance("order", Long.MAX_VALUE);
    return List.of(
        () ->
            Expect.alreadyApplied(
                "A repeated ack was not recognised.",
                second.provider().ackOrchestrationItem(acked)),
        () -> second.poke("order"),
        () -> second.timer("order", store.lockFor().multipliedBy(1_000)),
        () -> second.history("order", 1),
        () -> second.provider().latestExecutionId("order"),
        () ->
            Expect.lockLost(
                "A wrong token was abandoned.",
                () -> second.provider().abandon(wrong, AbandonOptions.now().uncounted())),
        () -> second.renewLost("A wrong token was renewed.", wrong),
        () -> second.fetchNoActivity(),
        () -> {});
  }

  /**
   * Renewals, refused calls, rejected acks and the work of its instance do not change the count of
   * an activity.
   *
   * <p><b>Shape:</b> each of them while the activity is held, then an abandon and one delivery: one
   * more than before.
   */
  @Rule("POISON-05")
  void nothingElseChangesTheCountOfAnActivity(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    LockToken wrong = new LockToken.OfActivity(new ActivityIdentity("order", 1, 1), Long.MAX_VALUE);
    List<Consumer<ActivityItem>> others =
        List.of(
            item -> first.renew(item, store.lockFor()),
            item -> first.provider().renew(List.of(item.lockToken(), wrong), store.lockFor()),
            item ->
                Expect.invalid(
                    "A renewal by zero was accepted.", () -> first.renew(item, Duration.ZERO)),
            item ->
                Expect.rejected(
                    "A completion to another instance was accepted.",
                    InvalidRequest.class,
                    first
                        .provider()
                        .ackActivityItem(
                            ActivityAck.of(item.lockToken(), Sample.message("other", "x")))),
            item -> store.second().renewLost("A wrong token was renewed.", wrong),
            item ->
                Expect.lockLost(
                    "A wrong token was abandoned.",
                    () ->
                        store.second().provider().abandon(wrong, AbandonOptions.now().uncounted())),
            item -> {
              store.second().poke("order");
              store.second().turn(store.second().fetchOne("order")).apply();
            });
    int count = 0;
    for (Consumer<ActivityItem> other : others) {
      ActivityItem item = first.fetchActivity(1);
      expectCount(++count, item);
      other.accept(item);
      first.abandon(item);
    }
    expectCount(++count, first.fetchActivity(1));
  }

  /**
   * Fetches that skip a locked or delayed instance do not change its count.
   *
   * <p><b>Shape:</b> many fetches while it is locked and while it is delayed; then one delivery:
   * one more than before. The same for an activity.
   */
  @Rule("POISON-05")
  void fetchesThatSkipDoNotCount(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    first.poke("order");
    OrchestrationItem item = first.fetchOne("order");
    ActivityItem activity = first.fetchActivity(1);
    skip(store);
    first.abandon(item, AbandonOptions.after(store.lockFor()));
    first.abandon(activity, AbandonOptions.after(store.lockFor()));
    skip(store);
    store.moveTime(store.lockFor());

    expectCount(2, first.fetchOne("order"));
    expectCount(2, first.fetchActivity(1));
  }

  private static void skip(StoreUnderTest store) {
    for (int i = 0; i < 5; i++) {
      store.second().fetchNone();
      store.second().fetchNoActivity();
    }
  }

  /**
   * Fetches that lost a race leave no count behind.
   *
   * <p><b>Shape:</b> in each round many handles fetch together, as many instances and activities as
   * there are handles: every delivered item counts 1, and abandoned uncounted each counts 1 again.
   */
  @Rule("POISON-05")
  void aLostRaceLeavesNoCount(StoreUnderTest store) {
    Handle first = store.first();
    List<Handle> handles = store.newHandles(CALLERS);
    first.create("order-0");
    first.schedule("order-0", 1, 2, 3, 4, 5, 6, 7, 8);
    for (int i = 1; i < CALLERS; i++) {
      first.create("order-" + i);
    }
    for (int i = 0; i < CALLERS; i++) {
      first.poke("order-" + i);
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
        first.abandon(item, AbandonOptions.now().uncounted());
      }
      for (ActivityItem item : activities) {
        expectCount(1, item);
        first.abandon(item, AbandonOptions.now().uncounted());
      }
    }
  }

  /**
   * Counts survive reopening the store.
   *
   * <p><b>Shape:</b> two deliveries of an instance and of an activity, close all handles, reopen,
   * past L: 3 each.
   */
  @Rule("POISON-06")
  void countsSurviveReopening(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    first.poke("order");
    first.abandon(first.fetchOne("order"));
    first.abandon(first.fetchActivity(1));
    expectCount(2, first.fetchOne("order"));
    expectCount(2, first.fetchActivity(1));

    Handle reopened = store.reopen();
    store.moveTime(store.lockFor());

    expectCount(3, reopened.fetchOne("order"));
    expectCount(3, reopened.fetchActivity(1));
  }

  /**
   * Counts survive the death of the holder.
   *
   * <p><b>Shape:</b> one delivery here, one in a child JVM that is killed; after the lock end: 3.
   */
  @Rule("POISON-06")
  void countsSurviveTheDeathOfTheHolder(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    first.poke("order");
    first.abandon(first.fetchOne("order"));
    first.abandon(first.fetchActivity(1));
    try (ChildJvm child =
        ChildJvm.start(store.crashTarget(), Task.HOLD, String.valueOf(store.lockFor().toNanos()))) {
      child.line("instance");
      child.line("activity");
      child.line("held");
      child.kill();
    }
    store.catchUpWithOtherJvms();
    store.moveTime(store.lockFor());

    expectCount(3, store.first().fetchOne("order"));
    expectCount(3, store.first().fetchActivity(1));
  }

  /**
   * The provider never drops, holds back or alters work because of its count.
   *
   * <p><b>Shape:</b> a hundred deliveries of an instance and of an activity; the last equals the
   * first in everything but token, count and moment.
   */
  @Rule("POISON-07")
  void theCountChangesNothing(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    first.poke("order");
    first.enqueue(Sample.start("order", "name", "7"));
    OrchestrationItem earlier = first.fetchOne("order");
    ActivityItem firstActivity = first.fetchActivity(1);
    OrchestrationItem last = earlier;
    ActivityItem lastActivity = firstActivity;
    for (int delivery = 2; delivery <= DELIVERIES; delivery++) {
      first.abandon(last);
      first.abandon(lastActivity);
      last = store.second().fetchOne("order");
      lastActivity = store.second().fetchActivity(1);
    }

    expectCount(DELIVERIES, last);
    expectCount(DELIVERIES, lastActivity);
    Expect.equal("Many deliveries changed the batch.", earlier.messages(), last.messages());
    Expect.equal("Many deliveries changed the history.", earlier.history(), last.history());
    Expect.equal("Many deliveries changed the name.", earlier.name(), last.name());
    Expect.equal("Many deliveries changed the version.", earlier.version(), last.version());
    Expect.equal("Many deliveries changed the execution.", 1L, last.executionId());
    Expect.equal("Many deliveries changed the task.", firstActivity.task(), lastActivity.task());
    store.second().complete(lastActivity);
    store.second().finish(last);
  }

  /**
   * A re-created instance starts at 1.
   *
   * <p><b>Shape:</b> three deliveries, force-delete, start, fetch: 1. The same for an activity.
   */
  @Rule("POISON-08")
  void aRecreatedInstanceStartsAtOne(StoreUnderTest store) {
    Handle first = store.first();
    InstanceDeletion deletion =
        first
            .provider()
            .capability(InstanceDeletion.class)
            .orElseThrow(() -> new NotMeasured(FixturePart.FEATURE, "INSTANCE_DELETION"));
    first.create("order");
    first.schedule("order", 1);
    first.poke("order");
    for (int delivery = 1; delivery < 3; delivery++) {
      first.abandon(first.fetchOne("order"));
      first.abandon(first.fetchActivity(1));
    }
    expectCount(3, first.fetchOne("order"));
    expectCount(3, first.fetchActivity(1));
    deletion.delete(List.of("order"), true);

    first.start("order");
    OrchestrationItem item = store.second().fetchOne("order");
    expectCount(1, item);
    first.turn(item).name(Sample.NAME).activities(1).apply();
    expectCount(1, store.second().fetchActivity(1));
  }

  private static void expectCount(int expected, OrchestrationItem item) {
    Expect.equal("The delivery count of an instance is wrong.", expected, item.deliveryCount());
  }

  private static void expectCount(int expected, ActivityItem item) {
    Expect.equal("The delivery count of an activity is wrong.", expected, item.deliveryCount());
  }
}
