// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import static dev.holdfast.tck.rules.Admins.born;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.RuntimeVersion;
import dev.holdfast.provider.admin.InstanceFacts;
import dev.holdfast.provider.admin.InstanceFacts.ActivityFacts;
import dev.holdfast.provider.admin.InstanceFacts.Standing;
import dev.holdfast.provider.admin.LockFacts;
import dev.holdfast.provider.admin.LockFacts.Holder;
import dev.holdfast.tck.FixturePart;
import dev.holdfast.tck.NotMeasured;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Why an instance is, or is not, moving. */
@RuleFamily("ADMIN")
final class AdminFactsRules {

  private static InstanceFacts facts(StoreUnderTest store) {
    InstanceFacts facts = store.admin().facts("order");
    if (store.pace().clock() == dev.holdfast.tck.instrument.Pace.Clock.STANDING) {
      Expect.equal(
          "Two handles tell different facts.", facts, Admins.of(store.second()).facts("order"));
    }
    return facts;
  }

  private static void expectStanding(StoreUnderTest store, Standing expected) {
    Expect.equal("What it is waiting for is wrong.", expected, facts(store).standing());
  }

  /**
   * The facts tell lock, lock end and deliveries.
   *
   * <p><b>Shape:</b> after a fetch, a renewal, the lock end, another fetch, abandons that count and
   * do not, and an ack; a lock of a living process is not told as one of a dead one.
   */
  @Rule("ADMIN-24")
  void factsTellTheLock(StoreUnderTest store) {
    Handle first = store.first();
    store.admin();
    first.create("order");
    expectLock(store, false, 0);
    first.poke("order");
    expectLock(store, false, 0);
    OrchestrationItem item = first.fetchOne("order");
    Instant end = expectLock(store, true, 1);
    Expect.notBefore(
        "The lock end is not that of the fetch.", item.fetchedAt().plus(store.lockFor()), end);
    first.renew(item, store.lockFor().multipliedBy(3));
    Instant renewed = expectLock(store, true, 1);
    Expect.notBefore("A renewal is not told.", end.plus(store.lockFor()), renewed);
    store.moveTime(store.lockFor().multipliedBy(3));
    expectLock(store, false, 1);
    item = first.fetchOne("order");
    expectLock(store, true, 2);
    first.abandon(item, AbandonOptions.now().uncounted());
    expectLock(store, false, 1);
    item = first.fetchOne("order");
    first.abandon(item);
    expectLock(store, false, 2);
    item = first.fetchOne("order");
    expectLock(store, true, 3);
    first.finish(item);
    expectLock(store, false, 0);
  }

  private static Instant expectLock(StoreUnderTest store, boolean locked, int deliveries) {
    InstanceFacts facts = facts(store);
    Expect.equal("Whether it is locked is wrong.", locked, facts.lock() != null);
    Expect.equal("Its deliveries are wrong.", deliveries, facts.deliveryCount());
    Expect.equal(
        "A locked instance is not told as such.", locked, facts.standing() == Standing.LOCKED);
    @Nullable LockFacts lock = facts.lock();
    if (lock == null) {
      return Instant.MIN;
    }
    Expect.different("A living holder is told as gone.", Holder.GONE, lock.holder());
    return lock.until();
  }

  /**
   * The facts tell how many messages wait, how many are deliverable, and when the next one is.
   *
   * <p><b>Shape:</b> two messages and two timers; then the first timer is due; then the delay of an
   * abandon.
   */
  @Rule("ADMIN-25")
  void factsTellWhatWaits(StoreUnderTest store) {
    Handle first = store.first();
    store.admin();
    Duration day = Duration.ofDays(1);
    first.create("order");
    expectWaiting(store, 0, 0, null);
    expectStanding(store, Standing.WAITING_FOR_EVENT);
    Instant now = store.admin().instance("order").summary().updatedAt();
    first.timer("order", day.multipliedBy(2));
    first.timer("order", day);
    expectStanding(store, Standing.WAITING_FOR_TIMER);
    first.poke("order");
    first.poke("order");
    expectWaiting(store, 4, 2, now.plus(day));
    expectStanding(store, Standing.READY);
    store.moveTime(day);
    expectWaiting(store, 4, 3, now.plus(day.multipliedBy(2)));
    first.abandon(first.fetchOne("order"), new AbandonOptions(Duration.ofHours(1), true));
    expectWaiting(store, 4, 0, now.plus(day).plus(Duration.ofHours(1)));
    expectStanding(store, Standing.HELD_BACK);
    store.moveTime(Duration.ofHours(1));
    expectWaiting(store, 4, 3, now.plus(day.multipliedBy(2)));
    first.finish(first.fetchOne("order"));
    expectWaiting(store, 1, 0, now.plus(day.multipliedBy(2)));
    expectStanding(store, Standing.WAITING_FOR_TIMER);
  }

  /** Moments are compared with an hour of room, which calls never take. */
  private static void expectWaiting(
      StoreUnderTest store, long waiting, long deliverable, @Nullable Instant next) {
    InstanceFacts facts = facts(store);
    Expect.equal("The number of messages is wrong.", waiting, facts.waitingMessages());
    Expect.equal(
        "The number of deliverable messages is wrong.", deliverable, facts.deliverableMessages());
    @Nullable Instant told = facts.nextVisibleAt();
    Expect.equal("Whether one comes later is wrong.", next == null, told == null);
    if (next != null) {
      Expect.notBefore("The next message is told too early.", next, told);
      Expect.notAfter(
          "The next message is told too late.", next.plus(Duration.ofMinutes(30)), told);
    }
  }

  /**
   * The facts name the oldest waiting activity.
   *
   * <p><b>Shape:</b> three activities, the first acked, the second locked twice, once with its lock
   * ended; in the end none.
   */
  @Rule("ADMIN-26")
  void factsNameTheOldestActivity(StoreUnderTest store) {
    Handle first = store.first();
    store.admin();
    first.create("order");
    Expect.equal("An activity was invented.", null, facts(store).oldestActivity());
    first.schedule("order", 3, 1, 2);
    Instant scheduled = store.admin().instance("order").summary().updatedAt();
    expectStanding(store, Standing.WAITING_FOR_ACTIVITY);
    expectOldest(store, 3, 3, 0, false);
    store.moveTime(store.tick());
    first.complete(first.fetchActivity(3));
    first.finish(first.fetchOne("order"));
    expectOldest(store, 2, 1, 0, false);
    first.fetchActivity(1);
    expectOldest(store, 2, 1, 1, true);
    store.moveTime(store.lockFor());
    expectOldest(store, 2, 1, 1, false);
    ActivityItem two = first.fetchActivity(2);
    ActivityItem one = first.fetchActivity(1);
    ActivityFacts told = expectOldest(store, 2, 1, 2, true);
    Expect.equal("The name is wrong.", one.task().name(), told.name());
    Expect.equal("Since when it waits is wrong.", scheduled, told.since());
    Expect.notBefore(
        "The lock end is wrong.",
        scheduled.plus(store.lockFor()),
        Objects.requireNonNull(told.lock()).until());
    first.abandon(one, new AbandonOptions(store.lockFor(), true));
    Expect.that(
        "The delay of an abandon is not told.",
        expectOldest(store, 2, 1, 2, false).heldUntil() != null);
    store.moveTime(store.lockFor());
    Expect.equal(
        "A lock that has ended is still held.",
        false,
        first.renews(two.lockToken(), store.lockFor()));
    first.fetchActivities(Handle.ALL).forEach(first::complete);
    Expect.equal("An activity is left.", null, facts(store).oldestActivity());
    Expect.equal("An activity is counted.", 0L, facts(store).pendingActivities());
  }

  private static ActivityFacts expectOldest(
      StoreUnderTest store, long pending, long number, int deliveries, boolean locked) {
    InstanceFacts facts = facts(store);
    Expect.equal("The number of activities is wrong.", pending, facts.pendingActivities());
    ActivityFacts oldest = Objects.requireNonNull(facts.oldestActivity(), "the oldest activity");
    Expect.equal(
        "Another activity is told as the oldest.",
        new ActivityIdentity("order", 1, number),
        oldest.identity());
    Expect.equal("Its deliveries are wrong.", deliveries, oldest.deliveryCount());
    Expect.equal("Whether it is locked is wrong.", locked, oldest.lock() != null);
    return oldest;
  }

  /**
   * The facts tell an orphan from an idle instance, and both from one that has ended or cannot run.
   *
   * <p><b>Shape:</b> messages without a start, with one that is due later, with one that is due; an
   * idle instance; a reported problem; an ended one.
   */
  @Rule("ADMIN-27")
  void factsTellWhyNobodyTakesIt(StoreUnderTest store) {
    Handle first = store.first();
    store.admin();
    first.poke("order");
    InstanceFacts orphan = facts(store);
    Expect.that("A missing start is not told.", orphan.missingStart());
    Expect.equal("An orphan is deliverable.", 0L, orphan.deliverableMessages());
    Expect.equal("An orphan has an execution.", 0L, orphan.executionId());
    Expect.equal("An orphan has a status.", null, orphan.status());
    expectStanding(store, Standing.MISSING_START);
    first.start("order");
    Expect.equal("A start is missing that is queued.", false, facts(store).missingStart());
    expectStanding(store, Standing.READY);
    OrchestrationItem item = first.fetchOne("order");
    first.provider().reportProblem(item.lockToken(), "no code for it");
    Expect.equal(
        "A reported problem is not told.",
        List.of("no code for it"),
        facts(store).problems().stream().map(problem -> problem.text()).toList());
    Expect.equal(
        "The facts and the description tell different problems.",
        first.provider().describeInstance("order").orElseThrow().problems(),
        facts(store).problems());
    first.turn(item).name(Sample.NAME).apply();
    Expect.equal("A problem is told that is over.", List.of(), facts(store).problems());
    expectStanding(store, Standing.WAITING_FOR_EVENT);
    Expect.equal("An idle instance misses a start.", false, facts(store).missingStart());
    first.poke("order");
    first.turn(first.fetchOne("order")).status(ExecutionStatus.COMPLETED).apply();
    expectStanding(store, Standing.ENDED);
    Expect.equal("The status is wrong.", ExecutionStatus.COMPLETED, facts(store).status());
  }

  /**
   * The facts tell the pin that keeps workers of other versions away.
   *
   * <p><b>Shape:</b> a pinned instance that is ready, and one without a pin.
   */
  @Rule("ADMIN-27")
  void factsTellThePin(StoreUnderTest store) {
    Handle first = store.first();
    store.admin();
    if (!store.declares(Feature.VERSION_FILTER)) {
      throw new NotMeasured(FixturePart.FEATURE, Feature.VERSION_FILTER.name());
    }
    RuntimeVersion pin = new RuntimeVersion(1, 10, 0);
    born(first, "order", turn -> turn.metadata(metadata -> metadata.runtimeVersion(pin)));
    first.poke("order");
    Expect.equal("The pin is not told.", pin, facts(store).pinnedVersion());
    Expect.equal("The pin is not told.", pin, store.admin().execution("order", 1).pinnedVersion());
  }
}
