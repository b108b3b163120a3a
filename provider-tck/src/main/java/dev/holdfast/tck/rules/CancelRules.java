// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.DuplicateEvent;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Delivered;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Queued;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Taking activities away: cancelling is deleting the row in the ack's transaction. */
@RuleFamily("CANCEL")
final class CancelRules {

  private static final int ROUNDS = 60;
  private static final int MANY = 400;

  /**
   * Activities are delivered, renewed and acked whatever became of their instance.
   *
   * <p><b>Shape:</b> for each status: an instance with that status and an activity; the activity is
   * fetched, renewed and acked, and the completion is delivered.
   */
  @Rule("CANCEL-01")
  void activitiesLiveWhateverBecameOfTheirInstance(StoreUnderTest store) {
    Handle earlier = store.first();
    for (ExecutionStatus status : ExecutionStatus.values()) {
      String instance = "order-" + status;
      earlier.create(instance);
      earlier.schedule(instance, 1);
      earlier.poke(instance);
      earlier
          .turn(earlier.fetchOne(instance))
          .name(Sample.NAME)
          .status(status)
          .output("output")
          .apply();

      expectAlive(store, instance);
    }
  }

  /**
   * Activities are delivered, renewed and acked also when the instance has no row.
   *
   * <p><b>Shape:</b> ack a start with empty metadata and an activity; the activity is fetched,
   * renewed and acked, and the completion is delivered.
   */
  @Rule("CANCEL-01")
  void activitiesLiveWithoutAnInstanceRow(StoreUnderTest store) {
    Handle earlier = store.first();
    earlier.start("order");
    earlier.turn(earlier.fetchOne("order")).activities(1).apply();

    expectAlive(store, "order");
  }

  private static void expectAlive(StoreUnderTest store, String instance) {
    ActivityItem item = store.second().fetchActivity(1);
    Expect.equal("Another activity was delivered.", instance, item.task().instanceId());
    store.second().renew(item, store.lockFor());
    OrchestratorMessage completion = store.second().complete(item);
    OrchestrationItem next = store.first().fetchOne(instance);
    Batch.expect("The completion was not delivered.", next, completion);
    store.first().finish(next);
  }

  /**
   * An ack removes exactly the activities it cancels; cancelling what is not there is no error.
   *
   * <p><b>Shape:</b> four activities, one finished; cancel two of the others, twice each, together
   * with the finished one and hundreds of unknown identities; the remaining one is delivered and
   * nothing else ever.
   */
  @Rule("CANCEL-02")
  void anAckRemovesExactlyWhatItCancels(StoreUnderTest store) {
    Handle earlier = store.first();
    earlier.create("order");
    earlier.schedule("order", 1, 2, 3, 4);
    earlier.complete(earlier.fetchActivity(1));
    List<ActivityIdentity> cancelled = new ArrayList<>(List.of(id(1), id(2), id(2)));
    for (long unknown = 5; unknown < MANY; unknown++) {
      cancelled.add(id(unknown));
      cancelled.add(new ActivityIdentity("order", unknown, 3));
    }
    cancelled.addAll(List.of(id(Long.MAX_VALUE), id(4), id(4), id(2)));
    earlier
        .turn(earlier.fetchOne("order"))
        .cancel(cancelled.toArray(ActivityIdentity[]::new))
        .apply();

    ActivityItem left = store.second().fetchActivity(3);
    Expect.equal("The remaining activity has changed.", Sample.activity("order", 3), left.task());
    store.second().fetchNoActivity("A cancelled activity was delivered.");
    store.second().complete(left);
    store.moveTime(store.lockFor());
    store.second().fetchNoActivity("A cancelled activity was delivered.");
    Queued.expectActivities("A cancelled activity is still there.", store, 0);
  }

  /**
   * Cancelling includes an activity that a worker holds: its renew and ack are LockLost, and no
   * completion is enqueued.
   *
   * <p><b>Shape:</b> B fetches an activity, A cancels it; B renews and acks with a completion, in
   * the single and the list forms; the queue of the instance stays empty.
   */
  @Rule("CANCEL-03")
  void aHeldActivityIsCancelledToo(StoreUnderTest store) {
    Handle earlier = store.first();
    ActivityItem held = cancelledWhileHeld(store);

    store.second().renewLost("A cancelled activity was renewed.", held.lockToken());
    expectAckLost(store.second().ack(held));
    expectAckLost(
        store
            .second()
            .provider()
            .ackActivityItems(List.of(ActivityAck.of(held.lockToken(), null)))
            .get(0));
    earlier.fetchNone("The completion of a cancelled activity was enqueued.");
    Queued.expectMessages("The completion of a cancelled activity was enqueued.", store, 0);
  }

  private static ActivityItem cancelledWhileHeld(StoreUnderTest store) {
    store.first().create("order");
    store.first().schedule("order", 1);
    ActivityItem held = store.second().fetchActivity(1);
    store.first().poke("order");
    store.first().turn(store.first().fetchOne("order")).cancel(held.task().identity()).apply();
    return held;
  }

  private static void expectAckLost(AckResult result) {
    Expect.rejected("The ack of a cancelled activity was not rejected.", LockLost.class, result);
  }

  /**
   * A cancelled activity never comes back.
   *
   * <p><b>Shape:</b> cancel a held activity; abandon it with the old token, at once and after L,
   * with and without delay: LockLost; nothing is delivered.
   */
  @Rule("CANCEL-04")
  void aCancelledActivityNeverComesBack(StoreUnderTest store) {
    ActivityItem held = cancelledWhileHeld(store);

    expectAbandonLost(store.second(), held, AbandonOptions.now());
    store.first().fetchNoActivity("A cancelled activity came back.");
    store.moveTime(store.lockFor());
    store.first().fetchNoActivity("A cancelled activity came back at its lock end.");
    expectAbandonLost(store.second(), held, AbandonOptions.after(store.lockFor()));
    expectAbandonLost(store.second(), held, AbandonOptions.now().uncounted());
    store.moveTime(store.lockFor());
    store.first().fetchNoActivity("A cancelled activity came back after an abandon.");
    Queued.expectActivities("A cancelled activity is still there.", store, 0);
  }

  /**
   * An activity that a delay keeps back is cancelled like any other.
   *
   * <p><b>Shape:</b> of four activities one is abandoned with a delay of 2 L, one uncounted with
   * the same, one is abandoned without delay and the lock of one ends; one ack cancels all four;
   * nothing is delivered, neither then nor after L nor after the delay.
   */
  @Rule("CANCEL-04")
  void anActivityThatIsKeptBackNeverComesBack(StoreUnderTest store) {
    Handle earlier = store.first();
    earlier.create("order");
    earlier.schedule("order", 1, 2, 3, 4);
    AbandonOptions delayed = AbandonOptions.after(store.lockFor().multipliedBy(2));
    store.second().fetchActivity(1);
    ActivityItem later = store.second().fetchActivity(2);
    ActivityItem third = store.second().fetchActivity(3);
    ActivityItem fourth = store.second().fetchActivity(4);
    store.second().abandon(later, delayed);
    store.second().abandon(third, delayed.uncounted());
    store.second().abandon(fourth);

    earlier.poke("order");
    earlier.turn(earlier.fetchOne("order")).cancel(id(1), id(2), id(3), id(4)).apply();

    store.second().fetchNoActivity("A cancelled activity was delivered.");
    store.moveTime(store.lockFor());
    store.second().fetchNoActivity("A cancelled activity came back at its lock end.");
    store.moveTime(store.lockFor());
    store.second().fetchNoActivity("A cancelled activity came back after its delay.");
    Queued.expectActivities("A cancelled activity is still there.", store, 0);
  }

  private static void expectAbandonLost(Handle worker, ActivityItem held, AbandonOptions how) {
    Expect.lockLost("A cancelled activity was abandoned.", () -> worker.abandon(held, how));
  }

  /**
   * Cancellation is part of the ack: a rejected one cancels nothing.
   *
   * <p><b>Shape:</b> B holds one activity, another one is queued; an ack that cancels both is
   * rejected for a duplicate event, and one for an activity identity that is queued; B renews and
   * acks, the other one is delivered.
   */
  @Rule("CANCEL-05")
  void aRejectedAckCancelsNothing(StoreUnderTest store) {
    Handle earlier = store.first();
    earlier.create("order");
    earlier.schedule("order", 1, 2, 3);
    ActivityItem held = store.second().fetchActivity(1);
    earlier.poke("order");
    earlier.turn(earlier.fetchOne("order")).event(1).apply();
    earlier.poke("order");
    OrchestrationItem turn = earlier.fetchOne("order");
    Snapshot before = store.snapshot("order");

    earlier
        .turn(turn)
        .cancel(id(1), id(2))
        .event(1)
        .reject("A stored event was written again.", DuplicateEvent.class);
    store.expectUnchanged("A rejected ack changed something.", before);
    earlier
        .turn(turn)
        .cancel(id(1), id(2))
        .activities(3)
        .reject("A queued activity was scheduled again.", InvalidRequest.class);
    store.expectUnchanged("A rejected ack changed something.", before);

    store.second().renew(held, store.lockFor());
    store.second().complete(held);
    store.second().fetchActivity(2);
    store.second().fetchActivity(3);
    earlier.finish(turn);
  }

  /**
   * Scheduled and cancelled in one ack means absent; the others of that ack are there.
   *
   * <p><b>Shape:</b> three scheduled, the middle one cancelled in the same ack.
   */
  @Rule("CANCEL-06")
  void scheduledAndCancelledInOneAckMeansAbsent(StoreUnderTest store) {
    Handle earlier = store.first();
    earlier.create("order");
    earlier.poke("order");
    earlier.turn(earlier.fetchOne("order")).activities(1, 2, 3).cancel(id(2)).apply();

    List<ActivityItem> items = store.second().fetchActivities(Handle.ALL);

    Expect.equal(
        "Not exactly the activities that were not cancelled are there.",
        List.of(Sample.activity("order", 1), Sample.activity("order", 3)),
        items.stream().map(ActivityItem::task).toList());
    Queued.expectActivities("A cancelled activity is still there.", store, 2);
  }

  /**
   * Identity is instance, execution and activity id, and an execution may cancel activities of an
   * earlier one.
   *
   * <p><b>Shape:</b> activity 1 in execution 1 and 2 and in another instance, and activity 2 in
   * execution 1; an ack of execution 2 cancels activity 1 of execution 1: the other three are
   * there.
   */
  @Rule("CANCEL-07")
  void identityIsInstanceExecutionAndActivityId(StoreUnderTest store) {
    Handle earlier = store.first();
    earlier.create("order");
    earlier.create("other");
    earlier.schedule("other", 1);
    earlier.schedule("order", 1, 2);
    earlier.poke("order");
    earlier.turn(earlier.fetchOne("order")).execution(2).activities(1).apply();
    earlier.poke("order");
    earlier.turn(earlier.fetchOne("order")).cancel(new ActivityIdentity("order", 1, 1)).apply();

    Set<ActivityIdentity> left =
        store.second().fetchActivities(Handle.ALL).stream()
            .map(item -> item.task().identity())
            .collect(Collectors.toSet());

    Expect.equal(
        "Cancelling one identity did not leave exactly the others.",
        Set.of(
            new ActivityIdentity("order", 1, 2),
            new ActivityIdentity("order", 2, 1),
            new ActivityIdentity("other", 1, 1)),
        left);
  }

  /**
   * An identity is queued at most once: scheduling one that is queued or held, or twice in one ack,
   * is refused and changes nothing.
   *
   * <p><b>Shape:</b> acks that schedule a queued one, a held one, one twice, and a queued one while
   * cancelling it: all rejected, unchanged, the lock still held.
   */
  @Rule("CANCEL-08")
  void anIdentityIsQueuedAtMostOnce(StoreUnderTest store) {
    Handle earlier = store.first();
    earlier.create("order");
    earlier.schedule("order", 1, 2);
    store.second().fetchActivity(1);
    earlier.poke("order");
    OrchestrationItem turn = earlier.fetchOne("order");
    Snapshot before = store.snapshot("order");

    earlier
        .turn(turn)
        .activities(3, 2)
        .event(1)
        .reject("A queued activity was scheduled again.", InvalidRequest.class);
    store.expectUnchanged("A rejected ack changed something.", before);
    earlier
        .turn(turn)
        .activities(3, 1)
        .reject("A held activity was scheduled again.", InvalidRequest.class);
    store.expectUnchanged("A rejected ack changed something.", before);
    earlier
        .turn(turn)
        .activities(3, 4, 3)
        .reject("One ack scheduled the same activity twice.", InvalidRequest.class);
    store.expectUnchanged("A rejected ack changed something.", before);
    earlier
        .turn(turn)
        .activities(2)
        .cancel(id(2))
        .reject("A queued activity was scheduled again by cancelling it.", InvalidRequest.class);
    store.expectUnchanged("A rejected ack changed something.", before);

    earlier.turn(turn).activities(3).apply();
    store.second().fetchActivity(2);
    store.second().fetchActivity(3);
    store.second().fetchNoActivity("A rejected ack scheduled an activity.");
  }

  /**
   * An identity is free again once its activity was acked or cancelled.
   *
   * <p><b>Shape:</b> ack one and cancel one; schedule both again; both are delivered with delivery
   * count count 1, and the old tokens change nothing.
   */
  @Rule("CANCEL-08")
  void anIdentityIsFreeAgainAfterwards(StoreUnderTest store) {
    Handle earlier = store.first();
    earlier.create("order");
    earlier.schedule("order", 1, 2);
    ActivityItem acked = earlier.fetchActivity(1);
    ActivityItem cancelled = earlier.fetchActivity(2);
    earlier.complete(acked);
    earlier.turn(earlier.fetchOne("order")).cancel(id(2)).apply();
    earlier.schedule("order", 1, 2);

    ActivityItem again1 = store.second().fetchActivity(1);
    ActivityItem again2 = store.second().fetchActivity(2);

    Expect.equal("A new activity has an old delivery count.", 1, again1.deliveryCount());
    Expect.equal("A new activity has an old delivery count.", 1, again2.deliveryCount());
    Expect.above(
        "A new activity has an old token.", acked.lockToken().epoch(), again1.lockToken().epoch());
    Expect.above(
        "A new activity has an old token.",
        cancelled.lockToken().epoch(),
        again2.lockToken().epoch());
    AckResult late = earlier.ack(acked);
    Expect.that(
        "The old token of a finished activity acked the new one.",
        "anything but Applied",
        late,
        !(late instanceof AckResult.Applied));
    expectAckLost(earlier.ack(cancelled));
    earlier.fetchNone("A stale ack enqueued a completion.");
    store.second().complete(again1);
    store.second().complete(again2);
  }

  /**
   * Cancelling removes only the activity: a completion that is enqueued already stays.
   *
   * <p><b>Shape:</b> a turn is fetched; the activity completes; the turn cancels it: Applied, and
   * the next item has the completion.
   */
  @Rule("CANCEL-09")
  void aCompletionThatIsEnqueuedStays(StoreUnderTest store) {
    Handle earlier = store.first();
    earlier.create("order");
    earlier.schedule("order", 1);
    earlier.poke("order");
    OrchestrationItem turn = earlier.fetchOne("order");
    OrchestratorMessage completion = store.second().complete(store.second().fetchActivity(1));

    earlier.turn(turn).cancel(id(1)).apply();

    Batch.expect("A cancellation removed a completion.", earlier.fetchOne("order"), completion);
    earlier.fetchNoActivity("A completed activity came back.");
  }

  /**
   * A cancellation and the worker's ack that race have one winner and no deadlock.
   *
   * <p><b>Shape:</b> many rounds: A acks a turn that cancels the activities which B holds, together
   * with B's acks; A's ack is always Applied; each of B's is Applied with its completion delivered
   * once, or LockLost without one.
   */
  @Rule("CANCEL-10")
  void aCancellationAndAnAckThatRaceHaveOneWinner(StoreUnderTest store) {
    Handle earlier = store.first();
    Handle second = store.second();
    earlier.create("order");
    for (int round = 1; round <= ROUNDS; round++) {
      earlier.schedule("order", round);
      ActivityItem held = second.fetchActivity(round);
      earlier.poke("order");
      OrchestrationItem turn = earlier.fetchOne("order");
      List<AckResult> results =
          Together.run(
              List.of(
                  () -> earlier.turn(turn).cancel(held.task().identity()).ack(),
                  () -> second.ack(held)));

      Expect.applied("A turn that cancels was not applied while the worker acked.", results.get(0));
      expectOneOutcome(store, held, results.get(1));
    }
    store.moveTime(store.lockFor());
    earlier.fetchNoActivity("An activity came back after its cancellation.");
  }

  private static void expectOneOutcome(StoreUnderTest store, ActivityItem held, AckResult worker) {
    List<OrchestrationItem> items = store.first().fetch(Handle.ALL);
    if (worker instanceof AckResult.Applied) {
      OrchestrationItem item = Delivered.of(items, "order");
      Batch.expect("The completion was not delivered once.", item, Sample.completion(held));
      store.first().finish(item);
    } else {
      expectAckLost(worker);
      Expect.none("A rejected ack enqueued its completion.", items);
    }
  }

  private static ActivityIdentity id(long activityId) {
    return new ActivityIdentity("order", 1, activityId);
  }
}
