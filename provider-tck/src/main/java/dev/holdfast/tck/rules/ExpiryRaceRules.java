// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.instrument.Pace;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** EXPIRY-15: at the lock end the holder's call and a takeover have one winner. */
@RuleFamily("EXPIRY")
final class ExpiryRaceRules {

  private static final int ROUNDS = 60;
  private static final int ROUNDS_IN_REAL_TIME = 8;

  /**
   * An instance is acked or taken over at its lock end, never both, never neither.
   *
   * <p><b>Shape:</b> in each round A acks around L while B fetches until A has its answer and once
   * more: Applied and B has nothing, or lost and B has the batch.
   */
  @Rule("EXPIRY-15")
  void anAckAtTheLockEndHasOneWinner(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    for (int round = 0; round < rounds(store); round++) {
      first.poke("order");
      OrchestrationItem held = first.fetchOne("order");

      List<OrchestrationItem> taken =
          contest(store, () -> isApplied(first.turn(held).ack()), () -> store.second().fetch(1));

      for (OrchestrationItem item : taken) {
        Expect.equal("The batch changed hands incompletely.", held.messages(), item.messages());
        store.second().finish(item);
      }
      store.moveTime(store.lockFor());
      store.second().fetchNone("A batch came again although it was acked.");
    }
  }

  /**
   * An activity is acked or taken over at its lock end, never both, never neither.
   *
   * <p><b>Shape:</b> in each round A acks around L while B fetches until A has its answer and once
   * more; then the completion is there once.
   */
  @Rule("EXPIRY-15")
  void anActivityAckAtTheLockEndHasOneWinner(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    for (int round = 0; round < rounds(store); round++) {
      first.schedule("order", 1);
      ActivityItem held = first.fetchActivity(1);

      List<ActivityItem> taken =
          contest(store, () -> isApplied(first.ack(held)), () -> store.second().fetchActivities(1));

      taken.forEach(store.second()::complete);
      OrchestrationItem item = first.fetchOne("order");
      Expect.equal("The completion is not there once.", 1, item.messages().size());
      first.finish(item);
      store.moveTime(store.lockFor());
      store.second().fetchNoActivity("An activity came again although it was acked.");
    }
  }

  /**
   * A renewal that succeeds at the lock end keeps a fetch out, and one that fails does not.
   *
   * <p><b>Shape:</b> in each round A renews both around L while B fetches until A has its answer
   * and once more.
   */
  @Rule("EXPIRY-15")
  void aRenewalAtTheLockEndHasOneWinner(StoreUnderTest store) {
    Handle first = store.first();
    BothQueues.fill(first);
    for (int round = 0; round < rounds(store); round++) {
      OrchestrationItem held = first.fetchOne("order");
      giveBack(
          store.second(),
          first,
          held,
          contest(
              store,
              () -> first.renews(held.lockToken(), store.lockFor()),
              () -> store.second().fetch(1)));

      ActivityItem activity = first.fetchActivity(1);
      giveActivityBack(
          store.second(),
          first,
          activity,
          contest(
              store,
              () -> first.renews(activity.lockToken(), store.lockFor()),
              () -> store.second().fetchActivities(1)));
    }
  }

  /**
   * An abandon with delay that succeeds at the lock end keeps a fetch out, and one that fails does
   * not.
   *
   * <p><b>Shape:</b> in each round A abandons both around L with a delay of L while B fetches until
   * A has its answer and once more; what was abandoned comes after its delay.
   */
  @Rule("EXPIRY-15")
  void anAbandonAtTheLockEndHasOneWinner(StoreUnderTest store) {
    Handle first = store.first();
    AbandonOptions delayed = AbandonOptions.after(store.lockFor());
    BothQueues.fill(first);
    for (int round = 0; round < rounds(store); round++) {
      OrchestrationItem held = first.fetchOne("order");
      contest(
              store,
              () -> isAccepted(() -> first.abandon(held, delayed)),
              () -> store.second().fetch(1))
          .forEach(store.second()::abandon);

      ActivityItem activity = first.fetchActivity(1);
      contest(
              store,
              () -> isAccepted(() -> first.abandon(activity, delayed)),
              () -> store.second().fetchActivities(1))
          .forEach(store.second()::abandon);
      store.moveTime(store.lockFor());
    }
  }

  private static void giveBack(
      Handle taker, Handle holder, OrchestrationItem held, List<OrchestrationItem> taken) {
    taken.forEach(taker::abandon);
    if (taken.isEmpty()) {
      holder.abandon(held);
    }
  }

  private static void giveActivityBack(
      Handle taker, Handle holder, ActivityItem held, List<ActivityItem> taken) {
    taken.forEach(taker::abandon);
    if (taken.isEmpty()) {
      holder.abandon(held);
    }
  }

  /**
   * Lets the holder make its call around the lock end while another one fetches until the holder
   * has its answer, and once more; expects one winner. What was fetched was locked just before this
   * call.
   *
   * @return what the other one got: one item, or nothing when the holder won
   */
  private static <T> List<T> contest(
      StoreUnderTest store, BooleanSupplier holderCall, Supplier<List<T>> fetch) {
    AtomicBoolean answered = new AtomicBoolean();
    AtomicBoolean won = new AtomicBoolean();
    AtomicReference<List<T>> taken = new AtomicReference<>(List.of());
    Duration beforeCall = aroundTheLockEnd(store);
    Duration beforeEnd = someTime(store);
    store.moveToJustBefore(store.lockFor());
    Together.all(
        () -> {
          try {
            Waiting.realTime(beforeCall);
            won.set(holderCall.getAsBoolean());
          } finally {
            answered.set(true);
          }
        },
        () -> {
          boolean last = false;
          while (taken.get().isEmpty() && !last) {
            last = answered.get();
            taken.set(fetch.get());
          }
        },
        () -> {
          Waiting.realTime(beforeEnd);
          store.moveTime(store.tick());
        });
    if (won.get()) {
      Expect.none("The holder's call was accepted, and the lock was taken over.", taken.get());
    } else if (taken.get().size() != 1) {
      throw Expect.violation(
          "The holder's call was refused, and nobody took over.", "1 item", taken.get());
    }
    return taken.get();
  }

  /** How long in real time the holder waits before its call, from just before the lock end. */
  private static Duration aroundTheLockEnd(StoreUnderTest store) {
    Duration some = someTime(store);
    return store.pace().clock() == Pace.Clock.STANDING
        ? some
        : store.tick().minus(store.pace().roundTrip().multipliedBy(2)).plus(some);
  }

  private static Duration someTime(StoreUnderTest store) {
    double share = store.random().nextDouble();
    return Duration.ofNanos((long) (store.pace().roundTrip().toNanos() * share));
  }

  private static int rounds(StoreUnderTest store) {
    return store.pace().clock() == Pace.Clock.REAL ? ROUNDS_IN_REAL_TIME : ROUNDS;
  }

  private static boolean isApplied(AckResult result) {
    if (result instanceof AckResult.Applied) {
      return true;
    }
    Expect.rejected("An ack at the lock end was neither applied nor lost.", LockLost.class, result);
    return false;
  }

  private static boolean isAccepted(Runnable call) {
    try {
      call.run();
      return true;
    } catch (LockLost lost) {
      return false;
    }
  }
}
