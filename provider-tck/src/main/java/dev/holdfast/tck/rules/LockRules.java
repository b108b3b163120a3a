// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.DuplicateEvent;
import dev.holdfast.provider.ProviderError.IdempotencyMismatch;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;

/**
 * Exclusivity and tokens of instances: at most one holder, and every holder can be told from all
 * earlier ones.
 */
@RuleFamily("LOCK")
final class LockRules {

  /**
   * A locked instance is delivered to nobody, and enqueue does not wait for its lock.
   *
   * <p><b>Shape:</b> A fetches; A and B fetch nothing; B enqueues three messages; still nothing
   * until just before L.
   */
  @Rule("LOCK-01")
  void aLockedInstanceIsDeliveredToNobody(StoreUnderTest store) {
    QueueLocks.expectLockedWorkIsDeliveredToNobody(store, QueueUnderTest.INSTANCES);
  }

  /**
   * Locks do not touch other instances.
   *
   * <p><b>Shape:</b> A locks one instance; B starts, fetches, acks, works for and completes another
   * one.
   */
  @Rule("LOCK-02")
  void locksDoNotTouchOtherInstances(StoreUnderTest store) {
    Handle first = store.first();
    Handle second = store.second();
    first.start("locked");
    OrchestrationItem held = first.fetchOne("locked");

    second.start("other");
    second.turn(second.fetchOne("other")).name(Sample.NAME).activities(1).apply();
    OrchestratorMessage completion = second.complete(second.fetchActivity(1));

    Batch.expect(
        "The other instance did not get its completion.", second.fetchOne("other"), completion);
    first.finish(held);
  }

  /**
   * Each acquisition has a token greater than every earlier one, however the one before ended;
   * earlier ones are lost.
   *
   * <p><b>Shape:</b> a random sequence of ack, abandon, lock end, reopening and, where declared,
   * delete and re-create; after each step the new epoch is compared with all earlier ones and an
   * older token is tried.
   */
  @Rule("LOCK-03")
  void tokensGrowWithEveryAcquisition(StoreUnderTest store) {
    QueueLocks.expectTokensGrowWithEveryAcquisition(store, QueueUnderTest.INSTANCES);
  }

  /**
   * An invented token, or one with the epoch of another lock, is lost everywhere, and the real lock
   * stays.
   *
   * <p><b>Shape:</b> two locked instances; tokens with past, future and exchanged epochs and of an
   * unknown instance are tried in ack, abandon and renew; then the true holders ack.
   */
  @Rule("LOCK-04")
  void aTokenIsGoodForItsOwnLockOnly(StoreUnderTest store) {
    QueueLocks.expectATokenIsGoodForItsOwnLockOnly(store, QueueUnderTest.INSTANCES);
  }

  /**
   * Tokens of activities are lost in acks of turns, and the reverse.
   *
   * <p><b>Shape:</b> a locked instance with a locked activity; each token is tried in the ack of
   * the other queue, and each epoch in a token of the other kind; then both true holders ack.
   */
  @Rule("LOCK-04")
  void aTokenIsGoodForItsOwnQueueOnly(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    first.poke("order");
    OrchestrationItem instance = first.fetchOne("order");
    ActivityItem activity = first.fetchActivity(1);
    LockToken ofActivity = activity.lockToken();
    LockToken asActivity =
        new LockToken.OfActivity(new ActivityIdentity("order", 1, 1), instance.lockToken().epoch());
    LockToken asInstance = new LockToken.OfInstance("order", ofActivity.epoch());

    for (LockToken wrong : List.of(ofActivity, asActivity, asInstance)) {
      expectAckLost(first, wrong, instance);
    }
    for (LockToken wrong : List.of(instance.lockToken(), asInstance, asActivity)) {
      expectAckLost(first, wrong, activity);
    }
    QueueUnderTest.expectNotHeld(first, asActivity);
    QueueUnderTest.expectNotHeld(first, asInstance);

    store.second().fetchNone("A token of the worker queue released the instance.");
    store.second().fetchNoActivity("A token of the orchestrator queue released the activity.");
    first.complete(activity);
    first.finish(instance);
  }

  /**
   * After the lock end the next item has the old messages and those that came meanwhile, in
   * insertion order.
   *
   * <p><b>Shape:</b> one message, fetch, three more, move past L, fetch through B.
   */
  @Rule("LOCK-05")
  void afterTheLockEndTheBatchIsOldAndNewInOrder(StoreUnderTest store) {
    Handle first = store.first();
    OrchestratorMessage start = first.start("order");
    OrchestrationItem expired = first.fetchOne("order");
    OrchestratorMessage one = first.poke("order");
    OrchestratorMessage two = first.poke("order");
    OrchestratorMessage three = first.poke("order");
    store.moveTime(store.lockFor());

    OrchestrationItem next = store.second().fetchOne("order");

    Batch.expect("The batch is not old and new messages in order.", next, start, one, two, three);
    Expect.different("The new lock has the old token.", expired.lockToken(), next.lockToken());
  }

  /**
   * An applied ack releases the lock and removes exactly its batch.
   *
   * <p><b>Shape:</b> fetch, two more messages, ack; the next item has those two and counts 1.
   */
  @Rule("LOCK-06")
  void anAppliedAckReleasesTheLockAndRemovesItsBatch(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    OrchestrationItem held = first.fetchOne("order");
    OrchestratorMessage one = first.poke("order");
    OrchestratorMessage two = first.poke("order");

    first.finish(held);

    OrchestrationItem next = store.second().fetchOne("order");
    Batch.expect("The next batch is not what came during the lock.", next, one, two);
    Expect.equal("The ack did not set the delivery count back.", 1, next.deliveryCount());
    store.second().finish(next);
    first.fetchNone("A message came again after its ack.");
  }

  /**
   * Abandon releases at once, and the same messages come back in the same order.
   *
   * <p><b>Shape:</b> A fetches two messages and abandons; B fetches.
   */
  @Rule("LOCK-07")
  void abandonReleasesAtOnceAndNothingIsLost(StoreUnderTest store) {
    Handle first = store.first();
    OrchestratorMessage start = first.start("order");
    OrchestratorMessage poke = first.poke("order");
    OrchestrationItem theFirst = first.fetchOne("order");

    first.abandon(theFirst);

    OrchestrationItem later = store.second().fetchOne("order");
    Batch.expect("The messages did not come back as they were.", later, start, poke);
    Expect.equal(
        "Abandon changed when messages were visible.", theFirst.messages(), later.messages());
  }

  /**
   * Rejected acks of every kind leave the lock held, and the corrected ack with the same token is
   * applied.
   *
   * <p><b>Shape:</b> acks with an existing event, an event below the last, a foreign activity, a
   * mismatched message id; after each B fetches nothing; then a good ack.
   */
  @Rule("LOCK-08")
  void aRejectedAckLeavesTheLockHeld(StoreUnderTest store) {
    Handle first = store.first();
    first.start("order");
    first.turn(first.fetchOne("order")).name(Sample.NAME).event(5).apply();
    first.enqueue(identified("order", "first content"));
    OrchestrationItem held = first.fetchOne("order");

    first.turn(held).event(5).reject("A stored event was written again.", DuplicateEvent.class);
    expectStillLocked(store, "An ack rejected for a duplicate event released the lock.");
    first.turn(held).event(2).reject("An event was put before the last.", InvalidRequest.class);
    expectStillLocked(store, "An ack rejected for its event order released the lock.");
    first
        .turn(held)
        .activity(Sample.activity("other", 1))
        .reject("An activity of another instance was scheduled.", InvalidRequest.class);
    expectStillLocked(store, "An ack rejected for a foreign activity released the lock.");
    first
        .turn(held)
        .send(identified("order", "other content"))
        .reject("A used message id with other content was accepted.", IdempotencyMismatch.class);
    expectStillLocked(store, "An ack rejected for a message id released the lock.");

    first
        .turn(held)
        .activities(1, 1)
        .reject("An activity was scheduled twice.", InvalidRequest.class);
    expectStillLocked(store, "An ack rejected for an activity scheduled twice released the lock.");
    first
        .turn(held)
        .cancel(new ActivityIdentity("other", 1, 1))
        .reject("An activity of another instance was cancelled.", InvalidRequest.class);
    expectStillLocked(store, "An ack rejected for a foreign cancellation released the lock.");
    if (!store.declares(Feature.TAGS)) {
      first
          .turn(held)
          .activity(tagged("order"))
          .reject("A tag was accepted, which is not declared.", NotSupported.class);
      expectStillLocked(store, "An ack rejected for an undeclared feature released the lock.");
    }

    first.turn(held).event(6).apply();
  }

  /**
   * Refused renewals, reads, enqueues and a closed handle leave the lock held until its end.
   *
   * <p><b>Shape:</b> A fetches; renewals with zero and with a wrong token, reads, enqueues, then A
   * closes; B fetches nothing until just before L.
   */
  @Rule("LOCK-08")
  void onlyAckAbandonAndTheLockEndReleaseALock(StoreUnderTest store) {
    QueueLocks.expectOnlyTheLockEndReleases(store, QueueUnderTest.INSTANCES);
  }

  /**
   * Many callers, one instance: one wins.
   *
   * <p><b>Shape:</b> in each round eight handles fetch together, first the free instance, then the
   * one whose lock has just ended; each time one item comes in all.
   */
  @Rule("LOCK-09")
  void manyCallersOneWins(StoreUnderTest store) {
    QueueLocks.expectOneOfManyCallersWins(store, QueueUnderTest.INSTANCES);
  }

  /**
   * Instance locks and activity locks are independent.
   *
   * <p><b>Shape:</b> while an instance is locked its activity is fetched, renewed and acked; the
   * completion is delivered after the turn.
   */
  @Rule("LOCK-11")
  void instanceLocksAndActivityLocksAreIndependent(StoreUnderTest store) {
    Handle first = store.first();
    Handle second = store.second();
    first.create("order");
    first.schedule("order", 1);
    first.poke("order");
    OrchestrationItem turn = first.fetchOne("order");

    ActivityItem activity = second.fetchActivity(1);
    second.renew(activity, store.lockFor());
    OrchestratorMessage completion = second.complete(activity);

    second.fetchNone("A completion broke the lock of its instance.");
    first.finish(turn);
    Batch.expect(
        "The completion did not come after the turn.", second.fetchOne("order"), completion);
  }

  private static void expectAckLost(Handle handle, LockToken token, OrchestrationItem holder) {
    handle
        .turn(token, holder.executionId())
        .reject("A token that never held the lock was acked.", LockLost.class);
  }

  private static void expectAckLost(Handle handle, LockToken token, ActivityItem holder) {
    Expect.rejected(
        "A token that never held the lock was acked.",
        LockLost.class,
        handle.ack(new ActivityItem(holder.task(), 1, token)));
  }

  private static void expectStillLocked(StoreUnderTest store, String what) {
    store.second().fetchNone(what);
  }

  private static ActivityTask tagged(String instanceId) {
    return ActivityTask.builder(
            new ActivityIdentity(instanceId, 1, 1), "activity", Payload.empty(), Sample.NAME)
        .tag("tag")
        .build();
  }

  private static OrchestratorMessage identified(String instanceId, String body) {
    return OrchestratorMessage.builder(instanceId, "poke", Payload.utf8(body))
        .messageId("m-1")
        .build();
  }
}
