// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.state.LeaseAnswer;
import dev.holdfast.provider.state.LeaseAnswer.Acquired;
import dev.holdfast.provider.state.LeaseInfo;
import dev.holdfast.provider.state.LeaseToken;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.instrument.Pace;
import dev.holdfast.tck.instrument.Waiting;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/** Callers that reach for the same lease, with right and wrong clocks, and those that die. */
@RuleFamily("LEASE")
final class LeaseRaceRules {

  private static final int CALLERS = 16;
  private static final int HANDLES = 8;
  private static final int ROUNDS = 6;
  private static final int CONTESTS = 40;
  private static final int CONTESTS_IN_REAL_TIME = 8;
  private static final List<Duration> WRONG = List.of(Duration.ofHours(1), Duration.ofHours(-1));

  /**
   * Of racing acquirers one wins.
   *
   * <p><b>Shape:</b> many rounds: sixteen callers on eight handles, together, for a name that was
   * never used, released, just ended, and cleaned up: one has it, and all others are told so.
   */
  @Rule("LEASE-03")
  void ofRacingAcquirersOneWins(StoreUnderTest store) {
    Leased.requireDeclared(store);
    List<Leased> callers = store.newHandles(HANDLES).stream().map(Leased::of).toList();
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      String name = "report " + round;
      LeaseInfo first = race(store, callers, name).lease();
      store.moveTime(store.lockFor());
      Expect.equal(
          "An ended lease was not cleaned up.",
          1,
          callers.get(0).calls().cleanUp(first.until().plus(store.tick()), 100));
      Acquired second = race(store, callers, name);
      callers.get(1).release(second.token());
      race(store, callers, name);
      store.moveTime(store.lockFor());
      callers.get(2).release(race(store, callers, name).token());
    }
  }

  private static Acquired race(StoreUnderTest store, List<Leased> callers, String name) {
    List<LeaseAnswer> answers =
        Together.times(
            CALLERS,
            n -> Contention.repeated(() -> callers.get(n % HANDLES).ask(name, "caller " + n)));
    List<Acquired> winners =
        answers.stream().filter(Acquired.class::isInstance).map(Acquired.class::cast).toList();
    Expect.equal("Not exactly one caller has the lease.", 1, winners.size());
    Acquired winner = winners.get(0);
    for (LeaseAnswer answer : answers) {
      Expect.equal("A caller was told of another holder.", winner.lease(), answer.lease());
    }
    Leased.second(store).expect("The winner does not have the lease.", name, winner.lease());
    return winner;
  }

  /**
   * At the end a renewal and an acquisition have one winner.
   *
   * <p><b>Shape:</b> many rounds: A renews around the end, while B asks until A has its answer and
   * once more: renewed and B is refused, or lost and B has it.
   */
  @Rule("LEASE-09")
  void atTheEndThereIsOneWinner(StoreUnderTest store) {
    Leased a = Leased.first(store);
    Leased b = Leased.second(store);
    int rounds = store.pace().clock() == Pace.Clock.REAL ? CONTESTS_IN_REAL_TIME : CONTESTS;
    for (int round = 0; round < rounds; round++) {
      LeaseToken held = a.acquire("report", "A").token();
      AtomicBoolean answered = new AtomicBoolean();
      AtomicBoolean renewed = new AtomicBoolean();
      AtomicReference<LeaseAnswer> asked = new AtomicReference<>();
      Duration beforeCall = aroundTheEnd(store);
      Duration beforeEnd = someTime(store);
      store.moveToJustBefore(store.lockFor());
      Together.all(
          () -> {
            try {
              Waiting.realTime(beforeCall);
              renewed.set(a.renews(held));
            } finally {
              answered.set(true);
            }
          },
          () -> {
            boolean last = false;
            while (!(asked.get() instanceof Acquired) && !last) {
              last = answered.get();
              asked.set(Contention.repeated(() -> b.ask("report", "B")));
            }
          },
          () -> {
            Waiting.realTime(beforeEnd);
            store.moveTime(store.tick());
          });
      if (renewed.get() == asked.get() instanceof Acquired) {
        throw Expect.violation(
            "At the end of a lease there is not one winner.",
            "either the renewal or the acquisition",
            renewed.get() ? "both" : "none");
      }
      LeaseToken holds = asked.get() instanceof Acquired got ? got.token() : held;
      b.release(holds);
    }
  }

  /** How long in real time the holder waits before its call, from just before the end. */
  private static Duration aroundTheEnd(StoreUnderTest store) {
    Duration some = someTime(store);
    return store.pace().clock() == Pace.Clock.STANDING
        ? some
        : store.tick().minus(store.pace().roundTrip().multipliedBy(2)).plus(some);
  }

  private static Duration someTime(StoreUnderTest store) {
    double share = store.random().nextDouble();
    return Duration.ofNanos((long) (store.pace().roundTrip().toNanos() * share));
  }

  /**
   * Only the store's clock decides.
   *
   * <p><b>Shape:</b> a handle an hour ahead or behind against a right one, in both roles: acquire,
   * renew, end, list and clean up; the times are those of the store.
   */
  @Rule("LEASE-10")
  void onlyTheStoresClockDecides(StoreUnderTest store) {
    Leased right = Leased.first(store);
    for (Duration ahead : WRONG) {
      Leased wrong = Leased.of(store.newHandleWithClientClock(ahead));
      expectRight(store, right, wrong);
      expectRight(store, wrong, right);
    }
  }

  private static void expectRight(StoreUnderTest store, Leased holder, Leased other) {
    String name = "report " + store.nextNumber();
    String what = "A lease did not go by the store's clock.";
    Acquired held = holder.acquire(name, "holder");
    store.moveTime(store.tick());
    other.refused(what, name, "other", held.lease());
    Acquired between = other.acquire(name + " of the other", "other");
    store.moveTime(store.tick());
    Acquired after = holder.acquire(name + " again", "holder");
    Instant acquiredAt = between.lease().acquiredAt();
    Expect.that(
        what,
        "between " + held.lease().acquiredAt() + " and " + after.lease().acquiredAt(),
        acquiredAt,
        acquiredAt.isAfter(held.lease().acquiredAt())
            && acquiredAt.isBefore(after.lease().acquiredAt()));
    other.release(after.token());
    holder.release(between.token());
    LeaseInfo renewed = holder.renew(held.token());
    store.moveToJustBefore(store.lockFor());
    other.refused(what, name, "other", renewed);
    Expect.that(what, !other.expired().contains(name));
    Instant behind = renewed.until().plus(store.lockFor());
    Expect.equal(what, 0, other.calls().cleanUp(behind, 1));
    store.moveTime(store.tick());
    Expect.that(what, other.expired().contains(name));
    holder.lost(what, held.token());
    other.release(other.acquire(what, name, "other", store.lockFor()).token());
  }

  /**
   * The lease of a killed process ends at its time.
   *
   * <p><b>Shape:</b> a child acquires a lease and is killed: until its end it is the child's, then
   * another process acquires it, and the token of the dead is lost.
   */
  @Rule("LEASE-05")
  void theLeaseOfADeadProcessEndsAtItsTime(StoreUnderTest store) {
    Leased.requireDeclared(store);
    Duration lasting = store.lockFor().multipliedBy(2);
    long epoch;
    try (ChildJvm child =
        ChildJvm.start(
            store.crashTarget(), Task.LEASE, "report", String.valueOf(lasting.toNanos()))) {
      epoch = Long.parseLong(child.line("leased"));
      child.kill();
    }
    store.catchUpWithOtherJvms();
    Leased other = Leased.first(store);
    LeaseInfo left = other.calls().lease("report").orElseThrow();
    LeaseAnswer early = other.ask("report", "other");
    if (early instanceof Acquired) {
      // The child took so long to die.
      Expect.notBefore(
          "A lease of a dead process ended early.", left.until(), early.lease().acquiredAt());
    } else {
      Expect.equal("A lease was not held by its dead holder.", left, early.lease());
    }
    store.moveTime(lasting);
    Acquired next =
        other.acquire("A lease of a dead process does not end.", "report", "next", lasting);
    Expect.notBefore(
        "A lease of a dead process ended early.", left.until(), next.lease().acquiredAt());
    Expect.above("A token is not greater than an earlier one.", epoch, next.token().epoch());
    other.lost("The token of a dead process was renewed.", new LeaseToken("report", epoch));
  }
}
