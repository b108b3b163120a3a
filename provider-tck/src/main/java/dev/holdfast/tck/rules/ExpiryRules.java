// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.Snapshot;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** The end of a lock: expired is expired, for everybody; a stale holder can never write. */
@RuleFamily("EXPIRY")
final class ExpiryRules {

  /**
   * A lock ends at fetch time plus {@code lockFor}, without any call.
   *
   * <p><b>Shape:</b> A locks in both queues; B fetches nothing just before L, and both at L.
   */
  @Rule("EXPIRY-01")
  void aLockEndsAtItsEnd(StoreUnderTest store) {
    BothQueues.locked(store.first());

    store.moveToJustBefore(store.lockFor());
    BothQueues.expectNone(store.second(), "A lock ended before its time.");
    store.moveTime(store.tick());
    BothQueues.fetch(store.second());
  }

  /**
   * An ack with an expired token is rejected although nobody took over, and changes nothing.
   *
   * <p><b>Shape:</b> A fetches; move past L; A acks with events, activities, messages, a
   * cancellation and metadata; nothing has changed, and the batch comes again.
   */
  @Rule("EXPIRY-02")
  void anExpiredAckChangesNothing(StoreUnderTest store) {
    Handle first = store.first();
    first.create("other");
    first.create("order");
    first.schedule("order", 1);
    OrchestratorMessage poke = first.poke("order");
    OrchestrationItem expired = first.fetchOne("order");
    store.moveTime(store.lockFor());
    Snapshot before = store.snapshot("order", "other", "child");

    first
        .turn(expired)
        .name("another")
        .version("2")
        .status(ExecutionStatus.COMPLETED)
        .output("output")
        .events(1, 2)
        .activities(2, 3)
        .cancel(Sample.activity("order", 1).identity())
        .send(Sample.message("other", "late"), Sample.start("child", "child", null))
        .reject("An expired token was acked.", LockLost.class);

    store.expectUnchanged("An ack with an expired token wrote something.", before);
    OrchestrationItem again = store.second().fetchOne("order");
    Batch.expect("The batch of an expired lock did not come again.", again, poke);
    Expect.equal("A rejected ack changed the name.", Sample.NAME, again.name());
    store.second().fetchNone("A rejected ack sent messages.");
    store.second().fetchActivity(1);
    store.second().fetchNoActivity("A rejected ack scheduled activities.");
  }

  /**
   * An activity ack with an expired token is rejected although nobody took over, and enqueues no
   * completion.
   *
   * <p><b>Shape:</b> A fetches the activity of an existing instance; move past L; A acks; the
   * instance's queue stays empty, the activity comes again.
   */
  @Rule("EXPIRY-02")
  void anExpiredActivityAckChangesNothing(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    ActivityItem expired = first.fetchActivity(1);
    store.moveTime(store.lockFor());
    Snapshot before = store.snapshot("order");

    Expect.rejected("An expired token was acked.", LockLost.class, first.ack(expired));

    store.expectUnchanged("An activity ack with an expired token wrote something.", before);
    store.second().fetchNone("A rejected activity ack enqueued its completion.");
    Expect.equal("The activity changed.", expired.task(), store.second().fetchActivity(1).task());
  }

  /**
   * Renewing an expired lock does not revive it.
   *
   * <p><b>Shape:</b> A locks in both queues; move to L; A renews, singly and both in one call:
   * lost; B fetches both at once.
   */
  @Rule("EXPIRY-03")
  void anExpiredLockIsNotRevived(StoreUnderTest store) {
    BothQueues held = BothQueues.locked(store.first());
    store.moveTime(store.lockFor());

    held.expectRenewLost(store.first(), "An expired lock was renewed.");

    BothQueues.fetch(store.second());
  }

  /**
   * After a takeover the old token is lost everywhere, and the new holder acks as if nothing had
   * happened.
   *
   * <p><b>Shape:</b> A expires, B fetches, a message comes; A acks, renews and abandons; A fetches
   * nothing until just before the end of B's lock; B's acks are applied and remove B's batch.
   */
  @Rule("EXPIRY-04")
  void afterATakeoverTheNewHolderIsNotDisturbed(StoreUnderTest store) {
    BothQueues old = BothQueues.locked(store.first());
    store.moveTime(store.lockFor());
    BothQueues current = BothQueues.fetch(store.second());
    OrchestratorMessage later = store.second().poke("order");
    Snapshot before = store.snapshot("order");

    tryEverything(store.first(), old);

    store.expectUnchanged("A stale holder changed something.", before);
    store.moveToJustBefore(store.lockFor());
    BothQueues.expectNone(store.first(), "A stale holder ended the lock of the new one.");
    current.finish(store.second());
    Batch.expect(
        "The batch of the new holder changed.",
        store.first().fetchOne("order"),
        later,
        Sample.completion(current.activity()));
  }

  /**
   * After a takeover the old token changes neither the new holder's lock end nor the delivery
   * count.
   *
   * <p><b>Shape:</b> A expires, B fetches; A acks, renews and abandons; B's locks end at their
   * time, and the third delivery counts 3.
   */
  @Rule("EXPIRY-04")
  void afterATakeoverLockEndAndCountStand(StoreUnderTest store) {
    BothQueues old = BothQueues.locked(store.first());
    store.moveTime(store.lockFor());
    BothQueues current = BothQueues.fetch(store.second());
    current.expectDeliveries("The second delivery does not count 2.", 2);

    tryEverything(store.first(), old);

    store.moveToJustBefore(store.lockFor());
    BothQueues.expectNone(store.first(), "A stale holder ended the lock of the new one.");
    store.moveTime(store.tick());
    BothQueues third = BothQueues.fetch(store.first());
    third.expectDeliveries("A stale holder changed the delivery count.", 3);
    Expect.equal(
        "A stale holder changed the batch.",
        current.instance().messages(),
        third.instance().messages());
  }

  private static void tryEverything(Handle handle, BothQueues old) {
    old.expectAckLost(handle, "A stale holder's ack was accepted.");
    old.expectRenewLost(handle, "A stale holder's renewal was accepted.");
    for (AbandonOptions how : ways(handle)) {
      old.expectAbandonLost(handle, "A stale holder's abandon was accepted.", how);
    }
  }

  private static List<AbandonOptions> ways(Handle handle) {
    AbandonOptions later = AbandonOptions.after(handle.lockFor().multipliedBy(3));
    return List.of(
        AbandonOptions.now(), AbandonOptions.now().uncounted(), later, later.uncounted());
  }

  /**
   * Whoever fetches again holds a new lock and nothing of the old.
   *
   * <p><b>Shape:</b> a handle locks in both queues and is closed; another one fetches after L; the
   * remembered tokens are lost and the new ones good.
   */
  @Rule("EXPIRY-14")
  void aRestartedHolderHasANewLock(StoreUnderTest store) {
    BothQueues.fill(store.first());
    Handle before = store.newHandle();
    BothQueues remembered = BothQueues.fetch(before);
    before.close();
    Handle after = store.newHandle();
    BothQueues.expectNone(after, "Reopening the store ended a lock.");
    store.moveTime(store.lockFor());

    BothQueues current = BothQueues.fetch(after);

    tryEverything(after, remembered);
    BothQueues.expectNone(store.second(), "A remembered token ended a new lock.");
    current.finish(after);
  }

  /**
   * A lock duration keeps its fractions.
   *
   * <p><b>Shape:</b> with time control, locks of one and a half and of one third of a second end at
   * that very time, or at the next whole microsecond.
   */
  @Rule("EXPIRY-16")
  void lockDurationsKeepTheirFractions(StoreUnderTest store) {
    store.timeControl();
    BothQueues.fill(store.first());
    for (Duration lockFor : fractions()) {
      BothQueues.fetch(store.first(), lockFor);
      expectFreeAt(store, lockFor);
    }
  }

  /**
   * The duration of a renewal keeps its fractions.
   *
   * <p><b>Shape:</b> with time control, short locks are renewed by one and a half and by one third
   * of a second.
   */
  @Rule("EXPIRY-16")
  void renewalsKeepTheirFractions(StoreUnderTest store) {
    store.timeControl();
    BothQueues.fill(store.first());
    for (Duration extendFor : fractions()) {
      BothQueues.fetch(store.first(), extendFor.dividedBy(2)).renew(store.first(), extendFor);
      expectFreeAt(store, extendFor);
    }
  }

  /**
   * The delay of an abandon keeps its fractions.
   *
   * <p><b>Shape:</b> with time control, work is abandoned with delays of one and a half and of one
   * third of a second.
   */
  @Rule("EXPIRY-16")
  void delaysKeepTheirFractions(StoreUnderTest store) {
    store.timeControl();
    BothQueues.fill(store.first());
    for (Duration delay : fractions()) {
      BothQueues.fetch(store.first()).abandon(store.first(), AbandonOptions.after(delay));
      expectFreeAt(store, delay);
    }
  }

  /** One and a half seconds, and a third of one: to the microsecond, and with what is left over. */
  private static List<Duration> fractions() {
    Duration third = Duration.ofSeconds(1).dividedBy(3);
    return List.of(Duration.ofSeconds(3).dividedBy(2), third.truncatedTo(ChronoUnit.MICROS), third);
  }

  /** Part of a microsecond counts as a whole one (DATA-08). */
  private static Duration roundedUp(Duration duration) {
    Duration cutOff = duration.truncatedTo(ChronoUnit.MICROS);
    return cutOff.equals(duration) ? duration : cutOff.plus(1, ChronoUnit.MICROS);
  }

  /** Expects both to be deliverable after a time and not before, and gives them back. */
  private static void expectFreeAt(StoreUnderTest store, Duration moment) {
    store.moveToJustBefore(roundedUp(moment));
    BothQueues.expectNone(store.second(), "A duration of " + moment + " was shortened.");
    store.moveTime(store.tick());
    BothQueues.expectAgain(store.second(), "A duration of " + moment + " was prolonged.");
  }
}
