// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.feature.Sessions;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.rules.Sessioned.Owner;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** How sessions end, are kept, given up and tidied away. */
@RuleFamily("SESSION")
final class SessionLeaseRules {

  /**
   * After the end of the lease anybody may claim the session.
   *
   * <p><b>Shape:</b> the same setting twice, later: once B asks first and gets the next, and A
   * none; once A does, and B none.
   */
  @Rule("SESSION-14")
  void afterTheEndAnybodyMayClaim(StoreUnderTest store) {
    Handle first = Sessioned.order(store, "s", "s", "t", "t");
    Owner a = Sessioned.owner(first, "A").leasing(store.lockFor());
    Owner b = Sessioned.owner(store.second(), "B").leasing(store.lockFor());
    first.complete(a.one("The first one who asks gets nothing.", 1));
    first.complete(a.one("The owner does not get its session.", 2));
    first.complete(a.one("A free session does not come.", 3));
    Sessioned.schedule(first, 5, "s", "s");
    b.none("A session was taken before its end.");
    store.moveTime(store.lockFor());
    b.one("A session whose lease has ended cannot be claimed.", 4);
    a.one("The former owner cannot claim its session again.", 5);
    a.one("The owner does not get its session.", 6);
    a.none("The former owner got what is another's now.");
    b.none("An owner got what the former one has claimed again.");
  }

  /**
   * A delivery prolongs the lease and never shortens it.
   *
   * <p><b>Shape:</b> a second fetch shortly before the end keeps B out past the first end; another
   * one with a tiny lease does not let B in before the end that there was.
   */
  @Rule("SESSION-15")
  void aDeliveryProlongsAndNeverShortens(StoreUnderTest store) {
    Handle first = Sessioned.order(store, "s", "s", "s", "s");
    Duration l = store.lockFor();
    Owner a = Sessioned.owner(first, "A").leasing(l);
    Owner b = Sessioned.owner(store.second(), "B");
    first.complete(a.one("The first one who asks gets nothing.", 1));
    store.moveToJustBefore(l);
    first.complete(a.one("The owner does not get its session.", 2));
    store.moveTime(l.dividedBy(2));
    b.none("A delivery did not prolong the lease.");
    first.complete(a.leasing(store.tick()).one("The owner does not get its session.", 3));
    store.moveTime(store.tick());
    b.none("A delivery shortened the lease.");
    store.moveTime(l);
    b.one("The lease does not end.", 4);
  }

  /**
   * When only the lock ends, the owner alone gets the activity again.
   *
   * <p><b>Shape:</b> a lease ten times as long as the lock; after the lock's end B gets nothing,
   * and A the activity with count 2.
   */
  @Rule("SESSION-16")
  void theLockEndsAlone(StoreUnderTest store) {
    Handle first = Sessioned.order(store, "s");
    Owner a = Sessioned.owner(first, "A");
    a.one("The first one who asks gets nothing.", 1);
    store.moveTime(store.lockFor());
    Sessioned.owner(store.second(), "B").none("The end of a lock ended the session.");
    ActivityItem again = a.one("The owner does not get the activity again.", 1);
    Expect.equal("A delivery was not counted.", 2, again.deliveryCount());
  }

  /**
   * When only the lease ends, live locks stay.
   *
   * <p><b>Shape:</b> A holds two locks, its lease ends; B gets what waits and not those; A renews
   * and acks one, whose completion arrives.
   */
  @Rule("SESSION-17")
  void theLeaseEndsAlone(StoreUnderTest store) {
    afterTheLease(store);
  }

  /**
   * When the lock ends too, the activity is the present owner's.
   *
   * <p><b>Shape:</b> as before; then the other lock ends: A gets nothing, and B gets it with count
   * 2, and A's token is lost.
   */
  @Rule("SESSION-18")
  void thePresentOwnerGetsWhatIsFreeAgain(StoreUnderTest store) {
    ActivityItem left = afterTheLease(store);
    afterTheLock(store, left);
  }

  /**
   * When both have ended, the activity is anybody's.
   *
   * <p><b>Shape:</b> as before; then all has ended: C gets it with count 3, and B is kept out.
   */
  @Rule("SESSION-19")
  void whatNobodyHoldsGoesToAnybody(StoreUnderTest store) {
    afterTheLock(store, afterTheLease(store));
    store.moveTime(store.lockFor().multipliedBy(11));
    ActivityItem third =
        Sessioned.owner(store.first(), "C").one("What nobody holds does not go to anybody.", 2);
    Expect.equal("A delivery was not counted.", 3, third.deliveryCount());
    Sessioned.owner(store.second(), "B").none("A session was not taken with its activity.");
  }

  private static ActivityItem afterTheLease(StoreUnderTest store) {
    Handle first = Sessioned.order(store, "s", "s", "s");
    Duration l = store.lockFor();
    Owner a = Sessioned.owner(first, "A").leasing(l.dividedBy(4));
    Owner b = Sessioned.owner(store.second(), "B");
    ActivityItem acked = a.one("The first one who asks gets nothing.", 1);
    ActivityItem left = a.one("The owner does not get its session.", 2);
    store.moveTime(l.dividedBy(4));
    store.second().complete(b.one("What waits is not the new owner's.", 3));
    b.none("A live lock was ignored.");
    first.renew(acked, l);
    OrchestratorMessage completion = first.complete(acked);
    Expect.that(
        "The completion of a former owner is not delivered.",
        first.fetchOne(Sessioned.ORDER).messages().stream()
            .anyMatch(message -> message.body().equals(completion.body())));
    return left;
  }

  private static void afterTheLock(StoreUnderTest store, ActivityItem left) {
    store.moveTime(store.lockFor());
    Sessioned.owner(store.first(), "A")
        .none("An activity went to an owner that the session has no more.");
    ActivityItem again =
        Sessioned.owner(store.second(), "B")
            .one("An activity does not go to the present owner.", 2);
    Expect.equal("A delivery was not counted.", 2, again.deliveryCount());
    Expect.rejected(
        "The token of a lost lock was accepted.", LockLost.class, store.first().ack(left));
  }

  /**
   * Fetching, renewing and acking are use; renewing and acking do nothing else to the session.
   *
   * <p><b>Shape:</b> for each of the three: idle for most of the idle time, do it, idle again, and
   * the session is not idle; without it, it is. An ack and a renewal after B took the session leave
   * it B's.
   */
  @Rule("SESSION-20")
  void whatCountsAsUse(StoreUnderTest store) {
    Handle first = Sessioned.order(store, "s", "s", "s");
    Sessions calls = Sessioned.calls(first);
    Duration l = store.lockFor();
    Duration idle = l.dividedBy(2);
    Duration most = idle.dividedBy(3).multipliedBy(2);
    Owner a = Sessioned.owner(first, "A");
    Set<String> owners = Set.of("A");
    ActivityItem item = a.one("The first one who asks gets nothing.", 1);
    first.renew(item, l.multipliedBy(20));
    store.moveTime(most);
    ActivityItem second = a.one("The owner does not get its session.", 2);
    store.moveTime(most);
    Expect.equal("A fetch is no use.", 1, calls.renewSessions(owners, l, idle));
    first.renew(item, l.multipliedBy(20));
    store.moveTime(most);
    Expect.equal("A renewal is no use.", 1, calls.renewSessions(owners, l, idle));
    first.complete(second);
    store.moveTime(most);
    Expect.equal("An ack is no use.", 1, calls.renewSessions(owners, l, idle));
    store.moveTime(most);
    Expect.equal("What is not used is used.", 0, calls.renewSessions(owners, l, idle));

    store.moveTime(l.multipliedBy(10));
    Owner b = Sessioned.owner(store.second(), "B");
    b.one("A session whose lease has ended cannot be claimed.", 3);
    first.renew(item, l);
    first.complete(item);
    Sessioned.schedule(first, 4, "s");
    a.none("An ack of the former owner brought the session back.");
    b.one("An ack of the former owner ended the session.", 4);
  }

  /**
   * A renewal prolongs all live sessions of its owners, and says how many.
   *
   * <p><b>Shape:</b> one, then two sessions of A, then those of A and C: 1, 2 and 3; B is kept out
   * past the first end; a renewal by a tick shortens nothing.
   */
  @Rule("SESSION-21")
  void aRenewalProlongs(StoreUnderTest store) {
    Handle first = Sessioned.order(store, "s", "t", "u", "s", "t", "u");
    Sessions calls = Sessioned.calls(store.second());
    Duration l = store.lockFor();
    Owner a = Sessioned.owner(first, "A").leasing(l);
    Owner b = Sessioned.owner(store.second(), "B");
    Duration ever = l.multipliedBy(100);
    String what = "A renewal returned another number of sessions.";
    a.one("The first one who asks gets nothing.", 1);
    Expect.equal(what, 1, calls.renewSessions(Set.of("A"), l, ever));
    a.one("A free session does not come.", 2);
    Expect.equal(what, 2, calls.renewSessions(Set.of("A"), l, ever));
    Sessioned.owner(first, "C").leasing(l).one("A free session does not come.", 3);
    Expect.equal(what, 3, calls.renewSessions(Set.of("A", "C", "D"), l.multipliedBy(3), ever));
    Expect.equal(what, 3, calls.renewSessions(Set.of("A", "C"), store.tick(), ever));
    store.moveTime(l.multipliedBy(2));
    b.none("A renewal did not prolong, or one shortened.");
    store.moveTime(l);
    Expect.equal("Prolonged sessions do not end.", 6, b.fetch(Handle.ALL).size());
  }

  /**
   * A renewal leaves ended, idle and other sessions alone.
   *
   * <p><b>Shape:</b> with an idle time of zero, after the end, when idle, with an unknown owner and
   * with none: 0 each time; B's session keeps its end.
   */
  @Rule("SESSION-22")
  void aRenewalLeavesTheOthersAlone(StoreUnderTest store) {
    Handle first = Sessioned.order(store, "s", "t", "t");
    Sessions calls = Sessioned.calls(first);
    Duration l = store.lockFor();
    Duration ever = l.multipliedBy(100);
    Sessioned.owner(first, "A").leasing(l).one("The first one who asks gets nothing.", 1);
    Sessioned.owner(first, "B").leasing(l.multipliedBy(2)).one("A free session does not come.", 2);
    Expect.equal(
        "With an idle time of zero a session was in use.",
        0,
        calls.renewSessions(Set.of("A"), ever, Duration.ZERO));
    store.moveTime(l.dividedBy(2));
    Expect.equal(
        "An idle session was prolonged.",
        0,
        calls.renewSessions(Set.of("A"), ever, l.dividedBy(4)));
    Expect.equal(
        "An unknown owner has sessions.", 0, calls.renewSessions(Set.of("X", "a"), ever, ever));
    Expect.equal("Nobody has sessions.", 0, calls.renewSessions(Set.of(), ever, ever));
    store.moveTime(l.dividedBy(2));
    Expect.equal("An ended session was revived.", 0, calls.renewSessions(Set.of("A"), ever, ever));
    Owner c = Sessioned.owner(store.second(), "C");
    c.all("A session that was not prolonged has not ended, or another one has.", 1);
    store.moveTime(l);
    Expect.equal("A session of another owner was prolonged.", 3, c.fetch(Handle.ALL).size());
  }

  /**
   * A release ends the lease of its live owner at once, and nothing else.
   *
   * <p><b>Shape:</b> releases by a stranger, of an unknown session and of another one answer false
   * and change nothing; the owner's answers true, and the second time false; B claims what waits, A
   * still acks what it holds; A's late release does not touch B.
   */
  @Rule("SESSION-23")
  void aReleaseEndsTheLease(StoreUnderTest store) {
    Handle first = Sessioned.order(store, "s", "s", "s");
    Sessions calls = Sessioned.calls(store.second());
    Owner a = Sessioned.owner(first, "A");
    Owner b = Sessioned.owner(store.second(), "B");
    ActivityItem held = a.one("The first one who asks gets nothing.", 1);
    Expect.that("A stranger released a session.", !calls.releaseSession("B", "s"));
    Expect.that("An unknown session was released.", !calls.releaseSession("A", "t"));
    b.none("A release that answers false changed something.");
    Expect.that("The owner could not release its session.", calls.releaseSession("A", "s"));
    Expect.that("A session was released twice.", !calls.releaseSession("A", "s"));
    b.one("A released session cannot be claimed.", 2);
    Expect.that("The former owner released a session.", !calls.releaseSession("A", "s"));
    first.complete(held);
    a.none("The former owner got what is another's now.");
    b.one("The owner does not get its session.", 3);
  }

  /**
   * A cleanup removes what is left of sessions that nobody needs, and nothing else.
   *
   * <p><b>Shape:</b> one live, one ended with a queued activity, one ended without: one is removed;
   * then none; the live one is kept from B, the others can be claimed, also the removed one when
   * its id comes again.
   */
  @Rule("SESSION-24")
  void aCleanupRemovesWhatNobodyNeeds(StoreUnderTest store) {
    Handle first = Sessioned.order(store, "live", "ended", "gone", "ended", "live");
    Sessions calls = Sessioned.calls(first);
    Duration l = store.lockFor();
    Owner a = Sessioned.owner(first, "A");
    first.complete(a.one("The first one who asks gets nothing.", 1));
    Owner brief = a.leasing(l);
    first.complete(brief.one("A free session does not come.", 2));
    first.complete(brief.one("A free session does not come.", 3));
    Expect.equal("A live session was removed.", 0, calls.cleanupSessions());
    store.moveTime(l);
    Expect.equal("A cleanup removed another number.", 1, calls.cleanupSessions());
    Expect.equal("A cleanup removed something twice.", 0, calls.cleanupSessions());
    Sessioned.schedule(first, 6, "gone");
    Sessioned.owner(store.second(), "B").all("A cleanup changed who may have which session.", 4, 6);
    a.one("A cleanup ended a live session.", 5);
  }

  /**
   * An abandoned activity stays with the owner of its session.
   *
   * <p><b>Shape:</b> abandoned and counted: B gets nothing, A gets it with count 2; not counted:
   * again with count 2; after the ack nothing is left.
   */
  @Rule("SESSION-25")
  void anAbandonedActivityStaysWithItsOwner(StoreUnderTest store) {
    Handle first = Sessioned.order(store, "s");
    Owner a = Sessioned.owner(first, "A");
    Owner b = Sessioned.owner(store.second(), "B");
    first.abandon(a.one("The first one who asks gets nothing.", 1));
    b.none("Giving an activity back gave up its session.");
    ActivityItem second = a.one("The owner does not get the activity again.", 1);
    Expect.equal("A delivery was not counted.", 2, second.deliveryCount());
    first.abandon(second, AbandonOptions.now().uncounted());
    b.none("Giving an activity back gave up its session.");
    ActivityItem third = a.one("The owner does not get the activity again.", 1);
    Expect.equal("A delivery was counted that was taken back.", 2, third.deliveryCount());
    first.complete(third);
    a.none("An acked activity came again.");
  }

  /**
   * Session and tag are both conditions.
   *
   * <p><b>Shape:</b> an activity of a session with tag x, and a plain one of another session; A
   * asks with {@code untagged} and gets the second only; B with {@code tags(x)} gets the first,
   * although A asked first; A with {@code any} gets nothing then.
   */
  @Rule("SESSION-26")
  void sessionAndTagAreBothConditions(StoreUnderTest store) {
    Sessioned.requireDeclared(store);
    if (!store.declares(Feature.TAGS)) {
      throw new NotMeasured(FixturePart.FEATURE, Feature.TAGS.name());
    }
    Handle first = store.first();
    first.create(Sessioned.ORDER);
    first.poke(Sessioned.ORDER);
    first
        .turn(first.fetchOne(Sessioned.ORDER))
        .activity(Sessioned.task(Sessioned.ORDER, 1, "s", "x"))
        .activity(Sessioned.task(Sessioned.ORDER, 2, "t", null))
        .activity(Sessioned.task(Sessioned.ORDER, 3, null, "x"))
        .apply();
    Owner a = Sessioned.owner(first, "A");
    Owner b = Sessioned.owner(store.second(), "B");
    a.all("An owner did not get what has no tag.", 2);
    Expect.equal(
        "A session is held by an owner that cannot take its activity.",
        List.of(1L, 3L),
        Claims.numbers(b.fetch(Handle.ALL, TagFilter.tags("x"))));
    Expect.none("An activity came twice.", a.fetch(Handle.ALL, TagFilter.any()));
  }

  /**
   * With a maximum, an owner claims no more than that.
   *
   * <p><b>Shape:</b> three sessions with two activities each and a plain one behind; A with a
   * maximum of two gets those of two sessions and the plain one, and not the third; B gets one of
   * that; after A released one and B its own, A may claim it.
   */
  @Rule("SESSION-27")
  void anOwnerClaimsNoMoreThanItsMaximum(StoreUnderTest store) {
    Handle first = Sessioned.order(store, "s", "t", "u", "s", "t", "u", null);
    Owner a = Sessioned.owner(first, "A").atMost(2);
    Owner b = Sessioned.owner(store.second(), "B");
    a.one("The first one who asks gets nothing.", 1);
    a.one("An owner does not get as many sessions as it may.", 2);
    a.all("An owner with all its sessions does not get the rest of them.", 4, 5, 7);
    a.none("An owner claimed more sessions than its maximum.");
    b.one("A session that was left is not there.", 3);
    Sessions calls = Sessioned.calls(first);
    Expect.that("A session could not be released.", calls.releaseSession("B", "u"));
    a.none("An owner claimed more sessions than its maximum.");
    Expect.that("A session could not be released.", calls.releaseSession("A", "s"));
    a.one("After one has ended an owner may not claim another.", 6);
  }
}
