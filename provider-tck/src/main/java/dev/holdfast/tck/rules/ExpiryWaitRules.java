// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.LockToken;
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
   */
  @Rule("EXPIRY-17")
  void aCallThatWaitsIsJudgedAtItsTurn(StoreUnderTest store) {
    WriterHold hold = store.writerHold();
    Handle first = store.first();
    first.create("acked");
    first.create("renewed");
    first.create("worked");
    boolean waited = false;

    first.poke("acked");
    OrchestrationItem acked = first.fetchOne("acked");
    if (waitsPastTheLockEnd(store, hold, "acked", "An ack", () -> error(first.turn(acked).ack()))) {
      waited = true;
      store.second().finish(store.second().fetchOne("acked"));
    }
    first.poke("renewed");
    OrchestrationItem renewed = first.fetchOne("renewed");
    if (waitsPastTheLockEnd(
        store, hold, "renewed", "A renewal", () -> renewal(first, renewed.lockToken()))) {
      waited = true;
      store.second().finish(store.second().fetchOne("renewed"));
    } else {
      first.finish(renewed);
    }
    first.schedule("worked", 1);
    ActivityItem kept = first.fetchActivity(1);
    if (waitsPastTheLockEnd(
        store, hold, "worked", "A renewal", () -> renewal(first, kept.lockToken()))) {
      waited = true;
      store.second().complete(store.second().fetchActivity(1));
    } else {
      first.complete(kept);
    }
    store.second().finish(store.second().fetchOne("worked"));
    first.schedule("worked", 2);
    ActivityItem worked = first.fetchActivity(2);
    if (waitsPastTheLockEnd(store, hold, "worked", "An ack", () -> error(first.ack(worked)))) {
      waited = true;
      store.second().fetchNone("The completion of a lost activity was enqueued.");
      store.second().fetchActivity(2);
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
      StoreUnderTest store,
      WriterHold hold,
      String instanceId,
      String what,
      Supplier<Optional<ProviderError>> call) {
    Parked<Optional<ProviderError>> parked;
    boolean waits;
    WriterHold.Held held = hold.take(instanceId);
    try {
      parked = Parked.call(store.pace(), call);
      // However far a call goes before it waits, it is there now.
      Waiting.until(parked::isDone, store.pace().prompt().dividedBy(2));
      waits = !parked.isDone();
      store.moveTime(store.lockFor());
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

  private static Optional<ProviderError> renewal(Handle handle, LockToken token) {
    try {
      return handle.renews(token, handle.lockFor())
          ? Optional.empty()
          : Optional.of(new LockLost("renew", token, "not among the tokens returned"));
    } catch (ProviderError error) {
      return Optional.of(error);
    }
  }

  /**
   * A lock that is taken after a wait for work lasts from then on, for as long as was asked.
   *
   * <p><b>Shape:</b> a fetch waits on each queue; time moves by 2 L; work comes and is delivered;
   * the lock is live until just before L from then, and ends at L.
   */
  @Rule("EXPIRY-17")
  void aLockThatIsTakenAfterAWaitLastsWhole(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    OrchestrationItem item;
    try (Parked<List<OrchestrationItem>> waiting = Waiters.parkInstances(store, store.second())) {
      store.moveTime(store.lockFor().multipliedBy(2));
      first.poke("order");
      item = one(waiting.answer());
    }
    Expect.notBefore(
        "An item was fetched before its message was enqueued.",
        Delivered.visibleAt(item.messages().get(0)),
        item.fetchedAt());
    store.moveToJustBefore(store.lockFor());
    first.fetchNone("A lock that was taken after a wait ended early.");
    store.second().renew(item, store.tick());
    store.moveTime(store.tick());
    OrchestrationItem turn = first.fetchOne("order");

    ActivityItem activity;
    try (Parked<List<ActivityItem>> waiting = Waiters.parkActivities(store, store.second())) {
      store.moveTime(store.lockFor().dividedBy(2));
      first.renew(turn, store.lockFor().multipliedBy(4));
      store.moveTime(store.lockFor().multipliedBy(2));
      first.turn(turn).activities(1).apply();
      activity = one(waiting.answer());
    }
    store.moveToJustBefore(store.lockFor());
    first.fetchNoActivity("The lock of an activity that was taken after a wait ended early.");
    store.second().renew(activity, store.tick());
    store.moveTime(store.tick());
    first.fetchActivity(1);
  }

  private static <T> T one(List<T> items) {
    if (items.size() != 1) {
      throw Expect.violation("A waiting fetch was not given the work.", "1 item", items);
    }
    return items.get(0);
  }
}
