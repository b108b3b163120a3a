// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Prolonging a live lock. */
@RuleFamily("EXPIRY")
final class RenewRules {

  private static final int RENEWALS = 20;

  /**
   * Renewing makes the lock end now plus {@code extendFor} when that is later.
   *
   * <p><b>Shape:</b> renew at 0.6 L by L: held just before 1.6 L, free then.
   */
  @Rule("EXPIRY-05")
  void aRenewalCountsFromNow(StoreUnderTest store) {
    BothQueues held = BothQueues.locked(store.first());
    store.moveTime(store.lockFor().multipliedBy(6).dividedBy(10));

    held.renew(store.first(), store.lockFor());

    store.moveToJustBefore(store.lockFor());
    BothQueues.expectNone(store.second(), "A renewed lock ended before its time.");
    store.moveTime(store.tick());
    BothQueues.fetch(store.second());
  }

  /**
   * Renewing never shortens a lock.
   *
   * <p><b>Shape:</b> right after a fetch renew by a tenth of L: held just before L, free at L.
   */
  @Rule("EXPIRY-05")
  void aRenewalNeverShortens(StoreUnderTest store) {
    BothQueues held = BothQueues.locked(store.first());

    held.renew(store.first(), store.lockFor().dividedBy(10));

    store.moveToJustBefore(store.lockFor());
    BothQueues.expectNone(store.second(), "A short renewal shortened the lock.");
    store.moveTime(store.tick());
    BothQueues.fetch(store.second());
  }

  /**
   * One call renews what is live, of both kinds, and says which.
   *
   * <p><b>Shape:</b> two locked instances and activities and one of each that was acked; renew all
   * in one call at 0.6 L: the two of each are returned and held until 1.6 L.
   */
  @Rule("EXPIRY-05")
  void oneCallRenewsWhatIsLive(StoreUnderTest store) {
    Handle first = store.first();
    List.of("one", "lost", "two").forEach(first::create);
    first.schedule("one", 1, 2, 3);
    List.of("one", "lost", "two").forEach(first::poke);
    List<OrchestrationItem> items = first.fetch(3);
    List<ActivityItem> activities = first.fetchActivities(3);
    items.stream().filter(item -> item.instanceId().equals("lost")).forEach(first::finish);
    first.complete(activities.get(1));
    store.moveTime(store.lockFor().multipliedBy(6).dividedBy(10));

    List<LockToken> tokens = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      tokens.add(items.get(i).lockToken());
      tokens.add(activities.get(i).lockToken());
    }
    Set<LockToken> live = new HashSet<>(tokens);
    live.removeIf(token -> token.instanceId().equals("lost"));
    live.remove(activities.get(1).lockToken());
    Expect.equal(
        "A renewal does not return the tokens that are live.",
        live,
        first.provider().renew(tokens, store.lockFor()));

    store.moveToJustBefore(store.lockFor());
    BothQueues.expectNone(store.second(), "A lock that was renewed ended before its time.");
    store.moveTime(store.tick());
    Expect.equal("Not all renewed instances came at their end.", 2, store.second().fetch(5).size());
    Expect.equal(
        "Not all renewed activities came at their end.",
        2,
        store.second().fetchActivities(5).size());
  }

  /**
   * Renewing regularly keeps a lock; stopping loses it within the last extension.
   *
   * <p><b>Shape:</b> renew each half L by L, twenty times; B fetches nothing throughout; stop; B
   * gets both after L.
   */
  @Rule("EXPIRY-06")
  void renewingRegularlyKeepsALock(StoreUnderTest store) {
    BothQueues held = BothQueues.locked(store.first());
    for (int i = 0; i < RENEWALS; i++) {
      store.moveTime(store.lockFor().dividedBy(2));
      held.renew(store.first(), store.lockFor());
      BothQueues.expectNone(store.second(), "A lock that is renewed regularly was lost.");
    }

    store.moveToJustBefore(store.lockFor());
    BothQueues.expectNone(store.second(), "The last extension was shortened.");
    store.moveTime(store.tick());
    BothQueues.fetch(store.second());
  }

  /**
   * After its ack nobody renews a lock.
   *
   * <p><b>Shape:</b> ack in both queues, with a message and an activity left; renew: lost; what is
   * left is deliverable.
   */
  @Rule("EXPIRY-07")
  void renewAfterAckIsLost(StoreUnderTest store) {
    Handle first = store.first();
    BothQueues held = BothQueues.locked(first);
    first.turn(held.instance()).activities(2).apply();
    OrchestratorMessage completion = first.complete(held.activity());

    held.expectRenewLost(first, "A lock was renewed after its ack.");

    Batch.expect("The completion was kept back.", store.second().fetchOne("order"), completion);
    store.second().fetchActivity(2);
  }

  /**
   * After an abandon nobody renews a lock.
   *
   * <p><b>Shape:</b> abandon in both queues without delay and, then, with one; renew: lost; the
   * work comes at its time.
   */
  @Rule("EXPIRY-07")
  void renewAfterAbandonIsLost(StoreUnderTest store) {
    BothQueues earlier = BothQueues.locked(store.first());
    earlier.abandon(store.first(), AbandonOptions.now());
    earlier.expectRenewLost(store.first(), "A lock was renewed after an abandon.");

    BothQueues later = BothQueues.fetch(store.second());
    later.abandon(store.second(), AbandonOptions.after(store.lockFor().dividedBy(2)));
    later.expectRenewLost(store.second(), "A lock was renewed after an abandon with delay.");
    store.moveTime(store.lockFor().dividedBy(2));

    BothQueues.fetch(store.first());
  }

  /**
   * After its cancellation nobody renews the lock of an activity.
   *
   * <p><b>Shape:</b> A holds an activity that a turn cancels; renew: lost, alone and beside
   * another.
   */
  @Rule("EXPIRY-07")
  void renewAfterCancellationIsLost(StoreUnderTest store) {
    Handle first = store.first();
    BothQueues held = BothQueues.locked(first);
    first.turn(held.instance()).cancel(held.activity().task().identity()).apply();

    held.expectRenewLost(first, "The lock of a cancelled activity was renewed.");
  }

  /**
   * A renewal does not touch batch, queue or stored state.
   *
   * <p><b>Shape:</b> fetch; two messages; renew: all is stored as before; the ack removes the batch
   * and leaves the two.
   */
  @Rule("EXPIRY-08")
  void aRenewalDoesNotTouchTheBatch(StoreUnderTest store) {
    Handle first = store.first();
    BothQueues held = BothQueues.locked(first);
    OrchestratorMessage one = first.poke("order");
    OrchestratorMessage two = first.poke("order");
    Snapshot before = store.snapshotWithoutLocks("order");

    held.renew(first, store.lockFor().multipliedBy(2));

    store.expectUnchanged("A renewal changed what is stored.", before);
    first.finish(held.instance());
    OrchestrationItem next = first.fetchOne("order");
    Batch.expect("A renewal took messages into the batch.", next, one, two);
    Expect.equal("The ack did not set the delivery count back.", 1, next.deliveryCount());
  }

  /**
   * A renewal counts no delivery and keeps none.
   *
   * <p><b>Shape:</b> fetch, renew three times, let it end; the next delivery counts 2 and answers
   * the same.
   */
  @Rule("EXPIRY-08")
  void aRenewalCountsNoDelivery(StoreUnderTest store) {
    BothQueues held = BothQueues.locked(store.first());
    for (int i = 0; i < 3; i++) {
      held.renew(store.first(), store.lockFor());
    }
    store.moveTime(store.lockFor());

    BothQueues next = BothQueues.fetch(store.second());

    next.expectDeliveries("A renewal changed the delivery count.", 2);
    Expect.equal(
        "A renewal changed the batch.", held.instance().messages(), next.instance().messages());
    Expect.equal("A renewal changed the activity.", held.activity().task(), next.activity().task());
  }

  /**
   * A renewal by nothing or less is refused and leaves the lock alone.
   *
   * <p><b>Shape:</b> renew each, both and nothing by zero and by less; the locks end at L, as they
   * would have.
   */
  @Rule("EXPIRY-09")
  void aRenewalByNothingIsRefused(StoreUnderTest store) {
    Provider provider = store.first().provider();
    BothQueues held = BothQueues.locked(store.first());

    for (Duration extendFor : List.of(Duration.ZERO, store.lockFor().negated())) {
      String what = "A renewal by " + extendFor + " was accepted.";
      Expect.invalid(what, () -> store.first().renew(held.instance(), extendFor));
      Expect.invalid(what, () -> store.first().renew(held.activity(), extendFor));
      Expect.invalid(what, () -> provider.renew(held.tokens(), extendFor));
      Expect.invalid(what, () -> provider.renew(List.of(), extendFor));
    }

    Expect.equal(
        "A renewal of no tokens returned some.",
        Set.of(),
        provider.renew(List.of(), store.lockFor()));
    store.moveToJustBefore(store.lockFor());
    BothQueues.expectNone(store.second(), "A refused renewal shortened the lock.");
    store.moveTime(store.tick());
    BothQueues.fetch(store.second());
  }
}
