// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;

/** Giving work back. */
@RuleFamily("EXPIRY")
final class AbandonRules {

  /**
   * A negative delay is refused and leaves the lock alone.
   *
   * <p><b>Shape:</b> abandon both with a negative delay; B fetches nothing just before L, and both
   * at L.
   */
  @Rule("EXPIRY-09")
  void aNegativeDelayIsRefused(StoreUnderTest store) {
    BothQueues held = BothQueues.locked(store.first());
    Duration negative = store.lockFor().negated();

    Expect.invalid(
        "An instance was abandoned with a negative delay.",
        () -> store.first().abandon(held.instance(), AbandonOptions.after(negative)));
    Expect.invalid(
        "An activity was abandoned with a negative delay.",
        () -> store.first().abandon(held.activity(), AbandonOptions.after(negative)));

    store.moveToJustBefore(store.lockFor());
    BothQueues.expectNone(store.second(), "A refused abandon ended the lock.");
    store.moveTime(store.tick());
    BothQueues.fetch(store.second());
  }

  /**
   * A delay of zero means none.
   *
   * <p><b>Shape:</b> abandon both with a delay of zero; B fetches both at once.
   */
  @Rule("EXPIRY-09")
  void aDelayOfZeroMeansNone(StoreUnderTest store) {
    BothQueues.locked(store.first()).abandon(store.first(), AbandonOptions.after(Duration.ZERO));

    BothQueues.fetch(store.second());
  }

  /**
   * Abandon is accepted after the lock end, with its delay, while nobody took over.
   *
   * <p><b>Shape:</b> move past L; abandon with a delay of L; nothing just before its end, both
   * then, with delivery count 2.
   */
  @Rule("EXPIRY-10")
  void abandonIsAcceptedAfterTheLockEnd(StoreUnderTest store) {
    BothQueues expired = BothQueues.locked(store.first());
    store.moveTime(store.lockFor());

    expired.abandon(store.first(), AbandonOptions.after(store.lockFor()));

    store.moveToJustBefore(store.lockFor());
    BothQueues.expectNone(
        store.second(), "The delay of an abandon after the lock end was not kept.");
    store.moveTime(store.tick());
    BothQueues.fetch(store.second())
        .expectDeliveries("An abandon after the lock end was not counted.", 2);
  }

  /**
   * Abandon after the lock end can take its delivery out of the count.
   *
   * <p><b>Shape:</b> move past L; abandon without delay and without counting; both come at once
   * with delivery count 1.
   */
  @Rule("EXPIRY-10")
  void abandonAfterTheLockEndCanBeUncounted(StoreUnderTest store) {
    BothQueues expired = BothQueues.locked(store.first());
    store.moveTime(store.lockFor());

    expired.abandon(store.first(), AbandonOptions.now().uncounted());

    BothQueues.fetch(store.second()).expectDeliveries("An uncounted delivery was counted.", 1);
  }

  /**
   * Abandon without delay leaves the visibility of every message alone.
   *
   * <p><b>Shape:</b> a message and a timer; fetch, abandon, fetch: the message alone, as it was;
   * the timer comes at its own time.
   */
  @Rule("EXPIRY-11")
  void abandonLeavesTheVisibilityOfMessagesAlone(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.poke("order");
    OrchestratorMessage timer = first.timer("order", store.lockFor());
    OrchestrationItem earlier = first.fetchOne("order");

    first.abandon(earlier);

    OrchestrationItem later = first.fetchOne("order");
    Expect.equal("Abandon changed the batch.", earlier.messages(), later.messages());
    first.finish(later);
    store.moveToJustBefore(store.lockFor());
    store.second().fetchNone("Abandon made a timer visible before its time.");
    store.moveTime(store.tick());
    Batch.expect(
        "The timer did not come at its own time.", store.second().fetchOne("order"), timer);
  }

  /**
   * Abandon with delay keeps the instance back, also when messages arrive; then all visible ones
   * come together.
   *
   * <p><b>Shape:</b> abandon with D; enqueue two messages and a timer due at 2 D; nothing before D,
   * at D all but the timer, at 2 D the timer; another instance is delivered meanwhile.
   */
  @Rule("EXPIRY-12")
  void aDelayKeepsTheInstanceBack(StoreUnderTest store) {
    Duration delay = store.lockFor();
    Handle first = store.first();
    first.create("order");
    OrchestratorMessage old = first.poke("order");
    OrchestratorMessage timer = first.timer("order", delay.multipliedBy(2));
    OrchestrationItem earlier = first.fetchOne("order");

    first.abandon(earlier, AbandonOptions.after(delay));
    OrchestratorMessage one = first.poke("order");
    OrchestratorMessage two = store.second().poke("order");

    first.fetchNone("A new message brought a held-back instance forward.");
    store.second().create("other");
    store.moveToJustBefore(delay);
    store.second().fetchNone("A held-back instance came before its delay was over.");
    store.moveTime(store.tick());
    OrchestrationItem later = store.second().fetchOne("order");
    Batch.expect("The batch after a delay is not all visible messages.", later, old, one, two);
    Expect.equal(
        "The delay changed the visibility of a message.",
        earlier.messages(),
        later.messages().subList(0, 1));
    store.second().finish(later);

    store.moveToJustBefore(delay);
    store.second().fetchNone("A timer came before its time.");
    store.moveTime(store.tick());
    Batch.expect("A timer did not come at its own time.", store.second().fetchOne("order"), timer);
  }

  /**
   * A delay also keeps back an instance that does not exist yet.
   *
   * <p><b>Shape:</b> start, fetch, abandon with D, start again; nothing before D, at D both.
   */
  @Rule("EXPIRY-12")
  void aDelayKeepsAStartedInstanceBack(StoreUnderTest store) {
    Handle first = store.first();
    OrchestratorMessage start = first.start("order");
    first.abandon(first.fetchOne("order"), AbandonOptions.after(store.lockFor()));
    OrchestratorMessage again = store.second().start("order");

    store.moveToJustBefore(store.lockFor());
    store.second().fetchNone("A new start brought a held-back instance forward.");
    store.moveTime(store.tick());

    Batch.expect(
        "The batch after a delay is not whole.", store.second().fetchOne("order"), start, again);
  }

  /**
   * Abandon with delay keeps the activity back and no other.
   *
   * <p><b>Shape:</b> abandon the first of two activities with D; the second is delivered meanwhile,
   * the first at D with a new token.
   */
  @Rule("EXPIRY-12")
  void aDelayKeepsOneActivityBack(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1, 2);
    ActivityItem earlier = first.fetchActivity(1);

    first.abandon(earlier, AbandonOptions.after(store.lockFor()));

    store.second().complete(store.second().fetchActivity(2));
    store.moveToJustBefore(store.lockFor());
    store.second().fetchNoActivity("A held-back activity came before its delay was over.");
    store.moveTime(store.tick());
    ActivityItem again = store.second().fetchActivity(1);
    Expect.equal("The delay changed the activity.", earlier.task(), again.task());
    Expect.different("The new lock has the old token.", earlier.lockToken(), again.lockToken());
  }

  /**
   * A second abandon with the same token has no effect.
   *
   * <p><b>Shape:</b> abandon both, then abandon again with a delay and without counting: lost; B
   * fetches both at once, with delivery count 2.
   */
  @Rule("EXPIRY-13")
  void aSecondAbandonHasNoEffect(StoreUnderTest store) {
    BothQueues held = BothQueues.locked(store.first());
    held.abandon(store.first(), AbandonOptions.now());

    held.expectAbandonLost(
        store.first(),
        "The same token abandoned twice.",
        AbandonOptions.after(store.lockFor()).uncounted());

    BothQueues.fetch(store.second())
        .expectDeliveries("A second abandon changed the delivery count.", 2);
  }

  /**
   * An abandon does not end the delay of an earlier one.
   *
   * <p><b>Shape:</b> abandon both with D, then again without delay: lost; nothing before D.
   */
  @Rule("EXPIRY-13")
  void aSecondAbandonDoesNotEndTheDelay(StoreUnderTest store) {
    BothQueues held = BothQueues.locked(store.first());
    held.abandon(store.first(), AbandonOptions.after(store.lockFor()));

    held.expectAbandonLost(store.first(), "The same token abandoned twice.", AbandonOptions.now());

    store.moveToJustBefore(store.lockFor());
    BothQueues.expectNone(store.second(), "A second abandon ended the delay of the first.");
    store.moveTime(store.tick());
    BothQueues.fetch(store.second());
  }

  /**
   * An abandon after the ack has no effect.
   *
   * <p><b>Shape:</b> a message comes during the lock; ack both; abandon both with a delay: lost; B
   * fetches the instance at once, and no activity.
   */
  @Rule("EXPIRY-13")
  void anAbandonAfterTheAckHasNoEffect(StoreUnderTest store) {
    Handle first = store.first();
    BothQueues held = BothQueues.locked(first);
    OrchestratorMessage poke = first.poke("order");
    first.finish(held.instance());
    OrchestratorMessage completion = first.complete(held.activity());

    held.expectAbandonLost(
        first, "A token abandoned after its ack.", AbandonOptions.after(store.lockFor()));

    OrchestrationItem next = store.second().fetchOne("order");
    Batch.expect("An abandon after the ack changed the queue.", next, poke, completion);
    Expect.equal("An abandon after the ack changed the count.", 1, next.deliveryCount());
    store.moveTime(store.lockFor());
    store.second().fetchNoActivity("An abandon revived an activity that was acked.");
  }
}
