// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ActivityTask;
import dev.holdfast.provider.Due;
import dev.holdfast.provider.EagerActivities;
import dev.holdfast.provider.ExecutionStart;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Turn;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a claim gets, and what it does not get. */
@RuleFamily("CLAIM")
final class ClaimScopeRules {

  private static final int MANY = 10;

  /**
   * An ack claims what it scheduled, less what it cancelled, in its order, and nothing else.
   *
   * <p><b>Shape:</b> an older activity of another instance and one of this instance wait; an ack
   * schedules 13, 11, 14, 12, cancels 14, and where tags are declared schedules a tagged one:
   * claimed are 13, 11 and 12; a fetch gets the others.
   */
  @Rule("CLAIM-04")
  void anAckClaimsWhatItScheduled(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    first.create("foreign");
    first.schedule("foreign", 1);
    first.create("order");
    first.schedule("order", 2);
    first.poke("order");
    store.moveTime(store.tick());
    Turn turn = first.turn(first.fetchOne("order")).activities(13, 11, 14, 12);
    turn.cancel(new ActivityIdentity("order", 1, 14));
    if (store.declares(Feature.TAGS)) {
      turn.activity(tagged());
    }

    List<ActivityItem> claimed =
        Claims.scheduled(turn.eager(Claims.activities(MANY, store.lockFor())));

    Expect.equal(
        "The ack claimed other activities than it scheduled, or in another order.",
        List.of(13L, 11L, 12L),
        Claims.numbers(claimed));
    List<ActivityItem> others = store.second().fetchActivities(MANY);
    Expect.equal(
        "Other activities were not left as they were.", List.of(1L, 2L), Claims.numbers(others));
    others.forEach(item ->
        Expect.equal("An activity was counted that was not claimed.", 1, item.deliveryCount()));
  }

  /**
   * The most that a claim asks for counts what is left, not what the ack cancelled itself.
   *
   * <p><b>Shape:</b> an ack schedules 21 to 25, cancels 21 and 22 and claims two: claimed are 23
   * and 24; a fetch gets 25.
   */
  @Rule("CLAIM-04")
  void theMostIsThatOfWhatIsLeft(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    Turn turn = first.turn(first.fetchOne("order")).activities(21, 22, 23, 24, 25);
    turn.cancel(new ActivityIdentity("order", 1, 21), new ActivityIdentity("order", 1, 22));

    List<ActivityItem> claimed =
        Claims.scheduled(turn.eager(Claims.activities(2, store.lockFor())));

    Expect.equal(
        "The most that a claim asks for counted what its own ack cancelled.",
        List.of(23L, 24L),
        Claims.numbers(claimed));
    store.second().fetchActivity(25);
    store.second().fetchNoActivity("A claimed or cancelled activity was delivered.");
  }

  /**
   * A claim whose filter takes nothing claims nothing, whatever the provider knows of tags.
   *
   * <p><b>Shape:</b> an ack that schedules two activities claims with the filter {@code none}, and
   * another one with {@code any}: nothing, and both; what was not claimed is delivered once,
   * counted once.
   */
  @Rule("CLAIM-04")
  void aClaimForNoTagGetsNothing(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    Turn none = first.turn(first.fetchOne("order")).activities(31, 32);
    none.eager(new EagerActivities(MANY, store.lockFor(), TagFilter.none(), null));

    Expect.none("A claim with the tag filter none got something.", Claims.scheduled(none));

    List<ActivityItem> left = store.second().fetchActivities(MANY);
    Expect.equal("Activities are missing.", List.of(31L, 32L), Claims.numbers(left));
    left.forEach(item ->
        Expect.equal("An activity was counted that was not claimed.", 1, item.deliveryCount()));
    first.poke("order");
    Turn any = first.turn(first.fetchOne("order")).activities(33, 34);
    any.eager(new EagerActivities(MANY, store.lockFor(), TagFilter.any(), null));
    Expect.equal(
        "A claim with the tag filter any did not get everything.",
        List.of(33L, 34L),
        Claims.numbers(Claims.scheduled(any)));
  }

  private static ActivityTask tagged() {
    return ActivityTask.builder(
            new ActivityIdentity("order", 1, 15), "activity", Payload.empty(), Sample.NAME)
        .tag("gpu")
        .build();
  }

  /**
   * An ack claims at most as many as it asks for; the others wait as always.
   *
   * <p><b>Shape:</b> five activities and a claim of two: the first two are claimed, a fetch gets
   * the other three with delivery count 1.
   */
  @Rule("CLAIM-04")
  void anAckClaimsNoMoreThanItAsksFor(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    Turn turn = first.turn(first.fetchOne("order")).activities(1, 2, 3, 4, 5);

    List<ActivityItem> claimed =
        Claims.scheduled(turn.eager(Claims.activities(2, store.lockFor())));

    Expect.equal("Not the first two were claimed.", List.of(1L, 2L), Claims.numbers(claimed));
    List<ActivityItem> others = store.second().fetchActivities(MANY);
    Expect.equal("The others do not wait.", List.of(3L, 4L, 5L), Claims.numbers(others));
    others.forEach(item ->
        Expect.equal("An activity was counted that was not claimed.", 1, item.deliveryCount()));
  }

  /**
   * An ack that schedules nothing claims nothing, and no ack claims the instances it sends to.
   *
   * <p><b>Shape:</b> an older activity of the instance waits; an ack with a claim sends messages to
   * itself and to another instance: no activity and no instance is claimed, both instances and the
   * activity are fetched with delivery count 1. Nor does an ack claim that cancels all it
   * schedules.
   */
  @Rule("CLAIM-04")
  void anAckWithoutActivitiesClaimsNothing(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    first.create("other");
    first.create("order");
    first.schedule("order", 1);
    first.poke("order");
    Turn turn = first.turn(first.fetchOne("order"));
    turn.send(Sample.message("order", "self"), Sample.message("other", "hello"));

    Expect.none(
        "An ack claimed an activity that it did not schedule.",
        Claims.scheduled(turn.eager(Claims.activities(MANY, store.lockFor()))));

    List<OrchestrationItem> items = store.second().fetch(MANY);
    Expect.equal("An instance was claimed by a message of an ack.", 2, items.size());
    items.forEach(item -> Expect.equal("An instance was counted.", 1, item.deliveryCount()));
    Turn cancelling = store.second().turn(items.get(0)).activities(7);
    cancelling.cancel(new ActivityIdentity(items.get(0).instanceId(), 1, 7));
    Expect.none(
        "An activity was claimed that its own ack cancelled.",
        Claims.scheduled(cancelling.eager(Claims.activities(MANY, store.lockFor()))));
    Expect.equal("An activity was counted.", 1, store.second().fetchActivity(1).deliveryCount());
    store.second().fetchNoActivity();
  }

  /**
   * A claimed instance comes with every message that is visible, and with no other.
   *
   * <p><b>Shape:</b> two messages wait and one is due later; the claim delivers the two and its
   * own; at its time the third is delivered.
   */
  @Rule("CLAIM-05")
  void aClaimedInstanceComesWithAllThatIsVisible(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    for (Claimer one : Claimer.both(store)) {
      OrchestratorMessage earlier = first.poke(one.id());
      OrchestratorMessage later = first.timer(one.id(), store.lockFor().multipliedBy(2));
      OrchestratorMessage theSecond = first.poke(one.id());

      OrchestrationItem item = one.claim();

      Batch.expect("The batch is not what is visible.", item, earlier, theSecond, one.sent());
      first.finish(item);
      store.moveTime(store.lockFor().multipliedBy(2));
      OrchestrationItem next = store.second().fetchOne(one.id());
      Batch.expect("A later message was not left alone.", next, later);
      store.second().finish(next);
    }
  }

  /**
   * A claim takes the addressed instance, not one that is ready longer.
   *
   * <p><b>Shape:</b> another instance has been ready for long; both calls claim their own; a fetch
   * gets the other with delivery count 1.
   */
  @Rule("CLAIM-05")
  void aClaimTakesTheAddressedInstance(StoreUnderTest store) {
    Claims.requireDeclared(store);
    List<Claimer> both = Claimer.both(store);
    store.first().start("older");
    store.moveTime(store.tick());
    for (Claimer one : both) {
      Expect.equal("Another instance was claimed.", one.id(), one.claim().instanceId());
    }
    Expect.equal(
        "An instance was counted that was not claimed.",
        1,
        store.second().fetchOne("older").deliveryCount());
    store.second().fetchNone();
  }

  /**
   * A new instance is claimed by its start.
   *
   * <p><b>Shape:</b> enqueue a start with a claim: the item has name and version of the start; its
   * ack creates the instance.
   */
  @Rule("CLAIM-05")
  void aStartClaimsANewInstance(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    OrchestratorMessage start = Sample.start("order", Sample.NAME, Sample.VERSION);

    OrchestrationItem item =
        Claims.claimed(
            "A new instance was not claimed.",
            Optional.ofNullable(
                first.provider().enqueue(start, Claims.instance(store.lockFor())).eagerInstance()));

    Batch.expect("The start is not in the batch.", item, start);
    Expect.equal("The name is not that of the start.", Sample.NAME, item.name());
    Expect.equal("The execution is wrong.", 1L, item.executionId());
    store.second().fetchNone("A claimed instance was delivered to another handle.");
    first.turn(item).name(Sample.NAME).event(1).apply();
    Expect.equal("The turn is not stored.", Sample.events(1, 1), first.history("order", 1));
  }

  /**
   * A locked instance is not claimed, not even by its holder; the message waits.
   *
   * <p><b>Shape:</b> A holds the instance, by fetch or by claim; each call with a claim does its
   * work and claims nothing; the holder acks, and the next fetch delivers both messages with
   * delivery count 1.
   */
  @Rule("CLAIM-05")
  void aLockedInstanceIsNotClaimed(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    for (Claimer one : Claimer.both(store)) {
      first.poke(one.id());
      OrchestrationItem held = first.fetchOne(one.id());
      Expect.equal("A locked instance was claimed.", List.of(), one.ask().stream().toList());
      OrchestratorMessage earlier = one.sent();
      first.renew(held, store.lockFor());
      first.finish(held);

      held = one.claim();
      Batch.expect("The message did not wait.", held, earlier, one.sent());
      Expect.equal("A delivery was counted that was none.", 1, held.deliveryCount());
      Expect.equal("A claimed instance was claimed.", List.of(), one.ask().stream().toList());
      OrchestratorMessage theSecond = one.sent();
      first.finish(held);
      OrchestrationItem next = store.second().fetchOne(one.id());
      Batch.expect("The message did not wait.", next, theSecond);
      Expect.equal("A delivery was counted that was none.", 1, next.deliveryCount());
      store.second().finish(next);
    }
  }

  /**
   * An instance whose lock has ended without a release is claimed, and its old holder is lost.
   *
   * <p><b>Shape:</b> B holds the instance until L; the call claims it with both messages and
   * delivery count 2; B can do nothing.
   */
  @Rule("CLAIM-05")
  void anExpiredLockIsNoObstacle(StoreUnderTest store) {
    Claims.requireDeclared(store);
    for (Claimer one : Claimer.both(store)) {
      OrchestratorMessage earlier = store.first().poke(one.id());
      OrchestrationItem expired = store.second().fetchOne(one.id());
      store.moveTime(store.lockFor());

      OrchestrationItem item = one.claim();

      Batch.expect("The batch is not what is visible.", item, earlier, one.sent());
      Expect.equal("The delivery was not counted once.", 2, item.deliveryCount());
      store.second().turn(expired).reject("A stale holder's ack was accepted.", LockLost.class);
      store.first().finish(item);
    }
  }

  /**
   * An instance that an abandon keeps back is not claimed before its delay ends.
   *
   * <p><b>Shape:</b> abandon with a delay of 2 L; a claim just before its end gets nothing, and one
   * at its end gets everything with delivery count 2.
   */
  @Rule("CLAIM-05")
  void aDelayKeepsAnInstanceFromClaims(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    Duration delay = store.lockFor().multipliedBy(2);
    for (Claimer one : Claimer.both(store)) {
      first.poke(one.id());
      first.abandon(first.fetchOne(one.id()), AbandonOptions.after(delay));
      store.moveToJustBefore(delay);

      Expect.equal(
          "An instance was claimed in spite of its delay.", List.of(), one.ask().stream().toList());

      store.second().fetchNone("A claim cut a delay short.");
      store.moveTime(store.tick());
      OrchestrationItem item = one.claim();
      Expect.equal("The batch is not complete.", 3, item.messages().size());
      Expect.equal("A delivery was counted that was none.", 2, item.deliveryCount());
      first.finish(item);
    }
  }

  /**
   * An orphan is not claimed; it waits for a start, or is discarded if it says so.
   *
   * <p><b>Shape:</b> a message to an unknown instance with a claim: nothing; a start due later with
   * a claim: nothing; a start with a claim: the instance with both. A message that says {@code
   * discardIfUnknown} claims nothing and is never delivered.
   */
  @Rule("CLAIM-05")
  void anOrphanIsNotClaimed(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    OrchestratorMessage orphan = Sample.message("order", "orphan");
    expectNothing(store, "An orphan was claimed.", orphan);
    expectNothing(store, "An instance was claimed by a start that is due later.", laterStart());
    store.second().fetchNone("An orphan was delivered.");
    OrchestratorMessage start = Sample.start("order", Sample.NAME, null);

    OrchestrationItem item =
        Claims.claimed(
            "A start did not claim its instance.",
            Optional.ofNullable(
                first.provider().enqueue(start, Claims.instance(store.lockFor())).eagerInstance()));

    Batch.expect("An orphan did not wait for its start.", item, orphan, start);
    first.turn(item).name(Sample.NAME).apply();

    OrchestratorMessage dropped =
        OrchestratorMessage.builder("unknown", "event", Payload.utf8("dropped"))
            .discardIfUnknown(true)
            .build();
    expectNothing(store, "An orphan was claimed.", dropped);
    store.second().fetchNone("An orphan was delivered.");
    OrchestratorMessage late = Sample.start("unknown", Sample.NAME, null);
    first.enqueue(late);
    Batch.expect("A discarded orphan came back.", store.second().fetchOne("unknown"), late);
  }

  private static OrchestratorMessage laterStart() {
    return OrchestratorMessage.builder("order", "start", Payload.empty())
        .start(ExecutionStart.of(Sample.NAME))
        .due(Due.in(Duration.ofDays(1)))
        .build();
  }

  private static void expectNothing(
      StoreUnderTest store, String what, OrchestratorMessage message) {
    Expect.equal(
        what,
        List.of(),
        Stream.ofNullable(
                store
                    .first()
                    .provider()
                    .enqueue(message, Claims.instance(store.lockFor()))
                    .eagerInstance())
            .toList());
  }

  /**
   * A message that is due later claims nothing.
   *
   * <p><b>Shape:</b> enqueue a timer, and ack an activity with a completion that is due later, with
   * claims; both instances are delivered at the due time, with delivery count 1.
   */
  @Rule("CLAIM-05")
  void aMessageThatIsDueLaterClaimsNothing(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    Duration delay = store.lockFor();
    first.create("timed");
    first.create("order");
    first.schedule("order", 1);
    ActivityItem activity = first.fetchActivity(1);
    String what = "A message claimed its instance before it is due.";

    expectNothing(store, what, Sample.timer("timed", "timer", delay));
    Expect.equal(
        what,
        List.of(),
        Claims.completed(
                first
                    .provider()
                    .ackActivityItem(
                        new ActivityAck(
                            activity.lockToken(),
                            Sample.timer("order", "late result", delay),
                            Claims.instance(store.lockFor()))))
            .stream()
            .toList());

    store.second().fetchNone("An instance was delivered before its message is due.");
    store.moveTime(delay);
    List<OrchestrationItem> items = store.second().fetch(MANY);
    Expect.equal("Not every instance was delivered at its time.", 2, items.size());
    items.forEach(
        item -> Expect.equal("A delivery was counted that was none.", 1, item.deliveryCount()));
  }

  /**
   * An activity ack without a completion claims nothing.
   *
   * <p><b>Shape:</b> the instance has a message that waits; the ack with a claim and without a
   * completion answers nothing; B fetches the instance with delivery count 1.
   */
  @Rule("CLAIM-05")
  void anAckWithoutACompletionClaimsNothing(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    ActivityItem activity = first.fetchActivity(1);
    first.poke("order");

    Expect.equal(
        "An ack without a completion claimed an instance.",
        List.of(),
        Claims.completed(
                first
                    .provider()
                    .ackActivityItem(
                        new ActivityAck(
                            activity.lockToken(), null, Claims.instance(store.lockFor()))))
            .stream()
            .toList());

    Expect.equal(
        "A delivery was counted that was none.",
        1,
        store.second().fetchOne("order").deliveryCount());
  }
}
