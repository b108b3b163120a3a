// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.SessionClaim;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.feature.Sessions;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.rules.Sessioned.Owner;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** Who gets the activities of a session while its lease is live. */
@RuleFamily("SESSION")
final class SessionRules {

  private static final int FOREIGN = 300;
  private static final int LONGEST = 256;

  /**
   * Sessions are honoured where they are declared, and refused where they are not.
   *
   * <p><b>Shape:</b> declared: the capability is there, and an owner gets an activity with its
   * session. Undeclared: it is not there, an ack with a session is refused and changes nothing, a
   * fetch with a claim is refused, and the plain turn is applied and delivered with count 1.
   */
  @Rule("SESSION-01")
  void sessionsAreHonouredOrRefused(StoreUnderTest store) {
    Handle first = store.first();
    first.create(Sessioned.ORDER);
    first.poke(Sessioned.ORDER);
    OrchestrationItem item = first.fetchOne(Sessioned.ORDER);
    boolean declared = store.declares(Feature.SESSIONS);
    Expect.equal(
        "The declaration and the capability do not agree.",
        declared,
        first.provider().capability(Sessions.class).isPresent());
    var turn = first.turn(item).activity(Sessioned.task(Sessioned.ORDER, 1, "s", null));
    if (declared) {
      turn.apply();
      ActivityItem got = Sessioned.owner(first, "A").one("An owner got nothing.", 1);
      Expect.equal("A session came back changed.", "s", got.task().sessionId());
      return;
    }
    Snapshot before = store.snapshot(Sessioned.ORDER);
    turn.reject("A session was accepted that is not declared.", NotSupported.class);
    Expect.thrown(
        "A claim was accepted that is not declared.",
        NotSupported.class,
        () -> Sessioned.owner(first, "A").fetch(1));
    store.expectUnchanged("A call that was refused changed something.", before);
    first.turn(item).activities(1).apply();
    Expect.equal("A refused fetch was counted.", 1, first.fetchActivity(1).deliveryCount());
  }

  /**
   * Without a claim no activity of a session comes, whatever the tag filter, and none is touched.
   *
   * <p><b>Shape:</b> one with a session, one without behind it: a fetch without a claim gets the
   * second only; nothing changes; an owner gets the first with count 1.
   */
  @Rule("SESSION-02")
  void withoutAClaimSessionsAreLeftAlone(StoreUnderTest store) {
    Handle first = Sessioned.order(store, "s", null);
    first.fetchActivity(2);
    Snapshot before = store.snapshot(Sessioned.ORDER);
    String what = "A fetch without a claim got an activity of a session.";
    first.fetchNoActivity(what);
    Expect.none(
        what,
        first
            .provider()
            .fetchActivityItems(
                ActivityFetch.of(Handle.ALL, store.lockFor()).withTagFilter(TagFilter.any())));
    store.expectUnchanged("A fetch changed what it left out.", before);
    ActivityItem item = Sessioned.owner(store.second(), "A").one("It is not there.", 1);
    Expect.equal("A delivery was counted that nobody got.", 1, item.deliveryCount());
  }

  /**
   * What has no session goes to anybody.
   *
   * <p><b>Shape:</b> A holds a session; plain activities come to a fetch without a claim, to A and
   * to B, in their order, by turns.
   */
  @Rule("SESSION-03")
  void whatHasNoSessionGoesToAnybody(StoreUnderTest store) {
    Handle first = Sessioned.order(store, "s");
    Owner a = Sessioned.owner(first, "A");
    Owner b = Sessioned.owner(store.second(), "B");
    a.one("A does not get its session.", 1);
    Sessioned.schedule(first, 2, null, null, null, "s", null);
    first.fetchActivity(2);
    a.one("An owner does not get what has no session.", 3);
    b.one("Another owner does not get what has no session.", 4);
    b.one("Another owner does not get what has no session.", 6);
    a.one("An owner does not get its session.", 5);
  }

  /**
   * The first delivery gives the session, for everybody at once.
   *
   * <p><b>Shape:</b> A gets one of two; B on the other handle gets nothing, on either handle, and A
   * gets the second; what arrives later is A's too.
   */
  @Rule("SESSION-04")
  void theFirstDeliveryGivesTheSession(StoreUnderTest store) {
    Handle first = Sessioned.order(store, "s", "s");
    Owner a = Sessioned.owner(first, "A");
    a.one("The first one who asks gets nothing.", 1);
    Sessioned.owner(store.second(), "B").none("Another owner got an activity of a held session.");
    Sessioned.owner(first, "B").none("Another owner got an activity of a held session.");
    a.one("The owner does not get its session.", 2);
  }

  /**
   * What arrives while the lease is live is the owner's.
   *
   * <p><b>Shape:</b> A holds a session and has acked all of it; B asks before and after more
   * arrives and gets nothing; A gets it.
   */
  @Rule("SESSION-05")
  void whatArrivesLaterIsTheOwners(StoreUnderTest store) {
    Handle first = Sessioned.order(store, "s");
    Owner a = Sessioned.owner(first, "A");
    Owner b = Sessioned.owner(store.second(), "B");
    first.complete(a.one("The first one who asks gets nothing.", 1));
    b.none("Something came out of nothing.");
    Sessioned.schedule(first, 2, "s", "s");
    b.none("Another owner got what has arrived for a held session.");
    a.all("The owner does not get what has arrived.", 2, 3);
  }

  /**
   * An owner is its id, on every handle.
   *
   * <p><b>Shape:</b> A gets the first on one handle and the second on the other, and the third
   * after the store was reopened; B is kept out.
   */
  @Rule("SESSION-06")
  void anOwnerIsItsId(StoreUnderTest store) {
    Handle first = Sessioned.order(store, "s", "s", "s");
    Sessioned.owner(first, "A").one("The first one who asks gets nothing.", 1);
    Sessioned.owner(store.second(), "A").one("An owner is bound to a handle.", 2);
    Handle reopened = store.reopen();
    Sessioned.owner(reopened, "B").none("A session was forgotten.");
    Sessioned.owner(reopened, "A").one("An owner was forgotten.", 3);
  }

  /**
   * Sessions are independent of each other.
   *
   * <p><b>Shape:</b> four sessions, two owners in turn: each gets the rest of those that it began.
   */
  @Rule("SESSION-07")
  void sessionsAreIndependent(StoreUnderTest store) {
    Handle first = Sessioned.order(store, "s", "t", "u", "v", "v", "u", "t", "s");
    Owner a = Sessioned.owner(first, "A");
    Owner b = Sessioned.owner(store.second(), "B");
    String what = "An owner does not get the next free session.";
    a.one(what, 1);
    b.one(what, 2);
    a.one(what, 3);
    b.one(what, 4);
    a.all("An owner does not get the rest of its sessions.", 6, 8);
    b.all("An owner does not get the rest of its sessions.", 5, 7);
  }

  /**
   * A session does not belong to an instance.
   *
   * <p><b>Shape:</b> two instances name the same session: the owner of the first one's activity
   * gets the other one's, and another owner does not.
   */
  @Rule("SESSION-08")
  void aSessionDoesNotBelongToAnInstance(StoreUnderTest store) {
    Handle first = Sessioned.order(store, "s");
    first.create("other");
    first.poke("other");
    first.turn(first.fetchOne("other")).activity(Sessioned.task("other", 2, "s", null)).apply();
    Owner a = Sessioned.owner(first, "A");
    a.one("The first one who asks gets nothing.", 1);
    Sessioned.owner(store.second(), "B").none("A session belongs to an instance.");
    a.one("The owner does not get the other instance's activity.", 2);
  }

  /**
   * Ids are exact, and wrong ones are refused.
   *
   * <p><b>Shape:</b> sessions and owners that differ in case, a blank and normalization are
   * different ones; 256 units come back; empty ids, 257 units and control characters, and a lease
   * of zero, are {@code InvalidRequest} in each place, and nothing changes.
   */
  @Rule("SESSION-09")
  void idsAreExact(StoreUnderTest store) {
    List<String> ids =
        List.of("s", "S", "s ", "\u00e9", "e\u0301", "\ud83d\ude80".repeat(LONGEST / 2));
    Handle first = Sessioned.order(store, ids.toArray(String[]::new));
    for (int n = 0; n < ids.size(); n++) {
      ActivityItem item =
          Sessioned.owner(first, ids.get(n)).one("Ids of sessions are confused.", n + 1);
      Expect.equal("A session came back changed.", ids.get(n), item.task().sessionId());
    }
    Sessioned.schedule(first, ids.size() + 1, ids.toArray(String[]::new));
    for (int n = 0; n < ids.size(); n++) {
      Sessioned.owner(store.second(), ids.get(n))
          .all("Ids of owners are confused.", ids.size() + n + 1);
    }
    Snapshot before = store.snapshot(Sessioned.ORDER);
    Sessions calls = Sessioned.calls(first);
    Duration some = store.lockFor();
    for (String bad : List.of("", "x".repeat(LONGEST + 1), "a\u0000b", "\ud83d")) {
      String what = "An invalid id was accepted.";
      Expect.invalid(what, () -> Sessioned.task(Sessioned.ORDER, 99, bad, null));
      Expect.invalid(what, () -> SessionClaim.of(bad, some));
      Expect.invalid(what, () -> calls.releaseSession(bad, "s"));
      Expect.invalid(what, () -> calls.releaseSession("s", bad));
      Expect.invalid(what, () -> calls.renewSessions(Set.of("s", bad), some, some));
    }
    for (Duration bad : List.of(Duration.ZERO, some.negated())) {
      Expect.invalid("A lease was accepted.", () -> SessionClaim.of("s", bad));
      Expect.invalid(
          "An extension was accepted.", () -> calls.renewSessions(Set.of("s"), bad, some));
    }
    Expect.invalid(
        "A negative idle time was accepted.",
        () -> calls.renewSessions(Set.of("s"), some, some.negated()));
    Expect.invalid("A bound of zero was accepted.", () -> new SessionClaim("s", some, 0));
    store.expectUnchanged("A call that was refused changed something.", before);
  }

  /**
   * What others hold hides nothing.
   *
   * <p><b>Shape:</b> hundreds of activities of B's session, then a plain one and one of a free
   * session: A gets both, one fetch each, with max 1.
   */
  @Rule("SESSION-10")
  void whatOthersHoldHidesNothing(StoreUnderTest store) {
    String[] foreign = new String[FOREIGN];
    Arrays.fill(foreign, "foreign");
    Handle first = Sessioned.order(store, foreign);
    Owner b = Sessioned.owner(first, "B");
    b.one("The first one who asks gets nothing.", 1);
    store.moveTime(store.tick());
    Sessioned.schedule(first, FOREIGN + 1, null, "s");
    Owner a = Sessioned.owner(store.second(), "A");
    String what = "An activity is hidden by those of another owner.";
    a.one(what, FOREIGN + 1);
    a.one(what, FOREIGN + 2);
    a.none("An activity of another owner came.");
    Expect.equal("Activities are missing.", FOREIGN - 1, b.fetch(Handle.ALL).size());
  }

  /**
   * The activities of a session come in their order, while earlier ones are locked.
   *
   * <p><b>Shape:</b> five activities of a session, among others; their owner fetches one after the
   * other without any ack: they come in their order.
   */
  @Rule("SESSION-11")
  void activitiesOfASessionComeInTheirOrder(StoreUnderTest store) {
    Handle first = Sessioned.order(store, "s", "s", "t", "s");
    store.moveTime(store.tick());
    Sessioned.schedule(first, 5, "s", "s");
    Owner a = Sessioned.owner(first, "A");
    a.one("The first one who asks gets nothing.", 1);
    Sessioned.owner(store.second(), "B").one("The next free session does not come.", 3);
    for (long next : new long[] {2, 4, 5, 6}) {
      a.one("The activities of a session do not come in their order.", next);
    }
  }
}
