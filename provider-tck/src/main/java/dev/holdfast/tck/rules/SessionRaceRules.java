// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.rules.Sessioned.Owner;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Owners that reach for the same sessions, that wait for them, and instances that go. */
@RuleFamily("SESSION")
final class SessionRaceRules {

  private static final int OWNERS = 8;
  private static final int ROUNDS = 12;
  private static final int MOST = 2;
  private static final int SESSIONS = 10;

  /**
   * Of owners that reach for one session together exactly one gets it.
   *
   * <p><b>Shape:</b> many rounds: eight owners on two handles, a session with eight activities,
   * then a plain one for each owner but one; each fetches with max 1, together: one owner has
   * something of the session, each other one a plain activity, all with count 1; the winner drains
   * the rest with count 1.
   */
  @Rule("SESSION-12")
  void oneOwnerGetsTheSession(StoreUnderTest store) {
    race(store);
  }

  /**
   * Who loses the race for a session gets what else there is, and leaves no trace.
   *
   * <p><b>Shape:</b> the same race: there is a plain activity for each loser, and each gets one;
   * whatever comes has count 1.
   */
  @Rule("SESSION-13")
  void whoLosesGetsWhatElseThereIs(StoreUnderTest store) {
    race(store);
  }

  private static void race(StoreUnderTest store) {
    Handle first = Sessioned.order(store);
    List<Handle> handles = List.of(first, store.second());
    long from = 1;
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      String session = "session " + round;
      String[] sessions = new String[2 * OWNERS - 1];
      Arrays.fill(sessions, 0, OWNERS, session);
      Sessioned.schedule(first, from, sessions);
      from += sessions.length;
      String suffix = " of round " + round;
      List<Owner> owners = new ArrayList<>();
      for (int n = 0; n < OWNERS; n++) {
        owners.add(Sessioned.owner(handles.get(n % 2), "owner " + n + suffix));
      }
      List<List<ActivityItem>> taken = Together.times(OWNERS, n -> owners.get(n).fetch(1));
      Owner winner = null;
      for (int n = 0; n < OWNERS; n++) {
        Expect.equal("An owner was told that there is nothing.", 1, taken.get(n).size());
        ActivityItem item = taken.get(n).get(0);
        Expect.equal("A lost race was counted.", 1, item.deliveryCount());
        if (session.equals(item.task().sessionId())) {
          Expect.that("Two owners have one session.", winner == null);
          winner = owners.get(n);
        }
        first.complete(item);
      }
      if (winner == null) {
        throw Expect.violation("Nobody has got the session.", "one owner", "none");
      }
      for (Owner owner : owners) {
        if (!owner.equals(winner)) {
          owner.none("An owner got something of a session that it has lost.");
        }
      }
      List<ActivityItem> rest = winner.fetch(Handle.ALL);
      Expect.equal("The winner does not get the rest.", OWNERS - 1, rest.size());
      for (ActivityItem item : rest) {
        Expect.equal("A lost race was counted.", 1, item.deliveryCount());
        first.complete(item);
      }
    }
  }

  /**
   * The maximum holds when one owner fetches on many threads.
   *
   * <p><b>Shape:</b> ten sessions, a maximum of two; eight threads of one owner on two handles
   * fetch together: activities of two sessions at most.
   */
  @Rule("SESSION-28")
  void theMaximumHoldsOnManyThreads(StoreUnderTest store) {
    String[] sessions = new String[SESSIONS];
    for (int n = 0; n < SESSIONS; n++) {
      sessions[n] = "session " + n;
    }
    Handle first = Sessioned.order(store, sessions);
    List<Owner> owners =
        List.of(
            Sessioned.owner(first, "A").atMost(MOST),
            Sessioned.owner(store.second(), "A").atMost(MOST));
    Set<String> held = new HashSet<>();
    for (List<ActivityItem> items : Together.times(OWNERS, n -> owners.get(n % 2).fetch(1))) {
      for (ActivityItem item : items) {
        held.add(String.valueOf(item.task().sessionId()));
      }
    }
    Expect.atMost("An owner holds more sessions than its maximum.", MOST, held.size());
  }

  /**
   * Cancelling leaves the session as it is.
   *
   * <p><b>Shape:</b> A holds a session by a locked activity that its instance cancels; another
   * activity of the session goes to A and not to B.
   */
  @Rule("SESSION-29")
  void cancellingLeavesTheSession(StoreUnderTest store) {
    Handle first = Sessioned.order(store, "s");
    Owner a = Sessioned.owner(first, "A");
    ActivityItem item = a.one("The first one who asks gets nothing.", 1);
    first.poke(Sessioned.ORDER);
    ActivityIdentity identity = item.task().identity();
    first.turn(first.fetchOne(Sessioned.ORDER)).cancel(identity).apply();
    first.create("other");
    first.poke("other");
    first.turn(first.fetchOne("other")).activity(Sessioned.task("other", 2, "s", null)).apply();
    Sessioned.owner(store.second(), "B").none("Cancelling an activity gave up its session.");
    a.one("Cancelling an activity took the session from its owner.", 2);
  }

  /**
   * Deleting an instance leaves the session as it is.
   *
   * <p><b>Shape:</b> A holds a session by a locked activity of an instance that is deleted; another
   * instance's activity of the session goes to A and not to B.
   */
  @Rule("SESSION-29")
  void deletingLeavesTheSession(StoreUnderTest store) {
    Handle first = Sessioned.order(store, "s");
    Owner a = Sessioned.owner(first, "A");
    a.one("The first one who asks gets nothing.", 1);
    Deletions.of(first).delete(List.of(Sessioned.ORDER), true);
    first.create("other");
    first.poke("other");
    first.turn(first.fetchOne("other")).activity(Sessioned.task("other", 2, "s", null)).apply();
    Sessioned.owner(store.second(), "B").none("Deleting an instance gave up a session.");
    a.one("Deleting an instance took a session from its owner.", 2);
  }

  /**
   * Who waits for a session that another holds gets it when that one lets go, or its lease ends.
   *
   * <p><b>Shape:</b> B waits on its handle; A releases on the other: B gets the activity within the
   * bound. A waits for what B holds; time moves past the end: A gets it.
   */
  @Rule("SESSION-30")
  void whoWaitsForASessionGetsItWhenItIsFree(StoreUnderTest store) {
    Handle first = Sessioned.order(store, "s", "s", "s");
    Handle second = store.second();
    Owner a = Sessioned.owner(first, "A");
    Owner b = Sessioned.owner(second, "B").leasing(store.lockFor());
    a.one("The first one who asks gets nothing.", 1);
    try (Parked<List<ActivityItem>> waiting = park(store, b)) {
      Expect.that(
          "A session could not be released.", Sessioned.calls(first).releaseSession("A", "s"));
      expectNext(store, waiting, 2);
    }
    try (Parked<List<ActivityItem>> waiting = park(store, a)) {
      store.moveTime(store.lockFor());
      Expect.that(
          "A waiting fetch got nothing of an ended session.", !next(store, waiting).isEmpty());
    }
  }

  private static Parked<List<ActivityItem>> park(StoreUnderTest store, Owner owner) {
    return Parked.call(
        store.pace(),
        () ->
            owner
                .handle()
                .provider()
                .fetchActivityItems(owner.request(1).withWaitUpTo(Waiters.longWait(store))));
  }

  private static List<ActivityItem> next(StoreUnderTest store, Parked<List<ActivityItem>> waiting) {
    return waiting.within(
        "A waiting fetch was not woken within the bound by the end of a session.",
        Waiters.bound(store));
  }

  private static void expectNext(
      StoreUnderTest store, Parked<List<ActivityItem>> waiting, long number) {
    Expect.equal(
        "A waiting fetch did not get the next of a session that was released.",
        List.of(number),
        Claims.numbers(next(store, waiting)));
  }
}
