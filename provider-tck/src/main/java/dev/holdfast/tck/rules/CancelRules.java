// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Abandonment;
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
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Delivered;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Queued;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.Snapshot;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Together;
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
   *
   * <p><b>If this fails, check:</b> does the worker queue join with the executions and leave out
   * ended ones?
   */
  @Rule("CANCEL-01")
  void activitiesLiveWhateverBecameOfTheirInstance(StoreUnderTest s) {
    Handle a = s.a();
    for (ExecutionStatus status : ExecutionStatus.values()) {
      String instance = "order-" + status;
      a.create(instance);
      a.schedule(instance, 1);
      a.poke(instance);
      a.turn(a.fetchOne(instance)).name(Sample.NAME).status(status).output("output").apply();

      expectAlive(s, instance);
    }
  }

  /**
   * Activities are delivered, renewed and acked also when the instance has no row.
   *
   * <p><b>Shape:</b> ack a start with empty metadata and an activity; the activity is fetched,
   * renewed and acked, and the completion is delivered.
   *
   * <p><b>If this fails, check:</b> does the worker queue join with the instance rows?
   */
  @Rule("CANCEL-01")
  void activitiesLiveWithoutAnInstanceRow(StoreUnderTest s) {
    Handle a = s.a();
    a.start("order");
    a.turn(a.fetchOne("order")).activities(1).apply();

    expectAlive(s, "order");
  }

  private static void expectAlive(StoreUnderTest s, String instance) {
    ActivityItem item = s.b().fetchActivity(1);
    Expect.equal("Another activity was delivered.", instance, item.task().instanceId());
    s.b().renew(item, s.lockFor());
    OrchestratorMessage completion = s.b().complete(item);
    OrchestrationItem next = s.a().fetchOne(instance);
    Batch.expect("The completion was not delivered.", next, completion);
    s.a().finish(next);
  }

  /**
   * An ack removes exactly the activities it cancels; cancelling what is not there is no error.
   *
   * <p><b>Shape:</b> four activities, one finished; cancel two of the others, twice each, together
   * with the finished one and hundreds of unknown identities; the remaining one is delivered and
   * nothing else ever.
   *
   * <p><b>If this fails, check:</b> is the number of deleted rows compared with the number of
   * identities? does a long list exceed the parameters of one statement?
   */
  @Rule("CANCEL-02")
  void anAckRemovesExactlyWhatItCancels(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1, 2, 3, 4);
    a.complete(a.fetchActivity(1));
    List<ActivityIdentity> cancelled = new ArrayList<>(List.of(id(1), id(2), id(2)));
    for (long unknown = 5; unknown < MANY; unknown++) {
      cancelled.add(id(unknown));
      cancelled.add(new ActivityIdentity("order", unknown, 3));
    }
    cancelled.addAll(List.of(id(Long.MAX_VALUE), id(4), id(4), id(2)));
    a.turn(a.fetchOne("order")).cancel(cancelled.toArray(ActivityIdentity[]::new)).apply();

    ActivityItem left = s.b().fetchActivity(3);
    Expect.equal("The remaining activity has changed.", Sample.activity("order", 3), left.task());
    s.b().fetchNoActivity("A cancelled activity was delivered.");
    s.b().complete(left);
    s.moveTime(s.lockFor());
    s.b().fetchNoActivity("A cancelled activity was delivered.");
    Queued.expectActivities("A cancelled activity is still there.", s, 0);
  }

  /**
   * Cancelling includes an activity that a worker holds: its renew and ack are LockLost, and no
   * completion is enqueued.
   *
   * <p><b>Shape:</b> B fetches an activity, A cancels it; B renews and acks with a completion, in
   * the single and the list forms; the queue of the instance stays empty.
   *
   * <p><b>If this fails, check:</b> are locked activities left out by the delete? does the ack of a
   * missing activity count as a repeat? is the completion enqueued before the activity is looked
   * for?
   */
  @Rule("CANCEL-03")
  void aHeldActivityIsCancelledToo(StoreUnderTest s) {
    Handle a = s.a();
    ActivityItem held = cancelledWhileHeld(s);

    LockLost lost =
        Expect.thrown(
            "A cancelled activity was renewed.",
            LockLost.class,
            () -> s.b().renew(held, s.lockFor()));
    Expect.that("LockLost says that it is retryable.", !lost.isRetryable());
    Expect.equal(
        "The list form renewed a cancelled activity.",
        Set.of(),
        s.b().provider().renewActivityItems(List.of(held.lockToken()), s.lockFor()));
    expectAckLost(s.b().ack(held));
    expectAckLost(
        s.b().provider().ackActivityItems(List.of(ActivityAck.of(held.lockToken(), null))).get(0));
    a.fetchNone("The completion of a cancelled activity was enqueued.");
    Queued.expectMessages("The completion of a cancelled activity was enqueued.", s, 0);
  }

  private static ActivityItem cancelledWhileHeld(StoreUnderTest s) {
    s.a().create("order");
    s.a().schedule("order", 1);
    ActivityItem held = s.b().fetchActivity(1);
    s.a().poke("order");
    s.a().turn(s.a().fetchOne("order")).cancel(held.task().identity()).apply();
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
   *
   * <p><b>If this fails, check:</b> does abandon insert or update the row without looking whether
   * it is there? does cancelling only mark the row?
   */
  @Rule("CANCEL-04")
  void aCancelledActivityNeverComesBack(StoreUnderTest s) {
    ActivityItem held = cancelledWhileHeld(s);

    expectAbandonLost(s.b(), held, Abandonment.now());
    s.a().fetchNoActivity("A cancelled activity came back.");
    s.moveTime(s.lockFor());
    s.a().fetchNoActivity("A cancelled activity came back at its lock end.");
    expectAbandonLost(s.b(), held, Abandonment.after(s.lockFor()));
    expectAbandonLost(s.b(), held, Abandonment.now().uncounted());
    s.moveTime(s.lockFor());
    s.a().fetchNoActivity("A cancelled activity came back after an abandon.");
    Queued.expectActivities("A cancelled activity is still there.", s, 0);
  }

  /**
   * An activity that a delay keeps back is cancelled like any other.
   *
   * <p><b>Shape:</b> of four activities one is abandoned with a delay of 2 L, one uncounted with
   * the same, one is abandoned without delay and the lock of one ends; one ack cancels all four;
   * nothing is delivered, neither then nor after L nor after the delay.
   *
   * <p><b>If this fails, check:</b> does the delete look at activities that are ready or locked
   * only? are those that are kept back in another place, from which they come back?
   */
  @Rule("CANCEL-04")
  void anActivityThatIsKeptBackNeverComesBack(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1, 2, 3, 4);
    Abandonment delayed = Abandonment.after(s.lockFor().multipliedBy(2));
    s.b().fetchActivity(1);
    ActivityItem second = s.b().fetchActivity(2);
    ActivityItem third = s.b().fetchActivity(3);
    ActivityItem fourth = s.b().fetchActivity(4);
    s.b().abandon(second, delayed);
    s.b().abandon(third, delayed.uncounted());
    s.b().abandon(fourth);

    a.poke("order");
    a.turn(a.fetchOne("order")).cancel(id(1), id(2), id(3), id(4)).apply();

    s.b().fetchNoActivity("A cancelled activity was delivered.");
    s.moveTime(s.lockFor());
    s.b().fetchNoActivity("A cancelled activity came back at its lock end.");
    s.moveTime(s.lockFor());
    s.b().fetchNoActivity("A cancelled activity came back after its delay.");
    Queued.expectActivities("A cancelled activity is still there.", s, 0);
  }

  private static void expectAbandonLost(Handle worker, ActivityItem held, Abandonment how) {
    Expect.lockLost("A cancelled activity was abandoned.", () -> worker.abandon(held, how));
  }

  /**
   * Cancellation is part of the ack: a rejected one cancels nothing.
   *
   * <p><b>Shape:</b> B holds one activity, another one is queued; an ack that cancels both is
   * rejected for a duplicate event, and one for an activity identity that is queued; B renews and
   * acks, the other one is delivered.
   *
   * <p><b>If this fails, check:</b> is the delete rolled back when something is found out late?
   */
  @Rule("CANCEL-05")
  void aRejectedAckCancelsNothing(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1, 2, 3);
    ActivityItem held = s.b().fetchActivity(1);
    a.poke("order");
    a.turn(a.fetchOne("order")).event(1).apply();
    a.poke("order");
    OrchestrationItem turn = a.fetchOne("order");
    Snapshot before = s.snapshot("order");

    a.turn(turn)
        .cancel(id(1), id(2))
        .event(1)
        .reject("A stored event was written again.", DuplicateEvent.class);
    s.expectUnchanged("A rejected ack changed something.", before);
    a.turn(turn)
        .cancel(id(1), id(2))
        .activities(3)
        .reject("A queued activity was scheduled again.", InvalidRequest.class);
    s.expectUnchanged("A rejected ack changed something.", before);

    s.b().renew(held, s.lockFor());
    s.b().complete(held);
    s.b().fetchActivity(2);
    s.b().fetchActivity(3);
    a.finish(turn);
  }

  /**
   * Scheduled and cancelled in one ack means absent; the others of that ack are there.
   *
   * <p><b>Shape:</b> three scheduled, the middle one cancelled in the same ack.
   *
   * <p><b>If this fails, check:</b> are activities inserted first and cancelled ones deleted then?
   */
  @Rule("CANCEL-06")
  void scheduledAndCancelledInOneAckMeansAbsent(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.poke("order");
    a.turn(a.fetchOne("order")).activities(1, 2, 3).cancel(id(2)).apply();

    List<ActivityItem> items = s.b().fetchActivities(Handle.ALL);

    Expect.equal(
        "Not exactly the activities that were not cancelled are there.",
        List.of(Sample.activity("order", 1), Sample.activity("order", 3)),
        items.stream().map(ActivityItem::task).toList());
    Queued.expectActivities("A cancelled activity is still there.", s, 2);
  }

  /**
   * Identity is instance, execution and activity id, and an execution may cancel activities of an
   * earlier one.
   *
   * <p><b>Shape:</b> activity 1 in execution 1 and 2 and in another instance, and activity 2 in
   * execution 1; an ack of execution 2 cancels activity 1 of execution 1: the other three are
   * there.
   *
   * <p><b>If this fails, check:</b> are all three parts compared when rows are deleted?
   */
  @Rule("CANCEL-07")
  void identityIsInstanceExecutionAndActivityId(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.create("other");
    a.schedule("other", 1);
    a.schedule("order", 1, 2);
    a.poke("order");
    a.turn(a.fetchOne("order")).execution(2).activities(1).apply();
    a.poke("order");
    a.turn(a.fetchOne("order")).cancel(new ActivityIdentity("order", 1, 1)).apply();

    Set<ActivityIdentity> left =
        s.b().fetchActivities(Handle.ALL).stream()
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
   *
   * <p><b>If this fails, check:</b> does the insert overwrite or ignore an existing row? is the
   * delete of cancelled ones done before the insert?
   */
  @Rule("CANCEL-08")
  void anIdentityIsQueuedAtMostOnce(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1, 2);
    s.b().fetchActivity(1);
    a.poke("order");
    OrchestrationItem turn = a.fetchOne("order");
    Snapshot before = s.snapshot("order");

    a.turn(turn)
        .activities(3, 2)
        .event(1)
        .reject("A queued activity was scheduled again.", InvalidRequest.class);
    s.expectUnchanged("A rejected ack changed something.", before);
    a.turn(turn)
        .activities(3, 1)
        .reject("A held activity was scheduled again.", InvalidRequest.class);
    s.expectUnchanged("A rejected ack changed something.", before);
    a.turn(turn)
        .activities(3, 4, 3)
        .reject("One ack scheduled the same activity twice.", InvalidRequest.class);
    s.expectUnchanged("A rejected ack changed something.", before);
    a.turn(turn)
        .activities(2)
        .cancel(id(2))
        .reject("A queued activity was scheduled again by cancelling it.", InvalidRequest.class);
    s.expectUnchanged("A rejected ack changed something.", before);

    a.turn(turn).activities(3).apply();
    s.b().fetchActivity(2);
    s.b().fetchActivity(3);
    s.b().fetchNoActivity("A rejected ack scheduled an activity.");
  }

  /**
   * An identity is free again once its activity was acked or cancelled.
   *
   * <p><b>Shape:</b> ack one and cancel one; schedule both again; both are delivered with attempt
   * count 1, and the old tokens change nothing.
   *
   * <p><b>If this fails, check:</b> do rows of finished activities stay behind? is the old token
   * recognised as acked under the new activity?
   */
  @Rule("CANCEL-08")
  void anIdentityIsFreeAgainAfterwards(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1, 2);
    ActivityItem acked = a.fetchActivity(1);
    ActivityItem cancelled = a.fetchActivity(2);
    a.complete(acked);
    a.turn(a.fetchOne("order")).cancel(id(2)).apply();
    a.schedule("order", 1, 2);

    ActivityItem again1 = s.b().fetchActivity(1);
    ActivityItem again2 = s.b().fetchActivity(2);

    Expect.equal("A new activity has an old attempt count.", 1, again1.attemptCount());
    Expect.equal("A new activity has an old attempt count.", 1, again2.attemptCount());
    Expect.above(
        "A new activity has an old token.", acked.lockToken().epoch(), again1.lockToken().epoch());
    Expect.above(
        "A new activity has an old token.",
        cancelled.lockToken().epoch(),
        again2.lockToken().epoch());
    AckResult late = a.ack(acked);
    Expect.that(
        "The old token of a finished activity acked the new one.",
        "anything but Applied",
        late,
        !(late instanceof AckResult.Applied));
    expectAckLost(a.ack(cancelled));
    a.fetchNone("A stale ack enqueued a completion.");
    s.b().complete(again1);
    s.b().complete(again2);
  }

  /**
   * Cancelling removes only the activity: a completion that is enqueued already stays.
   *
   * <p><b>Shape:</b> a turn is fetched; the activity completes; the turn cancels it: Applied, and
   * the next item has the completion.
   *
   * <p><b>If this fails, check:</b> does cancelling delete messages that belong to the activity?
   */
  @Rule("CANCEL-09")
  void aCompletionThatIsEnqueuedStays(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    a.poke("order");
    OrchestrationItem turn = a.fetchOne("order");
    OrchestratorMessage completion = s.b().complete(s.b().fetchActivity(1));

    a.turn(turn).cancel(id(1)).apply();

    Batch.expect("A cancellation removed a completion.", a.fetchOne("order"), completion);
    a.fetchNoActivity("A completed activity came back.");
  }

  /**
   * A cancellation and the worker's ack that race have one winner and no deadlock.
   *
   * <p><b>Shape:</b> many rounds: A acks a turn that cancels the activities which B holds, together
   * with B's acks; A's ack is always Applied; each of B's is Applied with its completion delivered
   * once, or LockLost without one.
   *
   * <p><b>If this fails, check:</b> do both transactions take the rows in the same order? is the
   * completion enqueued when the delete of the activity found no row?
   */
  @Rule("CANCEL-10")
  void aCancellationAndAnAckThatRaceHaveOneWinner(StoreUnderTest s) {
    Handle a = s.a();
    Handle b = s.b();
    a.create("order");
    for (int round = 1; round <= ROUNDS; round++) {
      a.schedule("order", round);
      ActivityItem held = b.fetchActivity(round);
      a.poke("order");
      OrchestrationItem turn = a.fetchOne("order");
      List<AckResult> results =
          Together.run(
              List.of(() -> a.turn(turn).cancel(held.task().identity()).ack(), () -> b.ack(held)));

      Expect.applied("A turn that cancels was not applied while the worker acked.", results.get(0));
      expectOneOutcome(s, held, results.get(1));
    }
    s.moveTime(s.lockFor());
    a.fetchNoActivity("An activity came back after its cancellation.");
  }

  private static void expectOneOutcome(StoreUnderTest s, ActivityItem held, AckResult worker) {
    List<OrchestrationItem> items = s.a().fetch(Handle.ALL);
    if (worker instanceof AckResult.Applied) {
      OrchestrationItem item = Delivered.of(items, "order");
      Batch.expect("The completion was not delivered once.", item, Sample.completion(held));
      s.a().finish(item);
    } else {
      expectAckLost(worker);
      Expect.none("A rejected ack enqueued its completion.", items);
    }
  }

  private static ActivityIdentity id(long activityId) {
    return new ActivityIdentity("order", 1, activityId);
  }
}
