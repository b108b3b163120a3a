// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Pace;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Together;
import dev.holdfast.tck.harness.Waiting;
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
   *
   * <p><b>If this fails, check:</b> does the ack check the lock in the transaction that writes? is
   * the takeover a conditional update?
   */
  @Rule("EXPIRY-15")
  void anAckAtTheLockEndHasOneWinner(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    for (int round = 0; round < rounds(s); round++) {
      a.poke("order");
      OrchestrationItem held = a.fetchOne("order");

      List<OrchestrationItem> taken =
          contest(s, () -> isApplied(a.turn(held).ack()), () -> s.b().fetch(1));

      for (OrchestrationItem item : taken) {
        Expect.equal("The batch changed hands incompletely.", held.messages(), item.messages());
        s.b().finish(item);
      }
      s.moveTime(s.lockFor());
      s.b().fetchNone("A batch came again although it was acked.");
    }
  }

  /**
   * An activity is acked or taken over at its lock end, never both, never neither.
   *
   * <p><b>Shape:</b> in each round A acks around L while B fetches until A has its answer and once
   * more; then the completion is there once.
   *
   * <p><b>If this fails, check:</b> does the ack check the lock in the statement that removes the
   * activity?
   */
  @Rule("EXPIRY-15")
  void anActivityAckAtTheLockEndHasOneWinner(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    for (int round = 0; round < rounds(s); round++) {
      a.schedule("order", 1);
      ActivityItem held = a.fetchActivity(1);

      List<ActivityItem> taken =
          contest(s, () -> isApplied(a.ack(held)), () -> s.b().fetchActivities(1));

      taken.forEach(s.b()::complete);
      OrchestrationItem item = a.fetchOne("order");
      Expect.equal("The completion is not there once.", 1, item.messages().size());
      a.finish(item);
      s.moveTime(s.lockFor());
      s.b().fetchNoActivity("An activity came again although it was acked.");
    }
  }

  /**
   * A renewal that succeeds at the lock end keeps a fetch out, and one that fails does not.
   *
   * <p><b>Shape:</b> in each round A renews both around L while B fetches until A has its answer
   * and once more.
   *
   * <p><b>If this fails, check:</b> does renew check the lock end in the statement that moves it?
   */
  @Rule("EXPIRY-15")
  void aRenewalAtTheLockEndHasOneWinner(StoreUnderTest s) {
    Handle a = s.a();
    BothQueues.fill(a);
    for (int round = 0; round < rounds(s); round++) {
      OrchestrationItem held = a.fetchOne("order");
      giveBack(
          s.b(),
          a,
          held,
          contest(s, () -> isAccepted(() -> a.renew(held, s.lockFor())), () -> s.b().fetch(1)));

      ActivityItem activity = a.fetchActivity(1);
      giveActivityBack(
          s.b(),
          a,
          activity,
          contest(
              s,
              () -> isAccepted(() -> a.renew(activity, s.lockFor())),
              () -> s.b().fetchActivities(1)));
    }
  }

  /**
   * An abandon with delay that succeeds at the lock end keeps a fetch out, and one that fails does
   * not.
   *
   * <p><b>Shape:</b> in each round A abandons both around L with a delay of L while B fetches until
   * A has its answer and once more; what was abandoned comes after its delay.
   *
   * <p><b>If this fails, check:</b> does abandon compare the token in the statement that sets the
   * delay?
   */
  @Rule("EXPIRY-15")
  void anAbandonAtTheLockEndHasOneWinner(StoreUnderTest s) {
    Handle a = s.a();
    Abandonment delayed = Abandonment.after(s.lockFor());
    BothQueues.fill(a);
    for (int round = 0; round < rounds(s); round++) {
      OrchestrationItem held = a.fetchOne("order");
      contest(s, () -> isAccepted(() -> a.abandon(held, delayed)), () -> s.b().fetch(1))
          .forEach(s.b()::abandon);

      ActivityItem activity = a.fetchActivity(1);
      contest(
              s,
              () -> isAccepted(() -> a.abandon(activity, delayed)),
              () -> s.b().fetchActivities(1))
          .forEach(s.b()::abandon);
      s.moveTime(s.lockFor());
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
      StoreUnderTest s, BooleanSupplier holderCall, Supplier<List<T>> fetch) {
    AtomicBoolean answered = new AtomicBoolean();
    AtomicBoolean won = new AtomicBoolean();
    AtomicReference<List<T>> taken = new AtomicReference<>(List.of());
    Duration beforeCall = aroundTheLockEnd(s);
    Duration beforeEnd = someTime(s);
    s.moveToJustBefore(s.lockFor());
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
          s.moveTime(s.tick());
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
  private static Duration aroundTheLockEnd(StoreUnderTest s) {
    Duration some = someTime(s);
    return s.pace().clock() == Pace.Clock.STANDING
        ? some
        : s.tick().minus(s.pace().roundTrip().multipliedBy(2)).plus(some);
  }

  private static Duration someTime(StoreUnderTest s) {
    double share = s.random().nextDouble();
    return Duration.ofNanos((long) (s.pace().roundTrip().toNanos() * share));
  }

  private static int rounds(StoreUnderTest s) {
    return s.pace().clock() == Pace.Clock.REAL ? ROUNDS_IN_REAL_TIME : ROUNDS;
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
