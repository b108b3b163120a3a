// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.tck.Inconclusive;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.WriterHold;
import dev.holdfast.tck.harness.Delivered;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Parked;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Waiting;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** EXPIRY-17: the time that counts is that of the moment in which a call gets its turn. */
@RuleFamily("EXPIRY")
final class ExpiryWaitRules {

  /**
   * An ack or renewal that has to wait for other writers until its lock has ended is LockLost.
   *
   * <p><b>Shape:</b> hold what writers have to wait for; the holder of an instance, and of an
   * activity, acks or renews and waits; move time past the lock end; let go: LockLost, and the work
   * is delivered again. A call that does not wait is applied.
   *
   * <p><b>If this fails, check:</b> is the store's time read when the call begins, before it waits
   * for the lock of the writer or of a row? is it the time of the transaction's begin, in a store
   * that has such a one?
   */
  @Rule("EXPIRY-17")
  void aCallThatWaitsIsJudgedAtItsTurn(StoreUnderTest s) {
    WriterHold hold = s.writerHold();
    Handle a = s.a();
    a.create("acked");
    a.create("renewed");
    a.create("worked");
    boolean waited = false;

    a.poke("acked");
    OrchestrationItem acked = a.fetchOne("acked");
    if (waitsPastTheLockEnd(s, hold, "acked", "An ack", () -> error(a.turn(acked).ack()))) {
      waited = true;
      s.b().finish(s.b().fetchOne("acked"));
    }
    a.poke("renewed");
    OrchestrationItem renewed = a.fetchOne("renewed");
    if (waitsPastTheLockEnd(
        s, hold, "renewed", "A renewal", () -> thrown(() -> a.renew(renewed, s.lockFor())))) {
      waited = true;
      s.b().finish(s.b().fetchOne("renewed"));
    } else {
      a.finish(renewed);
    }
    a.schedule("worked", 1);
    ActivityItem kept = a.fetchActivity(1);
    if (waitsPastTheLockEnd(
        s, hold, "worked", "A renewal", () -> thrown(() -> a.renew(kept, s.lockFor())))) {
      waited = true;
      s.b().complete(s.b().fetchActivity(1));
    } else {
      a.complete(kept);
    }
    s.b().finish(s.b().fetchOne("worked"));
    a.schedule("worked", 2);
    ActivityItem worked = a.fetchActivity(2);
    if (waitsPastTheLockEnd(s, hold, "worked", "An ack", () -> error(a.ack(worked)))) {
      waited = true;
      s.b().fetchNone("The completion of a lost activity was enqueued.");
      s.b().fetchActivity(2);
    }
    if (!waited) {
      throw new Inconclusive("no call waited for what the fixture's hold on writers held");
    }
  }

  /**
   * Makes a call under a live lock while writers are held, and lets go after the lock end.
   *
   * @return whether the call waited, and was told rightly that its lock is lost
   */
  private static boolean waitsPastTheLockEnd(
      StoreUnderTest s,
      WriterHold hold,
      String instanceId,
      String what,
      Supplier<Optional<ProviderError>> call) {
    Parked<Optional<ProviderError>> parked;
    boolean waits;
    WriterHold.Held held = hold.take(instanceId);
    try {
      parked = Parked.call(s.pace(), call);
      // However far a call goes before it waits, it is there now.
      Waiting.until(parked::isDone, s.pace().prompt().dividedBy(2));
      waits = !parked.isDone();
      s.moveTime(s.lockFor());
    } finally {
      held.close();
    }
    Optional<ProviderError> error = parked.answer();
    if (waits && error.orElse(null) instanceof Retryable) {
      error = call.get();
    }
    if (waits) {
      Expect.is(
          what + " that waited until its lock had ended was accepted.",
          LockLost.class,
          error.orElse(null));
    } else {
      Expect.equal(what + " under a live lock was refused.", Optional.empty(), error);
    }
    return waits;
  }

  private static Optional<ProviderError> error(AckResult result) {
    return result instanceof AckResult.Rejected(var error) ? Optional.of(error) : Optional.empty();
  }

  private static Optional<ProviderError> thrown(Runnable call) {
    try {
      call.run();
      return Optional.empty();
    } catch (ProviderError error) {
      return Optional.of(error);
    }
  }

  /**
   * A lock that is taken after a wait for work lasts from then on, for as long as was asked.
   *
   * <p><b>Shape:</b> a fetch waits on each queue; time moves by 2 L; work comes and is delivered;
   * the lock is live until just before L from then, and ends at L.
   *
   * <p><b>If this fails, check:</b> is the lock end computed when the fetch begins, before it
   * waits? is {@code fetchedAt} of that moment?
   */
  @Rule("EXPIRY-17")
  void aLockThatIsTakenAfterAWaitLastsWhole(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    OrchestrationItem item;
    try (Parked<List<OrchestrationItem>> waiting = Waiters.parkInstances(s, s.b())) {
      s.moveTime(s.lockFor().multipliedBy(2));
      a.poke("order");
      item = one(waiting.answer());
    }
    Expect.notBefore(
        "An item was fetched before its message was enqueued.",
        Delivered.visibleAt(item.messages().get(0)),
        item.fetchedAt());
    s.moveToJustBefore(s.lockFor());
    a.fetchNone("A lock that was taken after a wait ended early.");
    s.b().renew(item, s.tick());
    s.moveTime(s.tick());
    OrchestrationItem turn = a.fetchOne("order");

    ActivityItem activity;
    try (Parked<List<ActivityItem>> waiting = Waiters.parkActivities(s, s.b())) {
      s.moveTime(s.lockFor().dividedBy(2));
      a.renew(turn, s.lockFor().multipliedBy(4));
      s.moveTime(s.lockFor().multipliedBy(2));
      a.turn(turn).activities(1).apply();
      activity = one(waiting.answer());
    }
    s.moveToJustBefore(s.lockFor());
    a.fetchNoActivity("The lock of an activity that was taken after a wait ended early.");
    s.b().renew(activity, s.tick());
    s.moveTime(s.tick());
    a.fetchActivity(1);
  }

  private static <T> T one(List<T> items) {
    if (items.size() != 1) {
      throw Expect.violation("A waiting fetch was not given the work.", "1 item", items);
    }
    return items.get(0);
  }
}
