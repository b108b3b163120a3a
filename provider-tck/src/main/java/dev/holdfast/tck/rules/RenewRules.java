// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Snapshot;
import dev.holdfast.tck.harness.StoreUnderTest;
import java.time.Duration;
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
   *
   * <p><b>If this fails, check:</b> is the extension added to the old lock end instead of to now,
   * or to the time of the fetch?
   */
  @Rule("EXPIRY-05")
  void aRenewalCountsFromNow(StoreUnderTest s) {
    BothQueues held = BothQueues.locked(s.a());
    s.moveTime(s.lockFor().multipliedBy(6).dividedBy(10));

    held.renew(s.a(), s.lockFor());

    s.moveToJustBefore(s.lockFor());
    BothQueues.expectNone(s.b(), "A renewed lock ended before its time.");
    s.moveTime(s.tick());
    BothQueues.fetch(s.b());
  }

  /**
   * Renewing never shortens a lock.
   *
   * <p><b>Shape:</b> right after a fetch renew by a tenth of L: held just before L, free at L.
   *
   * <p><b>If this fails, check:</b> is the later of both ends stored?
   */
  @Rule("EXPIRY-05")
  void aRenewalNeverShortens(StoreUnderTest s) {
    BothQueues held = BothQueues.locked(s.a());

    held.renew(s.a(), s.lockFor().dividedBy(10));

    s.moveToJustBefore(s.lockFor());
    BothQueues.expectNone(s.b(), "A short renewal shortened the lock.");
    s.moveTime(s.tick());
    BothQueues.fetch(s.b());
  }

  /**
   * The list form renews those that are held and says which.
   *
   * <p><b>Shape:</b> two locked instances and activities and one of each that was given back; renew
   * all in one call at 0.6 L: the two are answered and held until 1.6 L.
   *
   * <p><b>If this fails, check:</b> does one lost token end the call for the others? are lost
   * tokens left out of the answer?
   */
  @Rule("EXPIRY-05")
  void theListFormRenewsWhatIsHeld(StoreUnderTest s) {
    Handle a = s.a();
    Provider provider = a.provider();
    List.of("one", "lost", "two").forEach(a::create);
    a.schedule("one", 1, 2, 3);
    List.of("one", "lost", "two").forEach(a::poke);
    List<OrchestrationItem> items = a.fetch(3);
    List<ActivityItem> activities = a.fetchActivities(3);
    items.stream().filter(item -> item.instanceId().equals("lost")).forEach(a::finish);
    a.complete(activities.get(1));
    s.moveTime(s.lockFor().multipliedBy(6).dividedBy(10));

    Expect.equal(
        "The list form does not answer the tokens that are held.",
        Set.copyOf(
            items.stream()
                .filter(item -> !item.instanceId().equals("lost"))
                .map(OrchestrationItem::lockToken)
                .toList()),
        provider.renewOrchestrationItems(
            items.stream().map(OrchestrationItem::lockToken).toList(), s.lockFor()));
    Expect.equal(
        "The list form does not answer the tokens that are held.",
        Set.of(activities.get(0).lockToken(), activities.get(2).lockToken()),
        provider.renewActivityItems(
            activities.stream().map(ActivityItem::lockToken).toList(), s.lockFor()));

    s.moveToJustBefore(s.lockFor());
    BothQueues.expectNone(s.b(), "A lock that the list form renewed ended before its time.");
    s.moveTime(s.tick());
    Expect.equal("Not all renewed instances came at their end.", 2, s.b().fetch(5).size());
    Expect.equal(
        "Not all renewed activities came at their end.", 2, s.b().fetchActivities(5).size());
  }

  /**
   * Renewing regularly keeps a lock; stopping loses it within the last extension.
   *
   * <p><b>Shape:</b> renew each half L by L, twenty times; B fetches nothing throughout; stop; B
   * gets both after L.
   *
   * <p><b>If this fails, check:</b> is there a longest life of a lock? does each renewal push the
   * end further than asked?
   */
  @Rule("EXPIRY-06")
  void renewingRegularlyKeepsALock(StoreUnderTest s) {
    BothQueues held = BothQueues.locked(s.a());
    for (int i = 0; i < RENEWALS; i++) {
      s.moveTime(s.lockFor().dividedBy(2));
      held.renew(s.a(), s.lockFor());
      BothQueues.expectNone(s.b(), "A lock that is renewed regularly was lost.");
    }

    s.moveToJustBefore(s.lockFor());
    BothQueues.expectNone(s.b(), "The last extension was shortened.");
    s.moveTime(s.tick());
    BothQueues.fetch(s.b());
  }

  /**
   * After its ack nobody renews a lock.
   *
   * <p><b>Shape:</b> ack in both queues, with a message and an activity left; renew: lost; what is
   * left is deliverable.
   *
   * <p><b>If this fails, check:</b> does the ack end the lock, or only remove the batch?
   */
  @Rule("EXPIRY-07")
  void renewAfterAckIsLost(StoreUnderTest s) {
    Handle a = s.a();
    BothQueues held = BothQueues.locked(a);
    a.turn(held.instance()).activities(2).apply();
    OrchestratorMessage completion = a.complete(held.activity());

    held.expectRenewLost(a, "A lock was renewed after its ack.");

    Batch.expect("The completion was kept back.", s.b().fetchOne("order"), completion);
    s.b().fetchActivity(2);
  }

  /**
   * After an abandon nobody renews a lock.
   *
   * <p><b>Shape:</b> abandon in both queues without delay and, then, with one; renew: lost; the
   * work comes at its time.
   *
   * <p><b>If this fails, check:</b> does abandon keep the token as the current one, so that a delay
   * looks like a live lock?
   */
  @Rule("EXPIRY-07")
  void renewAfterAbandonIsLost(StoreUnderTest s) {
    BothQueues first = BothQueues.locked(s.a());
    first.abandon(s.a(), Abandonment.now());
    first.expectRenewLost(s.a(), "A lock was renewed after an abandon.");

    BothQueues second = BothQueues.fetch(s.b());
    second.abandon(s.b(), Abandonment.after(s.lockFor().dividedBy(2)));
    second.expectRenewLost(s.b(), "A lock was renewed after an abandon with delay.");
    s.moveTime(s.lockFor().dividedBy(2));

    BothQueues.fetch(s.a());
  }

  /**
   * After its cancellation nobody renews the lock of an activity.
   *
   * <p><b>Shape:</b> A holds an activity that a turn cancels; renew: lost, singly and as a list.
   *
   * <p><b>If this fails, check:</b> is a renewal that changes no row answered as if it had?
   */
  @Rule("EXPIRY-07")
  void renewAfterCancellationIsLost(StoreUnderTest s) {
    Handle a = s.a();
    BothQueues held = BothQueues.locked(a);
    a.turn(held.instance()).cancel(held.activity().task().identity()).apply();

    Expect.lockLost(
        "The lock of a cancelled activity was renewed.",
        () -> a.renew(held.activity(), s.lockFor()));
    Expect.none(
        "The lock of a cancelled activity was renewed by the list form.",
        a.provider().renewActivityItems(List.of(held.activity().lockToken()), s.lockFor()));
  }

  /**
   * A renewal does not touch batch, queue or stored state.
   *
   * <p><b>Shape:</b> fetch; two messages; renew: all is stored as before; the ack removes the batch
   * and leaves the two.
   *
   * <p><b>If this fails, check:</b> does a renewal take newer messages into the batch?
   */
  @Rule("EXPIRY-08")
  void aRenewalDoesNotTouchTheBatch(StoreUnderTest s) {
    Handle a = s.a();
    BothQueues held = BothQueues.locked(a);
    OrchestratorMessage one = a.poke("order");
    OrchestratorMessage two = a.poke("order");
    Snapshot before = s.snapshotWithoutLocks("order");

    held.renew(a, s.lockFor().multipliedBy(2));

    s.expectUnchanged("A renewal changed what is stored.", before);
    a.finish(held.instance());
    OrchestrationItem next = a.fetchOne("order");
    Batch.expect("A renewal took messages into the batch.", next, one, two);
    Expect.equal("The ack did not set the attempt count back.", 1, next.attemptCount());
  }

  /**
   * A renewal counts no attempt and keeps none.
   *
   * <p><b>Shape:</b> fetch, renew three times, let it end; the next delivery counts 2 and answers
   * the same.
   *
   * <p><b>If this fails, check:</b> do fetch and renew share the statement that counts?
   */
  @Rule("EXPIRY-08")
  void aRenewalCountsNoAttempt(StoreUnderTest s) {
    BothQueues held = BothQueues.locked(s.a());
    for (int i = 0; i < 3; i++) {
      held.renew(s.a(), s.lockFor());
    }
    s.moveTime(s.lockFor());

    BothQueues next = BothQueues.fetch(s.b());

    next.expectAttempts("A renewal changed the attempt count.", 2);
    Expect.equal(
        "A renewal changed the batch.", held.instance().messages(), next.instance().messages());
    Expect.equal("A renewal changed the activity.", held.activity().task(), next.activity().task());
  }

  /**
   * A renewal by nothing or less is refused and leaves the lock alone.
   *
   * <p><b>Shape:</b> renew both by zero and by less, singly and as lists; the locks end at L, as
   * they would have.
   *
   * <p><b>If this fails, check:</b> is the duration checked before anything is written, in all four
   * calls?
   */
  @Rule("EXPIRY-09")
  void aRenewalByNothingIsRefused(StoreUnderTest s) {
    Provider provider = s.a().provider();
    BothQueues held = BothQueues.locked(s.a());

    for (Duration extendFor : List.of(Duration.ZERO, s.lockFor().negated())) {
      String what = "A renewal by " + extendFor + " was accepted.";
      Expect.invalid(what, () -> s.a().renew(held.instance(), extendFor));
      Expect.invalid(what, () -> s.a().renew(held.activity(), extendFor));
      Expect.invalid(
          what,
          () -> provider.renewOrchestrationItems(List.of(held.instance().lockToken()), extendFor));
      Expect.invalid(
          what, () -> provider.renewActivityItems(List.of(held.activity().lockToken()), extendFor));
    }

    s.moveToJustBefore(s.lockFor());
    BothQueues.expectNone(s.b(), "A refused renewal shortened the lock.");
    s.moveTime(s.tick());
    BothQueues.fetch(s.b());
  }
}
