// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.SessionClaim;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Queued;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Activities and their completions: none is lost, doubled or reordered. */
@RuleFamily("QUEUE")
final class ActivityQueueRules {

  private static final int ROUNDS = 30;

  /**
   * Activities are visible to every handle when the ack that schedules them answers.
   *
   * <p><b>Shape:</b> many times, in turns: one handle acks, the other one fetches at once.
   */
  @Rule("QUEUE-17")
  void activitiesAreVisibleWhenTheAckAnswers(StoreUnderTest store) {
    store.first().create("order");
    for (int round = 1; round <= ROUNDS; round++) {
      Handle scheduler = round % 2 == 0 ? store.first() : store.second();
      Handle worker = round % 2 == 0 ? store.second() : store.first();
      scheduler.schedule("order", round);

      ActivityItem item = worker.fetchActivity(round);

      Expect.equal("The first delivery does not count 1.", 1, item.deliveryCount());
      worker.complete(item);
      worker.finish(worker.fetchOne("order"));
    }
  }

  /**
   * Every field of a task comes as it was given.
   *
   * <p><b>Shape:</b> tasks with and without orchestration version, and with tag and session where
   * declared; B fetches and compares.
   */
  @Rule("QUEUE-17")
  void everyFieldOfATaskComesAsItWasGiven(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    List<ActivityTask> tasks = new ArrayList<>();
    tasks.add(task(1).build());
    tasks.add(task(2).orchestrationVersion("other version").build());
    if (store.declares(Feature.TAGS)) {
      tasks.add(task(3).tag("gpu").build());
    }
    if (store.declares(Feature.SESSIONS)) {
      tasks.add(task(4).sessionId("session").build());
    }
    first.poke("order");
    var turn = first.turn(first.fetchOne("order"));
    tasks.forEach(turn::activity);
    turn.apply();

    ActivityFetch all =
        ActivityFetch.of(Handle.ALL, store.lockFor()).withTagFilter(TagFilter.any());
    if (store.declares(Feature.SESSIONS)) {
      all = all.withSession(SessionClaim.of("worker", store.lockFor()));
    }
    List<ActivityItem> items = store.second().provider().fetchActivityItems(all);

    Expect.equal(
        "Tasks did not come as they were given.",
        tasks,
        items.stream().map(ActivityItem::task).toList());
    for (ActivityItem item : items) {
      Expect.equal(
          "A token is not that of its activity.",
          new LockToken.OfActivity(item.task().identity(), item.lockToken().epoch()),
          item.lockToken());
    }
  }

  /**
   * For a single consumer activities come in insertion order when they are ready at one moment: ack
   * by ack, and in list order within one.
   *
   * <p><b>Shape:</b> two acks with three activities each, whose ids are not ascending; fetched one
   * by one, and in an equal store four at a time.
   */
  @Rule("QUEUE-18")
  void activitiesComeInInsertionOrder(StoreUnderTest one, StoreUnderTest four) {
    List<String> expected = List.of("b/3", "b/1", "b/2", "a/2", "a/9", "a/1");
    scheduleSix(one.first());
    List<String> singly = new ArrayList<>();
    for (int i = 0; i < expected.size(); i++) {
      singly.add(name(one.second().fetchActivity()));
    }
    Expect.equal("Fetched one by one, activities are out of order.", expected, singly);

    scheduleSix(four.first());
    List<String> together = new ArrayList<>(names(four.second().fetchActivities(4)));
    together.addAll(names(four.second().fetchActivities(4)));
    Expect.equal("Fetched four at a time, activities are out of order.", expected, together);
  }

  private static void scheduleSix(Handle first) {
    first.create("a");
    first.create("b");
    first.schedule("b", 3, 1, 2);
    first.schedule("a", 2, 9, 1);
  }

  /**
   * Activities come in the order in which they became ready: an abandon, the end of a delay and the
   * end of a lock put them behind those that were ready before.
   *
   * <p><b>Shape:</b> of four activities one is abandoned at L, one comes back by its delay at 2 L,
   * one is scheduled at 2.5 L and the lock of one ends at 3 L; at 4 L they come in that order.
   */
  @Rule("QUEUE-18")
  void activitiesComeInTheOrderTheyBecameReady(StoreUnderTest store) {
    Handle first = store.first();
    Duration l = store.lockFor();
    first.create("order");
    first.schedule("order", 1, 2, 3);
    ActivityItem delayed = first.fetchActivity(1);
    fetchFor(first, l.multipliedBy(3));
    ActivityItem abandoned = fetchFor(first, l.multipliedBy(3));
    first.abandon(delayed, AbandonOptions.after(l.multipliedBy(2)));
    store.moveTime(l);
    first.abandon(abandoned);
    store.moveTime(l.multipliedBy(3).dividedBy(2));
    first.schedule("order", 4);
    store.moveTime(l.multipliedBy(3).dividedBy(2));

    List<String> singly = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      singly.add(name(store.second().fetchActivity()));
    }

    Expect.equal(
        "Activities did not come in the order they became ready.",
        List.of("order/3", "order/1", "order/4", "order/2"),
        singly);
  }

  /**
   * Fetching hides an activity, acking removes it, and what is held back does not hide the next.
   *
   * <p><b>Shape:</b> ten activities, one locked, one delayed by L; max 3, then 50; after the acks
   * and after L only those two are left, and after theirs nothing.
   */
  @Rule("QUEUE-19")
  void whatIsHeldBackDoesNotHideTheNext(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    first.fetchActivity(1);
    first.abandon(first.fetchActivity(2), AbandonOptions.after(store.lockFor()));

    List<ActivityItem> three = store.second().fetchActivities(3);
    List<ActivityItem> others = store.second().fetchActivities(50);

    Expect.equal(
        "A fetch with max 3 did not give the next three.",
        List.of("order/3", "order/4", "order/5"),
        names(three));
    Expect.equal(
        "A fetch with max 50 did not give all the others.",
        List.of("order/6", "order/7", "order/8", "order/9", "order/10"),
        names(others));
    first.fetchNoActivity("A fetched activity was delivered again.");
    expectOwnTokens(three, others);
    three.forEach(store.second()::complete);
    others.forEach(store.second()::complete);
    store.moveTime(store.lockFor());
    List<ActivityItem> left = first.fetchActivities(50);
    Expect.equal(
        "After L not exactly the locked and the delayed one are left.",
        Set.of("order/1", "order/2"),
        new HashSet<>(names(left)));
    left.forEach(first::complete);
    store.moveTime(store.lockFor());
    first.fetchNoActivity("An acked activity was delivered again.");
    Queued.expectActivities("An acked activity is still there.", store, 0);
  }

  private static void expectOwnTokens(List<ActivityItem> three, List<ActivityItem> others) {
    Set<LockToken> tokens = new HashSet<>();
    Set<Long> epochs = new HashSet<>();
    for (ActivityItem item : three) {
      Expect.that(
          "Two activities have one token.",
          "a new token",
          item.lockToken(),
          tokens.add(item.lockToken()));
      Expect.that(
          "Two activities have one epoch.",
          "a new epoch",
          item.lockToken(),
          epochs.add(item.lockToken().epoch()));
    }
    for (ActivityItem item : others) {
      Expect.that(
          "Two activities have one token.",
          "a new token",
          item.lockToken(),
          tokens.add(item.lockToken()));
      Expect.that(
          "Two activities have one epoch.",
          "a new epoch",
          item.lockToken(),
          epochs.add(item.lockToken().epoch()));
    }
  }

  /**
   * A completion that is addressed to another instance is refused, and changes nothing.
   *
   * <p><b>Shape:</b> completions to another existing instance and to an unknown one, in the single
   * and the list form: Rejected, unchanged; the activity can still be acked rightly.
   */
  @Rule("QUEUE-20")
  void aCompletionToAnotherInstanceIsRefused(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.create("other");
    first.schedule("order", 1);
    ActivityItem item = first.fetchActivity(1);
    Snapshot before = store.snapshot("order", "other", "unknown");

    for (String address : List.of("other", "unknown", "ORDER", "order ")) {
      ActivityAck wrong = ActivityAck.of(item.lockToken(), Sample.message(address, "result"));
      Expect.rejected(
          "A completion to " + address + " was accepted.",
          InvalidRequest.class,
          first.provider().ackActivityItem(wrong));
      Expect.rejected(
          "A completion to " + address + " was accepted in a list.",
          InvalidRequest.class,
          first.provider().ackActivityItems(List.of(wrong)).get(0));
      store.expectUnchanged("A refused completion changed something.", before);
    }

    first.fetchNone("A refused completion was enqueued.");
    OrchestratorMessage completion = first.complete(item);
    Batch.expect("The right completion did not arrive.", first.fetchOne("order"), completion);
  }

  /**
   * A completion makes its instance deliverable with nothing else needed, and comes exactly.
   *
   * <p><b>Shape:</b> ack an activity of an idle instance through A with a completion that uses
   * every field; B fetches at once and compares.
   */
  @Rule("QUEUE-21")
  void aCompletionMakesItsInstanceDeliverable(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1, 2);
    first.fetchNone("An idle instance was delivered.");
    OrchestratorMessage completion =
        OrchestratorMessage.builder("order", "any kind", Payload.of(new byte[] {0, -1, 1}))
            .start(Sample.start("order", "name", "7").start())
            .messageId("m-1")
            .discardIfUnknown(true)
            .build();

    Expect.applied(
        first
            .provider()
            .ackActivityItem(ActivityAck.of(first.fetchActivity(1).lockToken(), completion)));
    var item = store.second().fetchOne("order");

    Batch.expect("The completion did not come exactly.", item, completion);
    store.second().finish(item);
    OrchestratorMessage second = first.complete(first.fetchActivity(2));
    Batch.expect("The second completion did not come.", store.second().fetchOne("order"), second);
  }

  /**
   * An ack without a completion removes the activity and enqueues nothing.
   *
   * <p><b>Shape:</b> on an existing instance, in the single and the list form: no message, no
   * activity, also after L.
   */
  @Rule("QUEUE-22")
  void anAckWithoutACompletionEnqueuesNothing(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1, 2);
    ActivityAck one = ActivityAck.of(first.fetchActivity(1).lockToken(), null);
    ActivityAck two = ActivityAck.of(first.fetchActivity(2).lockToken(), null);

    Expect.applied(first.provider().ackActivityItem(one));
    Expect.applied(first.provider().ackActivityItems(List.of(two)).get(0));

    first.fetchNone("An ack without a completion enqueued a message.");
    Queued.expectMessages("An ack without a completion enqueued a message.", store, 0);
    Queued.expectActivities("An acked activity is still there.", store, 0);
    store.moveTime(store.lockFor());
    store.second().fetchNoActivity("An acked activity was delivered again.");
    store.second().fetchNone("An ack without a completion enqueued a message.");
  }

  private static ActivityTask.Builder task(long activityId) {
    return ActivityTask.builder(
        new ActivityIdentity("order", 1, activityId),
        "activity of its own name",
        Payload.of(new byte[] {0, (byte) activityId}),
        "orchestration of another name");
  }

  private static ActivityItem fetchFor(Handle first, Duration lockFor) {
    List<ActivityItem> items = first.provider().fetchActivityItems(ActivityFetch.of(1, lockFor));
    Expect.equal("A fetch with max 1 did not answer one activity.", 1, items.size());
    return items.get(0);
  }

  private static List<String> names(List<ActivityItem> items) {
    return items.stream().map(ActivityQueueRules::name).toList();
  }

  private static String name(ActivityItem item) {
    return item.task().instanceId() + "/" + item.task().activityId();
  }
}
