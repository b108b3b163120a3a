// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.InstanceClaim;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Delivered;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Pace;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Turn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Whether claims are honoured, and that a claimed item is like a fetched one. */
@RuleFamily("CLAIM")
final class ClaimRules {

  private static final int INLINE = 3;
  private static final int MANY = 10;

  /**
   * A claim of an instance is honoured where claims are declared, and ignored elsewhere.
   *
   * <p><b>Shape:</b> an enqueue and an activity ack for an instance that is free, each with a
   * claim: the answer has the instance and nobody else gets it; or it has nothing, and the next
   * fetch delivers it with attempt count 1.
   *
   * <p><b>If this fails, check:</b> does the call lock what it does not answer? is a claim refused
   * by a provider that does not know it?
   */
  @Rule("CLAIM-01")
  void aClaimOfAnInstanceIsHonouredOrIgnored(StoreUnderTest s) {
    for (Claimer one : Claimer.both(s)) {
      Optional<OrchestrationItem> claimed = one.ask();

      expectAsDeclared(s, claimed.isPresent());
      if (claimed.isPresent()) {
        s.b().fetchNone("A claimed instance was delivered to another handle.");
      }
      OrchestrationItem item = claimed.orElseGet(() -> s.b().fetchOne(one.id()));
      Expect.equal("Another instance was claimed.", one.id(), item.instanceId());
      Expect.equal("The first delivery is not counted as one.", 1, item.attemptCount());
      Batch.expect("The message is not in the batch.", item, one.sent());
      s.b().finish(item);
    }
  }

  private static void expectAsDeclared(StoreUnderTest s, boolean claimed) {
    boolean declared = s.declares(Feature.CLAIM_THROUGH);
    Expect.equal(
        declared
            ? "A claim was not honoured by a provider that declares CLAIM_THROUGH."
            : "A claim was honoured by a provider that does not declare CLAIM_THROUGH.",
        declared,
        claimed);
  }

  /**
   * A claim of activities is honoured where claims are declared, and ignored elsewhere.
   *
   * <p><b>Shape:</b> an ack that schedules two activities, with a claim: the answer has both and
   * nobody else gets them; or it has nothing, and the next fetch delivers them with attempt count
   * 1.
   *
   * <p><b>If this fails, check:</b> does the ack lock what it does not answer? is a claim refused
   * by a provider that does not know it?
   */
  @Rule("CLAIM-01")
  void aClaimOfActivitiesIsHonouredOrIgnored(StoreUnderTest s) {
    Handle a = s.a();
    a.start("order");

    List<ActivityItem> claimed = Claims.scheduled(twoActivities(s, a.fetchOne("order")));

    expectAsDeclared(s, !claimed.isEmpty());
    if (!claimed.isEmpty()) {
      s.b().fetchNoActivity("A claimed activity was delivered to another handle.");
    }
    List<ActivityItem> items = claimed.isEmpty() ? s.b().fetchActivities(MANY) : claimed;
    Expect.equal("Not every activity was delivered.", List.of(1L, 2L), Claims.numbers(items));
    for (ActivityItem item : items) {
      Expect.equal("The first delivery is not counted as one.", 1, item.attemptCount());
      s.b().complete(item);
    }
  }

  private static Turn twoActivities(StoreUnderTest s, OrchestrationItem item) {
    return s.a()
        .turn(item)
        .name(Sample.NAME)
        .activities(1, 2)
        .claim(Claims.activities(MANY, s.lockFor()));
  }

  /**
   * Claims in list forms are honoured where claims are declared, and ignored elsewhere.
   *
   * <p><b>Shape:</b> a list of one ack of a turn, then a list of one ack of an activity, each with
   * a claim.
   *
   * <p><b>If this fails, check:</b> does a list form of its own look at the claims of its elements?
   */
  @Rule("CLAIM-01")
  void aClaimInAListIsHonouredOrIgnored(StoreUnderTest s) {
    Handle a = s.a();
    a.start("order");

    List<ActivityItem> activities =
        Claims.scheduled(
            only(
                a.provider()
                    .ackOrchestrationItems(
                        List.of(twoActivities(s, a.fetchOne("order")).build()))));

    expectAsDeclared(s, !activities.isEmpty());
    ActivityItem activity = activities.isEmpty() ? a.fetchActivity(1) : activities.get(0);
    Optional<OrchestrationItem> claimed =
        Claims.completed(
            only(
                a.provider()
                    .ackActivityItems(
                        List.of(
                            new ActivityAck(
                                activity.lockToken(),
                                Sample.completion(activity),
                                Claims.instance(s.lockFor()))))));
    expectAsDeclared(s, claimed.isPresent());
    OrchestrationItem item = claimed.orElseGet(() -> s.b().fetchOne("order"));
    Expect.equal("The first delivery is not counted as one.", 1, item.attemptCount());
    Batch.expect("The completion is not in the batch.", item, Sample.completion(activity));
  }

  private static AckResult only(List<AckResult> results) {
    Expect.equal("A list of one ack has not one answer.", 1, results.size());
    return results.get(0);
  }

  /**
   * A claimed instance is what a fetch would have delivered.
   *
   * <p><b>Shape:</b> two equal stores; in one an enqueue claims, in the other a fetch follows it: a
   * new instance; one with a row, a long history, older messages, a timer and an attempt before;
   * one that continued as new. Every field but token and time is equal.
   *
   * <p><b>If this fails, check:</b> do claim and fetch build the item with the same code? is the
   * batch more than the message that was just written?
   */
  @Rule("CLAIM-02")
  void aClaimedInstanceIsWhatAFetchWouldDeliver(StoreUnderTest s, StoreUnderTest other) {
    Claims.requireDeclared(s);
    expectEqualItems(s, other, store -> {}, Sample.start("new", Sample.NAME, null));
    expectEqualItems(s, other, ClaimRules::oldOne, Sample.message("old", "the last"));
    expectEqualItems(s, other, ClaimRules::continued, Sample.message("continued", "more"));
  }

  private static void oldOne(StoreUnderTest store) {
    Handle a = store.a();
    a.start("old");
    a.turn(a.fetchOne("old")).name("a name").version("7").events(1, MANY).apply();
    a.timer("old", store.lockFor().multipliedBy(MANY));
    a.poke("old");
    a.abandon(a.fetchOne("old"));
    a.poke("old");
  }

  private static void continued(StoreUnderTest store) {
    Handle a = store.a();
    a.create("continued");
    a.poke("continued");
    OrchestrationItem item = a.fetchOne("continued");
    a.turn(item).events(1, 2).status(ExecutionStatus.CONTINUED_AS_NEW).apply();
    a.poke("continued");
    a.turn(a.fetchOne("continued")).execution(2).events(1, 1).apply();
  }

  private static void expectEqualItems(
      StoreUnderTest s,
      StoreUnderTest other,
      Consumer<StoreUnderTest> prepare,
      OrchestratorMessage message) {
    prepare.accept(s);
    prepare.accept(other);
    InstanceClaim claim = new InstanceClaim(s.lockFor(), INLINE, null);
    Optional<Instant> before = storesNow(s);

    OrchestrationItem claimed =
        Claims.claimed(
            "An instance that is free and eligible was not claimed.",
            Optional.ofNullable(s.a().provider().enqueue(message, claim).claimed()));

    before.ifPresent(moment ->
        Expect.notBefore(
            "A claimed item was fetched before it was claimed.", moment, claimed.fetchedAt()));
    storesNow(s)
        .ifPresent(moment ->
            Expect.notAfter(
                "A claimed item was fetched after its answer.", moment, claimed.fetchedAt()));
    other.a().enqueue(message);
    List<OrchestrationItem> items =
        other.a().fetch(OrchestrationFetch.of(1, s.lockFor()).withInlineHistory(INLINE));
    OrchestrationItem fetched = Delivered.of(items, message.instanceId());
    expectEqual(fetched, claimed);
    s.a().finish(claimed);
    other.a().finish(fetched);
  }

  private static Optional<Instant> storesNow(StoreUnderTest s) {
    return s.pace().clock() == Pace.Clock.REAL
        ? Optional.empty()
        : Optional.of(s.timeControl().now());
  }

  private static void expectEqual(OrchestrationItem fetched, OrchestrationItem claimed) {
    String what = "A claimed item differs from a fetched one: ";
    Expect.equal(what + "the instance.", fetched.instanceId(), claimed.instanceId());
    Expect.equal(what + "the name.", fetched.name(), claimed.name());
    Expect.equal(what + "the version.", fetched.version(), claimed.version());
    Expect.equal(what + "the execution.", fetched.executionId(), claimed.executionId());
    Expect.equal(what + "the history.", fetched.history(), claimed.history());
    Batch.expect(what + "the batch.", claimed, fetched.messages());
    Expect.equal(what + "the key-values.", fetched.kvSnapshot(), claimed.kvSnapshot());
    Expect.equal(what + "the attempt count.", fetched.attemptCount(), claimed.attemptCount());
    Expect.is(what + "the token.", LockToken.OfInstance.class, claimed.lockToken());
    Expect.equal(
        what + "the token's instance.", claimed.instanceId(), claimed.lockToken().instanceId());
    for (OrchestratorMessage message : claimed.messages()) {
      Expect.notAfter(
          "A claimed message was not visible.", claimed.fetchedAt(), Delivered.visibleAt(message));
    }
  }

  /**
   * An instance claimed by an activity ack has what a fetch would have delivered.
   *
   * <p><b>Shape:</b> messages came during the activity, and one delivery was given back; the ack
   * claims with history: name, history, all messages in insertion order, attempt count 2.
   *
   * <p><b>If this fails, check:</b> does the ack deliver the completion only? is the history
   * loaded?
   */
  @Rule("CLAIM-02")
  void anInstanceClaimedByACompletionIsWhole(StoreUnderTest s) {
    Claims.requireDeclared(s);
    Handle a = s.a();
    Claimer one = Claimer.byCompletion(s, "order");
    OrchestratorMessage first = a.poke("order");
    a.turn(a.fetchOne("order")).events(1, MANY).send(first).apply();
    a.abandon(a.fetchOne("order"));
    OrchestratorMessage second = a.poke("order");

    OrchestrationItem item = one.claim(new InstanceClaim(s.lockFor(), INLINE, null));

    Expect.equal("The name is missing.", Sample.NAME, item.name());
    Expect.equal("The version is missing.", Sample.VERSION, item.version());
    Expect.equal(
        "The history is another one than was asked for.",
        Sample.events(1, INLINE),
        item.history().events());
    Expect.equal("The last event id is wrong.", (long) MANY, item.history().lastEventId());
    Batch.expect("The batch is not every visible message.", item, first, second, one.sent());
    Expect.equal("The delivery was not counted once.", 2, item.attemptCount());
  }

  /**
   * Claimed activities are what a fetch would have delivered.
   *
   * <p><b>Shape:</b> two equal stores; in one the ack claims, in the other a fetch follows it;
   * tasks and attempt counts are equal, and each token is that of its activity.
   *
   * <p><b>If this fails, check:</b> do claim and fetch build the item with the same code?
   */
  @Rule("CLAIM-02")
  void claimedActivitiesAreWhatAFetchWouldDeliver(StoreUnderTest s, StoreUnderTest other) {
    Claims.requireDeclared(s);
    for (StoreUnderTest each : List.of(s, other)) {
      each.a().create("order");
      each.a().poke("order");
    }
    List<ActivityItem> claimed = Claims.scheduled(twoActivities(s, s.a().fetchOne("order")));
    twoActivities(other, other.a().fetchOne("order")).claim(null).apply();
    List<ActivityItem> fetched = other.a().fetchActivities(MANY);

    Expect.equal("The claimed tasks differ from fetched ones.", tasks(fetched), tasks(claimed));
    for (ActivityItem item : claimed) {
      Expect.equal("The delivery was not counted once.", 1, item.attemptCount());
      Expect.that(
          "A token is not that of its activity.",
          item.task().identity(),
          item.lockToken(),
          item.lockToken() instanceof LockToken.OfActivity token
              && token.activity().equals(item.task().identity()));
    }
  }

  private static List<ActivityTask> tasks(List<ActivityItem> items) {
    return items.stream().map(ActivityItem::task).toList();
  }

  /**
   * The token of a claim is greater than all before it, and less than all after it; older ones are
   * lost.
   *
   * <p><b>Shape:</b> fetch, claim and abandon in turns; each token is greater than the one before,
   * and the one before can do nothing.
   *
   * <p><b>If this fails, check:</b> is the epoch raised by a claim, in the store? does the item
   * carry the new one?
   */
  @Rule("CLAIM-02")
  void theTokenOfAClaimIsANewOne(StoreUnderTest s) {
    Claims.requireDeclared(s);
    Handle a = s.a();
    for (Claimer one : Claimer.both(s)) {
      a.poke(one.id());
      List<OrchestrationItem> items = new ArrayList<>(List.of(a.fetchOne(one.id())));
      for (int i = 0; i < 2; i++) {
        a.abandon(last(items));
        items.add(one.claim());
        expectReplaced(a, items);
        a.abandon(last(items));
        items.add(a.fetchOne(one.id()));
        expectReplaced(a, items);
      }
      a.finish(last(items));
    }
  }

  private static OrchestrationItem last(List<OrchestrationItem> items) {
    return items.get(items.size() - 1);
  }

  private static void expectReplaced(Handle handle, List<OrchestrationItem> items) {
    OrchestrationItem before = items.get(items.size() - 2);
    Expect.above(
        "A token is not greater than an earlier one.",
        before.lockToken().epoch(),
        last(items).lockToken().epoch());
    String what = "An older token was accepted during a later lock.";
    Expect.lockLost(what, () -> handle.renew(before, handle.lockFor()));
    Expect.lockLost(what, () -> handle.abandon(before));
    handle.turn(before).reject(what, LockLost.class);
  }

  /**
   * A claimed lock lasts from the store's now for exactly what the claim asked.
   *
   * <p><b>Shape:</b> time passes; then claims for 2 L; B fetches nothing just before 2 L, and
   * everything then, with attempt count 2.
   *
   * <p><b>If this fails, check:</b> is {@code lockFor} that of the claim? is the lock end counted
   * from the claim, and not from when the message or the activity was stored?
   */
  @Rule("CLAIM-02")
  void aClaimedLockLastsForWhatWasAsked(StoreUnderTest s) {
    Claims.requireDeclared(s);
    Duration lockFor = s.lockFor().multipliedBy(2);
    List<Claimer> both = Claimer.both(s);
    s.a().start("scheduling");
    s.moveTime(s.lockFor());
    Turn turn = s.a().turn(s.a().fetchOne("scheduling")).activities(1);
    turn.claim(Claims.activities(1, lockFor));

    List<ActivityItem> activities = Claims.scheduled(turn);
    both.forEach(one -> one.claim(Claims.instance(lockFor)));

    Expect.equal("The activity was not claimed.", List.of(1L), Claims.numbers(activities));
    s.moveToJustBefore(lockFor);
    s.b().fetchNone("A claimed lock ended before the time that was asked for.");
    s.b().fetchNoActivity("A claimed lock ended before the time that was asked for.");
    s.moveTime(s.tick());
    List<OrchestrationItem> items = s.b().fetch(MANY);
    String what = "A claimed lock did not end at its time, or was not counted.";
    for (Claimer one : both) {
      Expect.equal(what, 2, Delivered.of(items, one.id()).attemptCount());
    }
    Expect.equal(what, 2, s.b().fetchActivity(1).attemptCount());
  }

  /**
   * Renew, ack and abandon take the token of a claimed instance, until its lock end.
   *
   * <p><b>Shape:</b> renew beyond L and ack: the batch is gone, a message that came later is the
   * next item, a repeat is recognised. Abandon: the same batch comes again with attempt count 2.
   * Wait for L: ack is lost.
   *
   * <p><b>If this fails, check:</b> is the batch bound to the token of the claim? is the lock that
   * of a fetch in every respect?
   */
  @Rule("CLAIM-02")
  void aClaimedInstanceIsUsedLikeAFetchedOne(StoreUnderTest s) {
    Claims.requireDeclared(s);
    Handle a = s.a();
    for (Claimer one : Claimer.both(s)) {
      OrchestrationItem renewed = one.claim();
      a.renew(renewed, s.lockFor().multipliedBy(2));
      OrchestratorMessage later = a.poke(one.id());
      s.moveTime(s.lockFor());
      s.b().fetchNone("The renewal of a claimed lock had no effect.");
      a.finish(renewed);
      Expect.alreadyApplied("A repeated ack was not recognised.", a.turn(renewed).ack());
      OrchestrationItem next = s.b().fetchOne(one.id());
      Batch.expect("An ack removed more or less than its batch.", next, later);
      Expect.equal("An applied ack did not end the count.", 1, next.attemptCount());
      s.b().finish(next);

      OrchestrationItem abandoned = one.claim();
      a.abandon(abandoned);
      OrchestrationItem again = s.b().fetchOne(one.id());
      Batch.expect("An abandoned batch changed.", again, abandoned.messages());
      Expect.equal("A claimed delivery was not counted.", 2, again.attemptCount());
      s.b().finish(again);

      OrchestrationItem late = one.claim();
      s.moveTime(s.lockFor());
      a.turn(late).reject("An expired claim was accepted.", LockLost.class);
      s.b().finish(s.b().fetchOne(one.id()));
    }
  }

  /**
   * Renew, ack and abandon take the token of a claimed activity, until its lock end.
   *
   * <p><b>Shape:</b> four claimed activities: one is renewed and acked after L, one acked at once,
   * one abandoned and delivered again with attempt count 2, one left until L, when its ack is lost.
   *
   * <p><b>If this fails, check:</b> is the lock that of a fetch in every respect?
   */
  @Rule("CLAIM-02")
  void aClaimedActivityIsUsedLikeAFetchedOne(StoreUnderTest s) {
    Claims.requireDeclared(s);
    Handle a = s.a();
    a.start("order");
    Turn turn = a.turn(a.fetchOne("order")).name(Sample.NAME).activities(1, 2, 3, 4);
    List<ActivityItem> items = Claims.scheduled(turn.claim(Claims.activities(MANY, s.lockFor())));
    Expect.equal("Not every activity was claimed.", 4, items.size());

    a.renew(items.get(0), s.lockFor().multipliedBy(2));
    OrchestratorMessage second = a.complete(items.get(1));
    a.abandon(items.get(2));
    ActivityItem again = s.b().fetchActivity(3);
    Expect.equal("A claimed delivery was not counted.", 2, again.attemptCount());
    Expect.above(
        "A token is not greater than an earlier one.",
        items.get(2).lockToken().epoch(),
        again.lockToken().epoch());
    s.b().complete(again);
    s.moveTime(s.lockFor());
    Expect.rejected("An expired claim was accepted.", LockLost.class, a.ack(items.get(3)));
    OrchestratorMessage first = a.complete(items.get(0));
    Expect.equal("An expired claim was not counted.", 2, s.b().fetchActivity(4).attemptCount());
    Batch.expect(
        "The completions are not there.",
        s.b().fetchOne("order"),
        second,
        Sample.completion(again),
        first);
  }
}
