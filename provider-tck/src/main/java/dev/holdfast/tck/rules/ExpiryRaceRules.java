// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.ProviderError.LockLost;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.instrument.Pace;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.rules.QueueUnderTest.Item;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/** EXPIRY-15: at the lock end the holder's call and a takeover have one winner. */
@RuleFamily("EXPIRY")
final class ExpiryRaceRules {

  private static final int ROUNDS = 60;
  private static final int ROUNDS_IN_REAL_TIME = 8;

  /**
   * Work is acked or taken over at its lock end, never both, never neither.
   *
   * <p><b>Shape:</b> on each queue, in each round A acks around L while B fetches until A has its
   * answer and once more: Applied and B has nothing, or lost and B has all of it. The work is done
   * once, and so is what comes of it.
   */
  @Rule("EXPIRY-15")
  void anAckAtTheLockEndHasOneWinner(StoreUnderTest store) {
    Handle first = store.first();
    for (QueueUnderTest queue : QueueUnderTest.values()) {
      queue.begin(first);
      queue.add(first, 1);
      for (int round = 0; round < rounds(store); round++) {
        Item held = queue.fetch(first, 1);

        List<Item> taken = contest(store, queue, () -> isApplied(queue.ack(first, held.token())));

        for (Item item : taken) {
          Expect.equal("The work changed hands incompletely.", held.content(), item.content());
          queue.finish(store.second(), item);
        }
        queue.takeResults(first, 1);
        store.moveTime(store.lockFor());
        queue.fetchNone(store.second(), "Work came again although it was acked.");
        queue.addAgain(first, 1);
      }
      queue.finish(first, queue.fetch(first, 1));
      queue.takeResults(first, 1);
    }
  }

  /**
   * A renewal that succeeds at the lock end keeps a fetch out, and one that fails does not.
   *
   * <p><b>Shape:</b> on each queue, in each round A renews around L while B fetches until A has its
   * answer and once more.
   */
  @Rule("EXPIRY-15")
  void aRenewalAtTheLockEndHasOneWinner(StoreUnderTest store) {
    Handle first = store.first();
    for (QueueUnderTest queue : QueueUnderTest.values()) {
      queue.begin(first);
      queue.add(first, 1);
      for (int round = 0; round < rounds(store); round++) {
        LockToken held = queue.fetch(first, 1).token();
        List<Item> taken = contest(store, queue, () -> first.renews(held, store.lockFor()));
        LockToken holds = taken.isEmpty() ? held : taken.get(0).token();
        first.provider().abandon(holds, AbandonOptions.now());
      }
      queue.finish(first, queue.fetch(first, 1));
    }
  }

  /**
   * An abandon with delay that succeeds at the lock end keeps a fetch out, and one that fails does
   * not.
   *
   * <p><b>Shape:</b> on each queue, in each round A abandons around L with a delay of L while B
   * fetches until A has its answer and once more; what was abandoned comes after its delay.
   */
  @Rule("EXPIRY-15")
  void anAbandonAtTheLockEndHasOneWinner(StoreUnderTest store) {
    Handle first = store.first();
    AbandonOptions delayed = AbandonOptions.after(store.lockFor());
    for (QueueUnderTest queue : QueueUnderTest.values()) {
      queue.begin(first);
      queue.add(first, 1);
      for (int round = 0; round < rounds(store); round++) {
        Item held = queue.fetch(first, 1);
        contest(store, queue, () -> isAccepted(() -> queue.abandon(first, held, delayed)))
            .forEach(item -> queue.abandon(store.second(), item, AbandonOptions.now()));
        store.moveTime(store.lockFor());
      }
      queue.finish(first, queue.fetch(first, 1));
    }
  }

  /**
   * Lets the holder make its call around the lock end while another one fetches until the holder
   * has its answer, and once more; expects one winner. What was fetched was locked just before this
   * call.
   *
   * @return what the other one got: one item, or nothing when the holder won
   */
  private static List<Item> contest(
      StoreUnderTest store, QueueUnderTest queue, BooleanSupplier holderCall) {
    AtomicBoolean answered = new AtomicBoolean();
    AtomicBoolean won = new AtomicBoolean();
    AtomicReference<List<Item>> taken = new AtomicReference<>(List.of());
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
            taken.set(queue.fetchAny(store.second()));
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
