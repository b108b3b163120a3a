// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.EagerInstance;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.instrument.Pace;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Delivered;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Turn;
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
   * fetch delivers it with delivery count 1.
   */
  @Rule("CLAIM-01")
  void aClaimOfAnInstanceIsHonouredOrIgnored(StoreUnderTest store) {
    for (Claimer one : Claimer.both(store)) {
      Optional<OrchestrationItem> claimed = one.ask();

      expectAsDeclared(store, claimed.isPresent());
      if (claimed.isPresent()) {
        store.second().fetchNone("A claimed instance was delivered to another handle.");
      }
      OrchestrationItem item = claimed.orElseGet(() -> store.second().fetchOne(one.id()));
      Expect.equal("Another instance was claimed.", one.id(), item.instanceId());
      Expect.equal("The first delivery is not counted as one.", 1, item.deliveryCount());
      Batch.expect("The message is not in the batch.", item, one.sent());
      store.second().finish(item);
    }
  }

  private static void expectAsDeclared(StoreUnderTest store, boolean claimed) {
    boolean declared = store.declares(Feature.EAGER_DISPATCH);
    Expect.equal(
        declared
            ? "A claim was not honoured by a provider that declares EAGER_DISPATCH."
            : "A claim was honoured by a provider that does not declare EAGER_DISPATCH.",
        declared,
        claimed);
  }

  /**
   * A claim of activities is honoured where claims are declared, and ignored elsewhere.
   *
   * <p><b>Shape:</b> an ack that schedules two activities, with a claim: the answer has both and
   * nobody else gets them; or it has nothing, and the next fetch delivers them with delivery count
   * 1.
   */
  @Rule("CLAIM-01")
  void aClaimOfActivitiesIsHonouredOrIgnored(StoreUnderTest store) {
    Handle first = store.first();
    first.start("order");

    List<ActivityItem> claimed = Claims.scheduled(twoActivities(store, first.fetchOne("order")));

    expectAsDeclared(store, !claimed.isEmpty());
    if (!claimed.isEmpty()) {
      store.second().fetchNoActivity("A claimed activity was delivered to another handle.");
    }
    List<ActivityItem> items = claimed.isEmpty() ? store.second().fetchActivities(MANY) : claimed;
    Expect.equal("Not every activity was delivered.", List.of(1L, 2L), Claims.numbers(items));
    for (ActivityItem item : items) {
      Expect.equal("The first delivery is not counted as one.", 1, item.deliveryCount());
      store.second().complete(item);
    }
  }

  private static Turn twoActivities(StoreUnderTest store, OrchestrationItem item) {
    return store
        .first()
        .turn(item)
        .name(Sample.NAME)
        .activities(1, 2)
        .eager(Claims.activities(MANY, store.lockFor()));
  }

  /**
   * Claims in list forms are honoured where claims are declared, and ignored elsewhere.
   *
   * <p><b>Shape:</b> a list of one ack of a turn, then a list of one ack of an activity, each with
   * a claim.
   */
  @Rule("CLAIM-01")
  void aClaimInAListIsHonouredOrIgnored(StoreUnderTest store) {
    Handle first = store.first();
    first.start("order");

    List<ActivityItem> activities =
        Claims.scheduled(
            only(
                first
                    .provider()
                    .ackOrchestrationItems(
                        List.of(twoActivities(store, first.fetchOne("order")).build()))));

    expectAsDeclared(store, !activities.isEmpty());
    ActivityItem activity = activities.isEmpty() ? first.fetchActivity(1) : activities.get(0);
    Optional<OrchestrationItem> claimed =
        Claims.completed(
            only(
                first
                    .provider()
                    .ackActivityItems(
                        List.of(
                            new ActivityAck(
                                activity.lockToken(),
                                Sample.completion(activity),
                                Claims.instance(store.lockFor()))))));
    expectAsDeclared(store, claimed.isPresent());
    OrchestrationItem item = claimed.orElseGet(() -> store.second().fetchOne("order"));
    Expect.equal("The first delivery is not counted as one.", 1, item.deliveryCount());
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
   */
  @Rule("CLAIM-02")
  void aClaimedInstanceIsWhatAFetchWouldDeliver(StoreUnderTest store, StoreUnderTest other) {
    Claims.requireDeclared(store);
    expectEqualItems(store, other, place -> {}, Sample.start("new", Sample.NAME, null));
    expectEqualItems(store, other, ClaimRules::oldOne, Sample.message("old", "the last"));
    expectEqualItems(store, other, ClaimRules::continued, Sample.message("continued", "more"));
  }

  private static void oldOne(StoreUnderTest place) {
    Handle first = place.first();
    first.start("old");
    first.turn(first.fetchOne("old")).name("a name").version("7").events(1, MANY).apply();
    first.timer("old", place.lockFor().multipliedBy(MANY));
    first.poke("old");
    first.abandon(first.fetchOne("old"));
    first.poke("old");
  }

  private static void continued(StoreUnderTest place) {
    Handle first = place.first();
    first.create("continued");
    first.poke("continued");
    OrchestrationItem item = first.fetchOne("continued");
    first.turn(item).events(1, 2).status(ExecutionStatus.CONTINUED_AS_NEW).apply();
    first.poke("continued");
    first.turn(first.fetchOne("continued")).execution(2).events(1, 1).apply();
  }

  private static void expectEqualItems(
      StoreUnderTest store,
      StoreUnderTest other,
      Consumer<StoreUnderTest> prepare,
      OrchestratorMessage message) {
    prepare.accept(store);
    prepare.accept(other);
    EagerInstance eager = new EagerInstance(store.lockFor(), INLINE, null);
    Optional<Instant> before = storesNow(store);

    OrchestrationItem claimed =
        Claims.claimed(
            "An instance that is free and eligible was not claimed.",
            Optional.ofNullable(store.first().provider().enqueue(message, eager).eagerInstance()));

    before.ifPresent(moment ->
        Expect.notBefore(
            "A claimed item was fetched before it was claimed.", moment, claimed.fetchedAt()));
    storesNow(store)
        .ifPresent(moment ->
            Expect.notAfter(
                "A claimed item was fetched after its answer.", moment, claimed.fetchedAt()));
    other.first().enqueue(message);
    List<OrchestrationItem> items =
        other.first().fetch(OrchestrationFetch.of(1, store.lockFor()).withInlineHistory(INLINE));
    OrchestrationItem fetched = Delivered.of(items, message.instanceId());
    expectEqual(fetched, claimed);
    store.first().finish(claimed);
    other.first().finish(fetched);
  }

  private static Optional<Instant> storesNow(StoreUnderTest store) {
    return store.pace().clock() == Pace.Clock.REAL
        ? Optional.empty()
        : Optional.of(store.timeControl().now());
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
    Expect.equal(what + "the delivery count.", fetched.deliveryCount(), claimed.deliveryCount());
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
   * claims with history: name, history, all messages in insertion order, delivery count 2.
   */
  @Rule("CLAIM-02")
  void anInstanceClaimedByACompletionIsWhole(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    Claimer one = Claimer.byCompletion(store, "order");
    OrchestratorMessage earlier = first.poke("order");
    first.turn(first.fetchOne("order")).events(1, MANY).send(earlier).apply();
    first.abandon(first.fetchOne("order"));
    OrchestratorMessage theSecond = first.poke("order");

    OrchestrationItem item = one.claim(new EagerInstance(store.lockFor(), INLINE, null));

    Expect.equal("The name is missing.", Sample.NAME, item.name());
    Expect.equal("The version is missing.", Sample.VERSION, item.version());
    Expect.equal(
        "The history is another one than was asked for.",
        Sample.events(1, INLINE),
        item.history().events());
    Expect.equal("The last event id is wrong.", (long) MANY, item.history().lastEventId());
    Batch.expect("The batch is not every visible message.", item, earlier, theSecond, one.sent());
    Expect.equal("The delivery was not counted once.", 2, item.deliveryCount());
  }

  /**
   * Claimed activities are what a fetch would have delivered.
   *
   * <p><b>Shape:</b> two equal stores; in one the ack claims, in the other a fetch follows it;
   * tasks and delivery counts are equal, and each token is that of its activity.
   */
  @Rule("CLAIM-02")
  void claimedActivitiesAreWhatAFetchWouldDeliver(StoreUnderTest store, StoreUnderTest other) {
    Claims.requireDeclared(store);
    for (StoreUnderTest each : List.of(store, other)) {
      each.first().create("order");
      each.first().poke("order");
    }
    List<ActivityItem> claimed =
        Claims.scheduled(twoActivities(store, store.first().fetchOne("order")));
    twoActivities(other, other.first().fetchOne("order")).eager(null).apply();
    List<ActivityItem> fetched = other.first().fetchActivities(MANY);

    Expect.equal("The claimed tasks differ from fetched ones.", tasks(fetched), tasks(claimed));
    for (ActivityItem item : claimed) {
      Expect.equal("The delivery was not counted once.", 1, item.deliveryCount());
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
   */
  @Rule("CLAIM-02")
  void theTokenOfAClaimIsANewOne(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    for (Claimer one : Claimer.both(store)) {
      first.poke(one.id());
      List<OrchestrationItem> items = new ArrayList<>(List.of(first.fetchOne(one.id())));
      for (int i = 0; i < 2; i++) {
        first.abandon(last(items));
        items.add(one.claim());
        expectReplaced(first, items);
        first.abandon(last(items));
        items.add(first.fetchOne(one.id()));
        expectReplaced(first, items);
      }
      first.finish(last(items));
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
    handle.renewLost(what, before.lockToken());
    Expect.lockLost(what, () -> handle.abandon(before));
    handle.turn(before).reject(what, LockLost.class);
  }

  /**
   * A claimed lock lasts from the store's now for exactly what the claim asked.
   *
   * <p><b>Shape:</b> time passes; then claims for 2 L; B fetches nothing just before 2 L, and
   * everything then, with delivery count 2.
   */
  @Rule("CLAIM-02")
  void aClaimedLockLastsForWhatWasAsked(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Duration lockFor = store.lockFor().multipliedBy(2);
    List<Claimer> both = Claimer.both(store);
    store.first().start("scheduling");
    store.moveTime(store.lockFor());
    Turn turn = store.first().turn(store.first().fetchOne("scheduling")).activities(1);
    turn.eager(Claims.activities(1, lockFor));

    List<ActivityItem> activities = Claims.scheduled(turn);
    both.forEach(one -> one.claim(Claims.instance(lockFor)));

    Expect.equal("The activity was not claimed.", List.of(1L), Claims.numbers(activities));
    store.moveToJustBefore(lockFor);
    store.second().fetchNone("A claimed lock ended before the time that was asked for.");
    store.second().fetchNoActivity("A claimed lock ended before the time that was asked for.");
    store.moveTime(store.tick());
    List<OrchestrationItem> items = store.second().fetch(MANY);
    String what = "A claimed lock did not end at its time, or was not counted.";
    for (Claimer one : both) {
      Expect.equal(what, 2, Delivered.of(items, one.id()).deliveryCount());
    }
    Expect.equal(what, 2, store.second().fetchActivity(1).deliveryCount());
  }

  /**
   * Renew, ack and abandon take the token of a claimed instance, until its lock end.
   *
   * <p><b>Shape:</b> renew beyond L and ack: the batch is gone, a message that came later is the
   * next item, a repeat is recognised. Abandon: the same batch comes again with delivery count 2.
   * Wait for L: ack is lost.
   */
  @Rule("CLAIM-02")
  void aClaimedInstanceIsUsedLikeAFetchedOne(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    for (Claimer one : Claimer.both(store)) {
      OrchestrationItem renewed = one.claim();
      first.renew(renewed, store.lockFor().multipliedBy(2));
      OrchestratorMessage later = first.poke(one.id());
      store.moveTime(store.lockFor());
      store.second().fetchNone("The renewal of a claimed lock had no effect.");
      first.finish(renewed);
      Expect.alreadyApplied("A repeated ack was not recognised.", first.turn(renewed).ack());
      OrchestrationItem next = store.second().fetchOne(one.id());
      Batch.expect("An ack removed more or less than its batch.", next, later);
      Expect.equal("An applied ack did not end the count.", 1, next.deliveryCount());
      store.second().finish(next);

      OrchestrationItem abandoned = one.claim();
      first.abandon(abandoned);
      OrchestrationItem again = store.second().fetchOne(one.id());
      Batch.expect("An abandoned batch changed.", again, abandoned.messages());
      Expect.equal("A claimed delivery was not counted.", 2, again.deliveryCount());
      store.second().finish(again);

      OrchestrationItem late = one.claim();
      store.moveTime(store.lockFor());
      first.turn(late).reject("An expired claim was accepted.", LockLost.class);
      store.second().finish(store.second().fetchOne(one.id()));
    }
  }

  /**
   * Renew, ack and abandon take the token of a claimed activity, until its lock end.
   *
   * <p><b>Shape:</b> four claimed activities: one is renewed and acked after L, one acked at once,
   * one abandoned and delivered again with delivery count 2, one left until L, when its ack is
   * lost.
   */
  @Rule("CLAIM-02")
  void aClaimedActivityIsUsedLikeAFetchedOne(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    first.start("order");
    Turn turn = first.turn(first.fetchOne("order")).name(Sample.NAME).activities(1, 2, 3, 4);
    List<ActivityItem> items =
        Claims.scheduled(turn.eager(Claims.activities(MANY, store.lockFor())));
    Expect.equal("Not every activity was claimed.", 4, items.size());

    first.renew(items.get(0), store.lockFor().multipliedBy(2));
    OrchestratorMessage theSecond = first.complete(items.get(1));
    first.abandon(items.get(2));
    ActivityItem again = store.second().fetchActivity(3);
    Expect.equal("A claimed delivery was not counted.", 2, again.deliveryCount());
    Expect.above(
        "A token is not greater than an earlier one.",
        items.get(2).lockToken().epoch(),
        again.lockToken().epoch());
    store.second().complete(again);
    store.moveTime(store.lockFor());
    Expect.rejected("An expired claim was accepted.", LockLost.class, first.ack(items.get(3)));
    OrchestratorMessage earlier = first.complete(items.get(0));
    Expect.equal(
        "An expired claim was not counted.", 2, store.second().fetchActivity(4).deliveryCount());
    Batch.expect(
        "The completions are not there.",
        store.second().fetchOne("order"),
        theSecond,
        Sample.completion(again),
        earlier);
  }
}
