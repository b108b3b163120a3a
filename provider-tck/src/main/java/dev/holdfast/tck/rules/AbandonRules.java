// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.StoreUnderTest;
import java.time.Duration;

/** Giving work back. */
@RuleFamily("EXPIRY")
final class AbandonRules {

  /**
   * A negative delay is refused and leaves the lock alone.
   *
   * <p><b>Shape:</b> abandon both with a negative delay; B fetches nothing just before L, and both
   * at L.
   *
   * <p><b>If this fails, check:</b> does the provider use the value types of the SPI, which refuse
   * it?
   */
  @Rule("EXPIRY-09")
  void aNegativeDelayIsRefused(StoreUnderTest s) {
    BothQueues held = BothQueues.locked(s.a());
    Duration negative = s.lockFor().negated();

    Expect.invalid(
        "An instance was abandoned with a negative delay.",
        () -> s.a().abandon(held.instance(), Abandonment.after(negative)));
    Expect.invalid(
        "An activity was abandoned with a negative delay.",
        () -> s.a().abandon(held.activity(), Abandonment.after(negative)));

    s.moveToJustBefore(s.lockFor());
    BothQueues.expectNone(s.b(), "A refused abandon ended the lock.");
    s.moveTime(s.tick());
    BothQueues.fetch(s.b());
  }

  /**
   * A delay of zero means none.
   *
   * <p><b>Shape:</b> abandon both with a delay of zero; B fetches both at once.
   *
   * <p><b>If this fails, check:</b> is zero taken for "until the lock end", or refused?
   */
  @Rule("EXPIRY-09")
  void aDelayOfZeroMeansNone(StoreUnderTest s) {
    BothQueues.locked(s.a()).abandon(s.a(), Abandonment.after(Duration.ZERO));

    BothQueues.fetch(s.b());
  }

  /**
   * Abandon is accepted after the lock end, with its delay, while nobody took over.
   *
   * <p><b>Shape:</b> move past L; abandon with a delay of L; nothing just before its end, both
   * then, with attempt count 2.
   *
   * <p><b>If this fails, check:</b> does abandon demand a live lock, as ack and renew do?
   */
  @Rule("EXPIRY-10")
  void abandonIsAcceptedAfterTheLockEnd(StoreUnderTest s) {
    BothQueues expired = BothQueues.locked(s.a());
    s.moveTime(s.lockFor());

    expired.abandon(s.a(), Abandonment.after(s.lockFor()));

    s.moveToJustBefore(s.lockFor());
    BothQueues.expectNone(s.b(), "The delay of an abandon after the lock end was not kept.");
    s.moveTime(s.tick());
    BothQueues.fetch(s.b()).expectAttempts("An abandon after the lock end was not counted.", 2);
  }

  /**
   * Abandon after the lock end can take its delivery out of the count.
   *
   * <p><b>Shape:</b> move past L; abandon without delay and without counting; both come at once
   * with attempt count 1.
   *
   * <p><b>If this fails, check:</b> is the count taken back only under a live lock?
   */
  @Rule("EXPIRY-10")
  void abandonAfterTheLockEndCanBeUncounted(StoreUnderTest s) {
    BothQueues expired = BothQueues.locked(s.a());
    s.moveTime(s.lockFor());

    expired.abandon(s.a(), Abandonment.now().uncounted());

    BothQueues.fetch(s.b()).expectAttempts("An uncounted delivery was counted.", 1);
  }

  /**
   * Abandon without delay leaves the visibility of every message alone.
   *
   * <p><b>Shape:</b> a message and a timer; fetch, abandon, fetch: the message alone, as it was;
   * the timer comes at its own time.
   *
   * <p><b>If this fails, check:</b> does abandon set the visibility of all messages of the
   * instance?
   */
  @Rule("EXPIRY-11")
  void abandonLeavesTheVisibilityOfMessagesAlone(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.poke("order");
    OrchestratorMessage timer = a.timer("order", s.lockFor());
    OrchestrationItem first = a.fetchOne("order");

    a.abandon(first);

    OrchestrationItem second = a.fetchOne("order");
    Expect.equal("Abandon changed the batch.", first.messages(), second.messages());
    a.finish(second);
    s.moveToJustBefore(s.lockFor());
    s.b().fetchNone("Abandon made a timer visible before its time.");
    s.moveTime(s.tick());
    Batch.expect("The timer did not come at its own time.", s.b().fetchOne("order"), timer);
  }

  /**
   * Abandon with delay keeps the instance back, also when messages arrive; then all visible ones
   * come together.
   *
   * <p><b>Shape:</b> abandon with D; enqueue two messages and a timer due at 2 D; nothing before D,
   * at D all but the timer, at 2 D the timer; another instance is delivered meanwhile.
   *
   * <p><b>If this fails, check:</b> does a new message make a held-back instance ready? does the
   * delay move the visibility of messages?
   */
  @Rule("EXPIRY-12")
  void aDelayKeepsTheInstanceBack(StoreUnderTest s) {
    Duration delay = s.lockFor();
    Handle a = s.a();
    a.create("order");
    OrchestratorMessage old = a.poke("order");
    OrchestratorMessage timer = a.timer("order", delay.multipliedBy(2));
    OrchestrationItem first = a.fetchOne("order");

    a.abandon(first, Abandonment.after(delay));
    OrchestratorMessage one = a.poke("order");
    OrchestratorMessage two = s.b().poke("order");

    a.fetchNone("A new message brought a held-back instance forward.");
    s.b().create("other");
    s.moveToJustBefore(delay);
    s.b().fetchNone("A held-back instance came before its delay was over.");
    s.moveTime(s.tick());
    OrchestrationItem second = s.b().fetchOne("order");
    Batch.expect("The batch after a delay is not all visible messages.", second, old, one, two);
    Expect.equal(
        "The delay changed the visibility of a message.",
        first.messages(),
        second.messages().subList(0, 1));
    s.b().finish(second);

    s.moveToJustBefore(delay);
    s.b().fetchNone("A timer came before its time.");
    s.moveTime(s.tick());
    Batch.expect("A timer did not come at its own time.", s.b().fetchOne("order"), timer);
  }

  /**
   * A delay also keeps back an instance that does not exist yet.
   *
   * <p><b>Shape:</b> start, fetch, abandon with D, start again; nothing before D, at D both.
   *
   * <p><b>If this fails, check:</b> is the delay kept in the row of the instance, which does not
   * exist yet?
   */
  @Rule("EXPIRY-12")
  void aDelayKeepsAStartedInstanceBack(StoreUnderTest s) {
    Handle a = s.a();
    OrchestratorMessage start = a.start("order");
    a.abandon(a.fetchOne("order"), Abandonment.after(s.lockFor()));
    OrchestratorMessage again = s.b().start("order");

    s.moveToJustBefore(s.lockFor());
    s.b().fetchNone("A new start brought a held-back instance forward.");
    s.moveTime(s.tick());

    Batch.expect("The batch after a delay is not whole.", s.b().fetchOne("order"), start, again);
  }

  /**
   * Abandon with delay keeps the activity back and no other.
   *
   * <p><b>Shape:</b> abandon the first of two activities with D; the second is delivered meanwhile,
   * the first at D with a new token.
   *
   * <p><b>If this fails, check:</b> does the fetch stop at the first candidate that is held back?
   */
  @Rule("EXPIRY-12")
  void aDelayKeepsOneActivityBack(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1, 2);
    ActivityItem first = a.fetchActivity(1);

    a.abandon(first, Abandonment.after(s.lockFor()));

    s.b().complete(s.b().fetchActivity(2));
    s.moveToJustBefore(s.lockFor());
    s.b().fetchNoActivity("A held-back activity came before its delay was over.");
    s.moveTime(s.tick());
    ActivityItem again = s.b().fetchActivity(1);
    Expect.equal("The delay changed the activity.", first.task(), again.task());
    Expect.different("The new lock has the old token.", first.lockToken(), again.lockToken());
  }

  /**
   * A second abandon with the same token has no effect.
   *
   * <p><b>Shape:</b> abandon both, then abandon again with a delay and without counting: lost; B
   * fetches both at once, with attempt count 2.
   *
   * <p><b>If this fails, check:</b> does the first abandon take the token away?
   */
  @Rule("EXPIRY-13")
  void aSecondAbandonHasNoEffect(StoreUnderTest s) {
    BothQueues held = BothQueues.locked(s.a());
    held.abandon(s.a(), Abandonment.now());

    held.expectAbandonLost(
        s.a(), "The same token abandoned twice.", Abandonment.after(s.lockFor()).uncounted());

    BothQueues.fetch(s.b()).expectAttempts("A second abandon changed the attempt count.", 2);
  }

  /**
   * An abandon does not end the delay of an earlier one.
   *
   * <p><b>Shape:</b> abandon both with D, then again without delay: lost; nothing before D.
   *
   * <p><b>If this fails, check:</b> does the first abandon take the token away?
   */
  @Rule("EXPIRY-13")
  void aSecondAbandonDoesNotEndTheDelay(StoreUnderTest s) {
    BothQueues held = BothQueues.locked(s.a());
    held.abandon(s.a(), Abandonment.after(s.lockFor()));

    held.expectAbandonLost(s.a(), "The same token abandoned twice.", Abandonment.now());

    s.moveToJustBefore(s.lockFor());
    BothQueues.expectNone(s.b(), "A second abandon ended the delay of the first.");
    s.moveTime(s.tick());
    BothQueues.fetch(s.b());
  }

  /**
   * An abandon after the ack has no effect.
   *
   * <p><b>Shape:</b> a message comes during the lock; ack both; abandon both with a delay: lost; B
   * fetches the instance at once, and no activity.
   *
   * <p><b>If this fails, check:</b> does the ack take the token away? is an activity written anew
   * by abandon?
   */
  @Rule("EXPIRY-13")
  void anAbandonAfterTheAckHasNoEffect(StoreUnderTest s) {
    Handle a = s.a();
    BothQueues held = BothQueues.locked(a);
    OrchestratorMessage poke = a.poke("order");
    a.finish(held.instance());
    OrchestratorMessage completion = a.complete(held.activity());

    held.expectAbandonLost(a, "A token abandoned after its ack.", Abandonment.after(s.lockFor()));

    OrchestrationItem next = s.b().fetchOne("order");
    Batch.expect("An abandon after the ack changed the queue.", next, poke, completion);
    Expect.equal("An abandon after the ack changed the count.", 1, next.attemptCount());
    s.moveTime(s.lockFor());
    s.b().fetchNoActivity("An abandon revived an activity that was acked.");
  }
}
