// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.ProviderError.InvalidRequest;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.Snapshot;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** LOCK-10: what the other lock rules say of instances holds for activities. */
@RuleFamily("LOCK")
final class ActivityLockRules {

  private static final int STEPS = 30;
  private static final int ROUNDS = 20;
  private static final int CALLERS = 8;
  private static final String STRANGER =
      "The epoch of an acked activity was accepted for another one: ";

  /**
   * A locked activity is delivered to nobody (as LOCK-01).
   *
   * <p><b>Shape:</b> A fetches an activity; A and B fetch nothing, until just before L; another
   * activity comes meanwhile.
   *
   * <p><b>If this fails, check:</b> does the fetch of activities skip those whose lock is live, and
   * only those?
   */
  @Rule("LOCK-10")
  void aLockedActivityIsDeliveredToNobody(StoreUnderTest s) {
    Handle a = withActivities(s, 1);
    ActivityItem held = a.fetchActivity(1);
    a.fetchNoActivity("A locked activity was delivered to its holder again.");
    s.b().fetchNoActivity("A locked activity was delivered to another handle.");
    a.schedule("order", 2);
    ActivityItem other = s.b().fetchActivity(2);
    s.b().complete(other);

    s.moveToJustBefore(s.lockFor());

    s.b().fetchNoActivity("The lock of an activity ended before its time.");
    a.complete(held);
  }

  /**
   * Each acquisition of an activity has a token greater than every earlier one (as LOCK-03).
   *
   * <p><b>Shape:</b> a random sequence of abandon, lock end, ack with the activity scheduled again,
   * and reopening.
   *
   * <p><b>If this fails, check:</b> is the epoch kept in the activity's row, which is deleted by
   * its ack?
   */
  @Rule("LOCK-10")
  void activityTokensGrowWithEveryAcquisition(StoreUnderTest s) {
    Handle handle = withActivities(s, 1);
    List<ActivityItem> older = new ArrayList<>();
    for (int step = 0; step < s.rounds(STEPS); step++) {
      ActivityItem item = handle.fetchActivity(1);
      for (ActivityItem earlier : older) {
        Expect.above(
            "A token is not greater than an earlier one.",
            earlier.lockToken().epoch(),
            item.lockToken().epoch());
      }
      if (!older.isEmpty()) {
        expectNotHeld(handle, older.get(s.random().nextInt(older.size())).lockToken());
      }
      older.add(item);
      handle = endLock(s, handle, item);
    }
  }

  private static Handle endLock(StoreUnderTest s, Handle handle, ActivityItem item) {
    switch (s.random().nextInt(4)) {
      case 0 -> handle.abandon(item);
      case 1 -> s.moveTime(s.lockFor());
      case 2 -> {
        handle.abandon(item);
        return s.reopen();
      }
      default -> {
        handle.complete(item);
        handle.turn(handle.fetchOne("order")).activities(1).apply();
      }
    }
    return handle;
  }

  /**
   * A token is good for its own activity only (as LOCK-04).
   *
   * <p><b>Shape:</b> two locked activities; tokens with future and exchanged epochs are tried in
   * ack, abandon and renew; then the true holders ack.
   *
   * <p><b>If this fails, check:</b> is the epoch compared for equality, in the row of the activity
   * that the token names?
   */
  @Rule("LOCK-10")
  void anActivityTokenIsGoodForItsOwnLockOnly(StoreUnderTest s) {
    Handle a = withActivities(s, 1, 2);
    ActivityItem one = a.fetchActivity(1);
    ActivityItem two = a.fetchActivity(2);

    expectLost(a, one, two.lockToken().epoch());
    expectLost(a, two, one.lockToken().epoch());
    expectLost(a, one, one.lockToken().epoch() + 1_000);
    expectLost(a, one, Long.MAX_VALUE);

    s.b().fetchNoActivity("A call with a token of its own making released a lock.");
    a.complete(one);
    a.complete(two);
  }

  /**
   * The epoch of an acked activity is lost under the id of any other, although a repeat of the true
   * ack is still recognised (as LOCK-04).
   *
   * <p><b>Shape:</b> of two locked activities one is acked and its completion queued; its epoch is
   * tried for the other one, for one that is scheduled and free, for ids of this and of another
   * execution that nobody ever scheduled, and for another instance, in the single and the list
   * form; the repeat of the true ack is recognised before and after.
   *
   * <p><b>If this fails, check:</b> does the mark that a completion carries say which activity was
   * acked, or the epoch of its lock only? is the whole identity compared?
   */
  @Rule("LOCK-10")
  void theEpochOfAnAckedActivityIsGoodForNoOther(StoreUnderTest s) {
    s.a().create("other");
    Handle a = withActivities(s, 1, 2, 3);
    ActivityItem acked = a.fetchActivity(1);
    ActivityItem held = a.fetchActivity(2);
    a.complete(acked);
    long epoch = acked.lockToken().epoch();
    Snapshot before = s.snapshot("order", "other");

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
      expectNotHeld(a, token);
      Expect.rejected(STRANGER + stranger, LockLost.class, a.provider().ackActivityItem(ack));
      Expect.rejected(
          STRANGER + stranger,
          LockLost.class,
          s.b().provider().ackActivityItems(List.of(ack)).get(0));
      Expect.rejected(
          STRANGER + stranger,
          LockLost.class,
          a.provider().ackActivityItem(ActivityAck.of(token, null)));
    }

    s.expectUnchanged("An ack with the epoch of another activity wrote something.", before);
    Expect.alreadyApplied("The repeat of the true ack was not recognised.", a.ack(acked));
    s.b().renew(held, s.lockFor());
    s.b().fetchActivity(3);
    a.complete(held);
  }

  /**
   * After the lock end an activity comes again, the same but for token and count (as LOCK-05).
   *
   * <p><b>Shape:</b> A fetches; move past L; B fetches.
   *
   * <p><b>If this fails, check:</b> is an expired activity deliverable without any call that cleans
   * up?
   */
  @Rule("LOCK-10")
  void afterTheLockEndTheActivityComesAgain(StoreUnderTest s) {
    Handle a = withActivities(s, 1);
    ActivityItem expired = a.fetchActivity(1);
    s.moveTime(s.lockFor());

    ActivityItem next = s.b().fetchActivity(1);

    Expect.equal("The activity changed.", expired.task(), next.task());
    Expect.different("The new lock has the old token.", expired.lockToken(), next.lockToken());
  }

  /**
   * An applied ack removes the activity and releases no other (as LOCK-06); abandon gives it back
   * at once (as LOCK-07).
   *
   * <p><b>Shape:</b> two locked activities; ack one and abandon the other; B fetches the second one
   * only.
   *
   * <p><b>If this fails, check:</b> does the ack delete by instance instead of identity? does
   * abandon wait for the lock end?
   */
  @Rule("LOCK-10")
  void ackRemovesAndAbandonReleasesAnActivity(StoreUnderTest s) {
    Handle a = withActivities(s, 1, 2);
    ActivityItem one = a.fetchActivity(1);
    ActivityItem two = a.fetchActivity(2);

    a.complete(one);
    s.b().fetchNoActivity("The ack of one activity released another.");
    a.abandon(two);

    Expect.equal("The abandoned activity changed.", two.task(), s.b().fetchActivity(2).task());
    s.moveTime(s.lockFor());
    s.b().fetchActivity(2);
    s.b().fetchNoActivity("An acked activity came again.");
  }

  /**
   * Refused calls and a closed handle leave the lock of an activity held (as LOCK-08).
   *
   * <p><b>Shape:</b> A fetches; a renewal by zero, an ack whose completion goes elsewhere, then A
   * closes; B fetches nothing; after L it does.
   *
   * <p><b>If this fails, check:</b> is a rejected ack rolled back as a whole? does closing a handle
   * give back what it holds?
   */
  @Rule("LOCK-10")
  void refusedCallsLeaveAnActivityLocked(StoreUnderTest s) {
    withActivities(s, 1);
    Handle holder = s.newHandle();
    ActivityItem held = holder.fetchActivity(1);

    Expect.invalid("A renewal by zero was accepted.", () -> holder.renew(held, Duration.ZERO));
    s.b().fetchNoActivity("A refused renewal released the activity.");
    Expect.rejected(
        "A completion to another instance was accepted.",
        InvalidRequest.class,
        holder
            .provider()
            .ackActivityItem(ActivityAck.of(held.lockToken(), Sample.message("other", "result"))));
    s.b().fetchNoActivity("A rejected ack released the activity.");
    holder.close();
    s.b().fetchNoActivity("Closing the handle released the activity.");
    s.moveTime(s.lockFor());
    s.b().fetchActivity(1);
  }

  /**
   * Many callers, one activity: one wins (as LOCK-09).
   *
   * <p><b>Shape:</b> in each round eight handles fetch together, first the free activity, then the
   * one whose lock has just ended; each time one item comes in all.
   *
   * <p><b>If this fails, check:</b> is the check that nobody holds the lock part of the statement
   * that takes it?
   */
  @Rule("LOCK-10")
  void manyCallersOneActivityOneWins(StoreUnderTest s) {
    List<Handle> handles = s.newHandles(CALLERS);
    Handle a = withActivities(s, 1);
    for (int round = 0; round < s.rounds(ROUNDS); round++) {
      theOneWinner("Of many fetches of a free activity not exactly one won.", handles);
      s.moveTime(s.lockFor());
      a.abandon(theOneWinner("Of many fetches at the lock end not exactly one won.", handles));
    }
  }

  private static ActivityItem theOneWinner(String what, List<Handle> handles) {
    List<ActivityItem> items =
        Together.times(handles.size(), i -> handles.get(i).fetchActivities(1)).stream()
            .flatMap(List::stream)
            .toList();
    if (items.size() != 1) {
      throw Expect.violation(what, "1 item", items);
    }
    return items.get(0);
  }

  private static Handle withActivities(StoreUnderTest s, long... activityIds) {
    s.a().create("order");
    s.a().schedule("order", activityIds);
    return s.a();
  }

  private static void expectLost(Handle handle, ActivityItem item, long epoch) {
    LockToken token = new LockToken.OfActivity(item.task().identity(), epoch);
    expectNotHeld(handle, token);
    Expect.rejected(
        "A token that never held the lock was acked.",
        LockLost.class,
        handle.ack(new ActivityItem(item.task(), 1, token)));
  }

  private static void expectNotHeld(Handle handle, LockToken token) {
    Expect.lockLost(
        "A token that holds nothing was renewed.",
        () -> handle.provider().renewActivityItem(token, handle.lockFor()));
    Expect.lockLost(
        "A token that holds nothing was abandoned.",
        () -> handle.provider().abandonActivityItem(token, Abandonment.now()));
  }
}
