// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.Snapshot;
import dev.holdfast.tck.harness.StoreUnderTest;
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
   *
   * <p><b>If this fails, check:</b> is the lock end compared with the store's clock, and is it over
   * at the very moment? does delivery after the end depend on a job that cleans up?
   */
  @Rule("EXPIRY-01")
  void aLockEndsAtItsEnd(StoreUnderTest s) {
    BothQueues.locked(s.a());

    s.moveToJustBefore(s.lockFor());
    BothQueues.expectNone(s.b(), "A lock ended before its time.");
    s.moveTime(s.tick());
    BothQueues.fetch(s.b());
  }

  /**
   * An ack with an expired token is rejected although nobody took over, and changes nothing.
   *
   * <p><b>Shape:</b> A fetches; move past L; A acks with events, activities, messages, a
   * cancellation and metadata; nothing has changed, and the batch comes again.
   *
   * <p><b>If this fails, check:</b> does the ack compare the lock end with the store's now, or only
   * the token?
   */
  @Rule("EXPIRY-02")
  void anExpiredAckChangesNothing(StoreUnderTest s) {
    Handle a = s.a();
    a.create("other");
    a.create("order");
    a.schedule("order", 1);
    OrchestratorMessage poke = a.poke("order");
    OrchestrationItem expired = a.fetchOne("order");
    s.moveTime(s.lockFor());
    Snapshot before = s.snapshot("order", "other", "child");

    a.turn(expired)
        .name("another")
        .version("2")
        .status(ExecutionStatus.COMPLETED)
        .output("output")
        .events(1, 2)
        .activities(2, 3)
        .cancel(Sample.activity("order", 1).identity())
        .send(Sample.message("other", "late"), Sample.start("child", "child", null))
        .reject("An expired token was acked.", LockLost.class);

    s.expectUnchanged("An ack with an expired token wrote something.", before);
    OrchestrationItem again = s.b().fetchOne("order");
    Batch.expect("The batch of an expired lock did not come again.", again, poke);
    Expect.equal("A rejected ack changed the name.", Sample.NAME, again.name());
    s.b().fetchNone("A rejected ack sent messages.");
    s.b().fetchActivity(1);
    s.b().fetchNoActivity("A rejected ack scheduled activities.");
  }

  /**
   * An activity ack with an expired token is rejected although nobody took over, and enqueues no
   * completion.
   *
   * <p><b>Shape:</b> A fetches the activity of an existing instance; move past L; A acks; the
   * instance's queue stays empty, the activity comes again.
   *
   * <p><b>If this fails, check:</b> is the lock end part of the condition under which the activity
   * is removed?
   */
  @Rule("EXPIRY-02")
  void anExpiredActivityAckChangesNothing(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    ActivityItem expired = a.fetchActivity(1);
    s.moveTime(s.lockFor());
    Snapshot before = s.snapshot("order");

    Expect.rejected("An expired token was acked.", LockLost.class, a.ack(expired));

    s.expectUnchanged("An activity ack with an expired token wrote something.", before);
    s.b().fetchNone("A rejected activity ack enqueued its completion.");
    Expect.equal("The activity changed.", expired.task(), s.b().fetchActivity(1).task());
  }

  /**
   * Renewing an expired lock does not revive it.
   *
   * <p><b>Shape:</b> A locks in both queues; move to L; A renews, singly and as a list: lost; B
   * fetches both at once.
   *
   * <p><b>If this fails, check:</b> does renew compare the lock end with the store's now, or only
   * the token?
   */
  @Rule("EXPIRY-03")
  void anExpiredLockIsNotRevived(StoreUnderTest s) {
    BothQueues held = BothQueues.locked(s.a());
    s.moveTime(s.lockFor());

    held.expectRenewLost(s.a(), "An expired lock was renewed.");
    Expect.none(
        "An expired lock was renewed by the list form.",
        s.a()
            .provider()
            .renewOrchestrationItems(List.of(held.instance().lockToken()), s.lockFor()));
    Expect.none(
        "An expired lock was renewed by the list form.",
        s.a().provider().renewActivityItems(List.of(held.activity().lockToken()), s.lockFor()));

    BothQueues.fetch(s.b());
  }

  /**
   * After a takeover the old token is lost everywhere, and the new holder acks as if nothing had
   * happened.
   *
   * <p><b>Shape:</b> A expires, B fetches, a message comes; A acks, renews and abandons; A fetches
   * nothing until just before the end of B's lock; B's acks are applied and remove B's batch.
   *
   * <p><b>If this fails, check:</b> do ack, renew and abandon compare the token in the same
   * statement that writes?
   */
  @Rule("EXPIRY-04")
  void afterATakeoverTheNewHolderIsNotDisturbed(StoreUnderTest s) {
    BothQueues old = BothQueues.locked(s.a());
    s.moveTime(s.lockFor());
    BothQueues current = BothQueues.fetch(s.b());
    OrchestratorMessage later = s.b().poke("order");
    Snapshot before = s.snapshot("order");

    tryEverything(s.a(), old);

    s.expectUnchanged("A stale holder changed something.", before);
    s.moveToJustBefore(s.lockFor());
    BothQueues.expectNone(s.a(), "A stale holder ended the lock of the new one.");
    current.finish(s.b());
    Batch.expect(
        "The batch of the new holder changed.",
        s.a().fetchOne("order"),
        later,
        Sample.completion(current.activity()));
  }

  /**
   * After a takeover the old token changes neither the new holder's lock end nor the attempt count.
   *
   * <p><b>Shape:</b> A expires, B fetches; A acks, renews and abandons; B's locks end at their
   * time, and the third delivery counts 3.
   *
   * <p><b>If this fails, check:</b> does a refused abandon take its delivery out of the count? does
   * a refused renewal move the lock end?
   */
  @Rule("EXPIRY-04")
  void afterATakeoverLockEndAndCountStand(StoreUnderTest s) {
    BothQueues old = BothQueues.locked(s.a());
    s.moveTime(s.lockFor());
    BothQueues current = BothQueues.fetch(s.b());
    current.expectAttempts("The second delivery does not count 2.", 2);

    tryEverything(s.a(), old);

    s.moveToJustBefore(s.lockFor());
    BothQueues.expectNone(s.a(), "A stale holder ended the lock of the new one.");
    s.moveTime(s.tick());
    BothQueues third = BothQueues.fetch(s.a());
    third.expectAttempts("A stale holder changed the attempt count.", 3);
    Expect.equal(
        "A stale holder changed the batch.",
        current.instance().messages(),
        third.instance().messages());
  }

  private static void tryEverything(Handle handle, BothQueues old) {
    old.expectAckLost(handle, "A stale holder's ack was accepted.");
    old.expectRenewLost(handle, "A stale holder's renewal was accepted.");
    for (Abandonment how : ways(handle)) {
      old.expectAbandonLost(handle, "A stale holder's abandon was accepted.", how);
    }
  }

  private static List<Abandonment> ways(Handle handle) {
    Abandonment later = Abandonment.after(handle.lockFor().multipliedBy(3));
    return List.of(Abandonment.now(), Abandonment.now().uncounted(), later, later.uncounted());
  }

  /**
   * Whoever fetches again holds a new lock and nothing of the old.
   *
   * <p><b>Shape:</b> a handle locks in both queues and is closed; another one fetches after L; the
   * remembered tokens are lost and the new ones good.
   *
   * <p><b>If this fails, check:</b> is the token made of something that is the same after a
   * restart?
   */
  @Rule("EXPIRY-14")
  void aRestartedHolderHasANewLock(StoreUnderTest s) {
    BothQueues.fill(s.a());
    Handle before = s.newHandle();
    BothQueues remembered = BothQueues.fetch(before);
    before.close();
    Handle after = s.newHandle();
    BothQueues.expectNone(after, "Reopening the store ended a lock.");
    s.moveTime(s.lockFor());

    BothQueues current = BothQueues.fetch(after);

    tryEverything(after, remembered);
    BothQueues.expectNone(s.b(), "A remembered token ended a new lock.");
    current.finish(after);
  }

  /**
   * A lock duration keeps its fractions.
   *
   * <p><b>Shape:</b> with time control, locks of one and a half and of one third of a second end at
   * that very time, or at the next whole microsecond.
   *
   * <p><b>If this fails, check:</b> is the duration turned into whole seconds on its way to the
   * store? is part of a microsecond cut off, as it is for instants, instead of rounded up?
   */
  @Rule("EXPIRY-16")
  void lockDurationsKeepTheirFractions(StoreUnderTest s) {
    s.timeControl();
    BothQueues.fill(s.a());
    for (Duration lockFor : fractions()) {
      BothQueues.fetch(s.a(), lockFor);
      expectFreeAt(s, lockFor);
    }
  }

  /**
   * The duration of a renewal keeps its fractions.
   *
   * <p><b>Shape:</b> with time control, short locks are renewed by one and a half and by one third
   * of a second.
   *
   * <p><b>If this fails, check:</b> is the duration turned into whole seconds on its way to the
   * store?
   */
  @Rule("EXPIRY-16")
  void renewalsKeepTheirFractions(StoreUnderTest s) {
    s.timeControl();
    BothQueues.fill(s.a());
    for (Duration extendFor : fractions()) {
      BothQueues.fetch(s.a(), extendFor.dividedBy(2)).renew(s.a(), extendFor);
      expectFreeAt(s, extendFor);
    }
  }

  /**
   * The delay of an abandon keeps its fractions.
   *
   * <p><b>Shape:</b> with time control, work is abandoned with delays of one and a half and of one
   * third of a second.
   *
   * <p><b>If this fails, check:</b> is the duration turned into whole seconds on its way to the
   * store?
   */
  @Rule("EXPIRY-16")
  void delaysKeepTheirFractions(StoreUnderTest s) {
    s.timeControl();
    BothQueues.fill(s.a());
    for (Duration delay : fractions()) {
      BothQueues.fetch(s.a()).abandon(s.a(), Abandonment.after(delay));
      expectFreeAt(s, delay);
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
  private static void expectFreeAt(StoreUnderTest s, Duration moment) {
    s.moveToJustBefore(roundedUp(moment));
    BothQueues.expectNone(s.b(), "A duration of " + moment + " was shortened.");
    s.moveTime(s.tick());
    BothQueues.expectAgain(s.b(), "A duration of " + moment + " was prolonged.");
  }
}
