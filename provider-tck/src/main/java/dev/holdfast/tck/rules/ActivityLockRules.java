// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import java.util.List;

/** LOCK-10: what the other lock rules say of instances holds for activities. */
@RuleFamily("LOCK")
final class ActivityLockRules {

  private static final String STRANGER =
      "The epoch of an acked activity was accepted for another one: ";

  /**
   * A locked activity is delivered to nobody (as LOCK-01).
   *
   * <p><b>Shape:</b> A fetches an activity; A and B fetch nothing, until just before L; another
   * activity comes meanwhile.
   */
  @Rule("LOCK-10")
  void aLockedActivityIsDeliveredToNobody(StoreUnderTest store) {
    QueueLocks.expectLockedWorkIsDeliveredToNobody(store, QueueUnderTest.ACTIVITIES);
  }

  /**
   * Each acquisition of an activity has a token greater than every earlier one (as LOCK-03).
   *
   * <p><b>Shape:</b> a random sequence of abandon, lock end, ack with the activity scheduled again,
   * and reopening.
   */
  @Rule("LOCK-10")
  void activityTokensGrowWithEveryAcquisition(StoreUnderTest store) {
    QueueLocks.expectTokensGrowWithEveryAcquisition(store, QueueUnderTest.ACTIVITIES);
  }

  /**
   * A token is good for its own activity only (as LOCK-04).
   *
   * <p><b>Shape:</b> two locked activities; tokens with future and exchanged epochs are tried in
   * ack, abandon and renew; then the true holders ack.
   */
  @Rule("LOCK-10")
  void anActivityTokenIsGoodForItsOwnLockOnly(StoreUnderTest store) {
    QueueLocks.expectATokenIsGoodForItsOwnLockOnly(store, QueueUnderTest.ACTIVITIES);
  }

  /**
   * The epoch of an acked activity is lost under the id of any other, although a repeat of the true
   * ack is still recognised (as LOCK-04).
   *
   * <p><b>Shape:</b> of two locked activities one is acked and its completion queued; its epoch is
   * tried for the other one, for one that is scheduled and free, for ids of this and of another
   * execution that nobody ever scheduled, and for another instance, in the single and the list
   * form; the repeat of the true ack is recognised before and after.
   */
  @Rule("LOCK-10")
  void theEpochOfAnAckedActivityIsGoodForNoOther(StoreUnderTest store) {
    store.first().create("other");
    Handle first = withActivities(store, 1, 2, 3);
    ActivityItem acked = first.fetchActivity(1);
    ActivityItem held = first.fetchActivity(2);
    first.complete(acked);
    long epoch = acked.lockToken().epoch();
    Snapshot before = store.snapshot("order", "other");

    for (ActivityIdentity stranger :
        List.of(
            held.task().identity(),
            new ActivityIdentity("order", 1, 3),
            new ActivityIdentity("order", 1, 77),
            new ActivityIdentity("order", 2, 1),
            new ActivityIdentity("other", 1, 1))) {
      LockToken token = new LockToken.OfActivity(stranger, epoch);
      ActivityAck ack =
          ActivityAck.of(token, Sample.message(stranger.instanceId(), "result of a stranger"));
      QueueUnderTest.expectNotHeld(first, token);
      Expect.rejected(STRANGER + stranger, LockLost.class, first.provider().ackActivityItem(ack));
      Expect.rejected(
          STRANGER + stranger,
          LockLost.class,
          store.second().provider().ackActivityItems(List.of(ack)).get(0));
      Expect.rejected(
          STRANGER + stranger,
          LockLost.class,
          first.provider().ackActivityItem(ActivityAck.of(token, null)));
    }

    store.expectUnchanged("An ack with the epoch of another activity wrote something.", before);
    Expect.alreadyApplied("The repeat of the true ack was not recognised.", first.ack(acked));
    store.second().renew(held, store.lockFor());
    store.second().fetchActivity(3);
    first.complete(held);
  }

  /**
   * After the lock end an activity comes again, the same but for token and count (as LOCK-05).
   *
   * <p><b>Shape:</b> A fetches; move past L; B fetches.
   */
  @Rule("LOCK-10")
  void afterTheLockEndTheActivityComesAgain(StoreUnderTest store) {
    Handle first = withActivities(store, 1);
    ActivityItem expired = first.fetchActivity(1);
    store.moveTime(store.lockFor());

    ActivityItem next = store.second().fetchActivity(1);

    Expect.equal("The activity changed.", expired.task(), next.task());
    Expect.different("The new lock has the old token.", expired.lockToken(), next.lockToken());
  }

  /**
   * An applied ack removes the activity and releases no other (as LOCK-06); abandon gives it back
   * at once (as LOCK-07).
   *
   * <p><b>Shape:</b> two locked activities; ack one and abandon the other; B fetches the second one
   * only.
   */
  @Rule("LOCK-10")
  void ackRemovesAndAbandonReleasesAnActivity(StoreUnderTest store) {
    Handle first = withActivities(store, 1, 2);
    ActivityItem one = first.fetchActivity(1);
    ActivityItem two = first.fetchActivity(2);

    first.complete(one);
    store.second().fetchNoActivity("The ack of one activity released another.");
    first.abandon(two);

    Expect.equal(
        "The abandoned activity changed.", two.task(), store.second().fetchActivity(2).task());
    store.moveTime(store.lockFor());
    store.second().fetchActivity(2);
    store.second().fetchNoActivity("An acked activity came again.");
  }

  /**
   * Refused calls and a closed handle leave the lock of an activity held (as LOCK-08).
   *
   * <p><b>Shape:</b> A fetches; renewals with zero and with a wrong token, an ack whose completion
   * goes elsewhere, then A closes; B fetches nothing; after L it does.
   */
  @Rule("LOCK-10")
  void refusedCallsLeaveAnActivityLocked(StoreUnderTest store) {
    QueueLocks.expectOnlyTheLockEndReleases(store, QueueUnderTest.ACTIVITIES);
  }

  /**
   * Many callers, one activity: one wins (as LOCK-09).
   *
   * <p><b>Shape:</b> in each round eight handles fetch together, first the free activity, then the
   * one whose lock has just ended; each time one item comes in all.
   */
  @Rule("LOCK-10")
  void manyCallersOneActivityOneWins(StoreUnderTest store) {
    QueueLocks.expectOneOfManyCallersWins(store, QueueUnderTest.ACTIVITIES);
  }

  private static Handle withActivities(StoreUnderTest store, long... activityIds) {
    store.first().create("order");
    store.first().schedule("order", activityIds);
    return store.first();
  }
}
