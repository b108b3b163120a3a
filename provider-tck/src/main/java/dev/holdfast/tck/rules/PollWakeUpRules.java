// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Parked;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Work wakes those who wait for it, in time, and no wake-up is lost. */
@RuleFamily("POLL")
final class PollWakeUpRules {

  private static final int ROUNDS = 300;
  private static final int WAITERS = 8;
  private static final int ITEMS = 5;

  /**
   * Work enqueued through the same handle wakes a waiter at once.
   *
   * <p><b>Shape:</b> park a fetch; enqueue; the answer comes far before the end of the wait.
   *
   * <p><b>If this fails, check:</b> does enqueue signal the waiters of its own handle after its
   * commit?
   */
  @Rule("POLL-04")
  void enqueueWakesAWaiterOfTheSameHandle(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    try (Parked<List<OrchestrationItem>> parked = Waiters.parkInstances(s, a)) {
      a.poke("order");
      expectWoken(s, parked, "an enqueue");
    }
    try (Parked<List<OrchestrationItem>> parked = Waiters.parkInstances(s, a)) {
      a.provider().enqueueAll(List.of(Sample.start("other", Sample.NAME, Sample.VERSION)));
      expectWoken(s, parked, "a list enqueue");
    }
  }

  /**
   * What an ack schedules and sends, and the completion of an activity, wake waiters of the same
   * handle at once.
   *
   * <p><b>Shape:</b> park a fetch on each queue; ack a turn with an activity and a message to
   * another instance; ack the activity while a fetch waits for its instance.
   *
   * <p><b>If this fails, check:</b> do acks signal both queues after their commit?
   */
  @Rule("POLL-04")
  void acksWakeWaitersOfTheSameHandle(StoreUnderTest s) {
    Handle a = s.a();
    a.create("other");
    a.start("order");
    OrchestrationItem item = a.fetchOne("order");
    ActivityItem activity;
    try (Parked<List<ActivityItem>> activities = Waiters.parkActivities(s, a);
        Parked<List<OrchestrationItem>> items = Waiters.parkInstances(s, a)) {
      a.turn(item)
          .name(Sample.NAME)
          .activities(1)
          .send(Sample.message("other", "from an ack"))
          .apply();
      activity = expectWoken(s, activities, "an ack with an activity").get(0);
      a.finish(expectWoken(s, items, "an ack with a message").get(0));
    }
    try (Parked<List<OrchestrationItem>> items = Waiters.parkInstances(s, a)) {
      a.complete(activity);
      expectWoken(s, items, "a completion");
    }
  }

  private static <T> List<T> expectWoken(StoreUnderTest s, Parked<List<T>> parked, String by) {
    List<T> items =
        parked.within("A waiter was not woken at once by " + by + ".", s.pace().prompt());
    Expect.equal("A waiter was woken without the work: " + by + ".", 1, items.size());
    return items;
  }

  /**
   * Work that comes through another handle wakes a waiter within the wake-up bound.
   *
   * <p><b>Shape:</b> park a fetch on B for each queue; enqueue, and schedule an activity, through
   * A.
   *
   * <p><b>If this fails, check:</b> does a waiter look again at least as often as its bound says?
   * are notifications of other handles heard?
   */
  @Rule("POLL-05")
  void workThroughAnotherHandleWakesAWaiterWithinTheBound(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    OrchestrationItem item;
    try (Parked<List<OrchestrationItem>> items = Waiters.parkInstances(s, s.b())) {
      a.poke("order");
      item = expectWithinBound(s, items, "an enqueue through another handle").get(0);
    }
    try (Parked<List<ActivityItem>> activities = Waiters.parkActivities(s, s.b())) {
      a.turn(item).activities(1).apply();
      expectWithinBound(s, activities, "an ack through another handle");
    }
  }

  /**
   * Work that comes from another process wakes a waiter within the wake-up bound.
   *
   * <p><b>Shape:</b> park a fetch; a child JVM enqueues a start.
   *
   * <p><b>If this fails, check:</b> do signals stay within one process, and is there no regular
   * look at the store?
   */
  @Rule("POLL-05")
  void workFromAnotherProcessWakesAWaiterWithinTheBound(StoreUnderTest s) {
    try (ChildJvm child = ChildJvm.start(s.sharedCrashTarget(), Task.ENQUEUE)) {
      child.line("ready");
      try (Parked<List<OrchestrationItem>> items = Waiters.parkInstances(s, s.a())) {
        child.tell("order");
        child.line("enqueued");
        s.catchUpWithOtherJvms();
        expectWithinBound(s, items, "an enqueue of another process");
      }
    }
  }

  /**
   * An instance that becomes eligible without an enqueue wakes a waiter within the bound.
   *
   * <p><b>Shape:</b> park on B while on A a timer comes due, a delay ends, a lock ends, an abandon
   * releases, and an ack releases with a message left.
   *
   * <p><b>If this fails, check:</b> how does a waiter learn of the next due time when time is
   * moved? do abandon and ack signal when the instance they release is ready again?
   */
  @Rule("POLL-06")
  void anInstanceThatBecomesEligibleWakesAWaiter(StoreUnderTest s) {
    Handle a = s.a();
    Duration lock = s.lockFor();
    a.create("order");

    a.timer("order", lock);
    OrchestrationItem item = wokenBy(s, "a timer", () -> s.moveTime(lock));
    a.abandon(item, Abandonment.after(lock));
    wokenBy(s, "the end of a delay", () -> s.moveTime(lock));
    OrchestrationItem held = wokenBy(s, "the end of a lock", () -> s.moveTime(lock));
    OrchestrationItem last = wokenBy(s, "an abandon", () -> a.abandon(held));
    a.poke("order");
    wokenBy(s, "an ack with a message left", () -> a.finish(last));
  }

  /**
   * An activity that becomes eligible without an ack wakes a waiter within the bound.
   *
   * <p><b>Shape:</b> park on B while on A a delay ends, a lock ends, and an abandon releases.
   *
   * <p><b>If this fails, check:</b> how does a waiter learn of the next due time when time is
   * moved? does abandon signal?
   */
  @Rule("POLL-06")
  void anActivityThatBecomesEligibleWakesAWaiter(StoreUnderTest s) {
    Handle a = s.a();
    Duration lock = s.lockFor();
    a.create("order");
    a.schedule("order", 1);

    a.abandon(a.fetchActivity(1), Abandonment.after(lock));
    activityWokenBy(s, "the end of a delay", () -> s.moveTime(lock));
    ActivityItem held = activityWokenBy(s, "the end of a lock", () -> s.moveTime(lock));
    activityWokenBy(s, "an abandon", () -> a.abandon(held));
  }

  private static OrchestrationItem wokenBy(StoreUnderTest s, String cause, Runnable what) {
    try (Parked<List<OrchestrationItem>> parked = Waiters.parkInstances(s, s.b())) {
      what.run();
      return expectWithinBound(s, parked, cause).get(0);
    }
  }

  private static ActivityItem activityWokenBy(StoreUnderTest s, String cause, Runnable what) {
    try (Parked<List<ActivityItem>> parked = Waiters.parkActivities(s, s.b())) {
      what.run();
      return expectWithinBound(s, parked, cause).get(0);
    }
  }

  private static <T> List<T> expectWithinBound(
      StoreUnderTest s, Parked<List<T>> parked, String by) {
    List<T> items =
        parked.within("A waiter was not woken within the bound by " + by + ".", Waiters.bound(s));
    Expect.equal("A waiter was woken without the work: " + by + ".", 1, items.size());
    return items;
  }

  /**
   * No wake-up is lost between looking and waiting.
   *
   * <p><b>Shape:</b> many rounds: a fetch begins to wait while another thread enqueues through the
   * same or another handle.
   *
   * <p><b>If this fails, check:</b> can an enqueue commit after the waiter has looked and before it
   * is registered?
   */
  @Rule("POLL-07")
  void noWakeUpIsLost(StoreUnderTest s) {
    List<Handle> senders = List.of(s.a(), s.b());
    Handle waiter = s.a();
    waiter.create("order");
    for (int round = 0; round < ROUNDS; round++) {
      Handle sender = senders.get(s.random().nextInt(senders.size()));
      int spins = s.random().nextInt(200_000);
      try (Parked<List<OrchestrationItem>> parked =
          Parked.beginning(() -> waiter.fetch(Waiters.waiting(s, Waiters.longWait(s))))) {
        for (int i = 0; i < spins; i++) {
          Thread.onSpinWait();
        }
        sender.poke("order");
        waiter.finish(expectWithinBound(s, parked, "an enqueue of round " + round).get(0));
      }
    }
  }

  /**
   * Several waiters and some items give exactly as many answers as items.
   *
   * <p><b>Shape:</b> eight waiters for one item each, five items enqueued together; five answers,
   * all different.
   *
   * <p><b>If this fails, check:</b> does one signal for several items wake one waiter only? do
   * woken waiters take the same item and give up?
   */
  @Rule("POLL-07")
  void asManyWaitersAreServedAsThereAreItems(StoreUnderTest s) {
    Handle a = s.a();
    Duration wait = Waiters.bound(s).multipliedBy(2);
    List<Parked<List<OrchestrationItem>>> waiters = new ArrayList<>();
    for (int i = 0; i < WAITERS; i++) {
      OrchestrationFetch fetch = OrchestrationFetch.of(1, Waiters.FAR).withWaitUpTo(wait);
      waiters.add(Parked.call(s.pace(), () -> a.fetch(fetch)));
    }
    Together.times(
        ITEMS,
        n -> {
          s.b().start("order-" + n);
          return n;
        });

    Set<String> delivered = new HashSet<>();
    int items = 0;
    for (Parked<List<OrchestrationItem>> waiter : waiters) {
      for (OrchestrationItem item : waiter.answer()) {
        items++;
        delivered.add(item.instanceId());
      }
    }
    Expect.equal("Waiters were not given as many items as there are.", ITEMS, items);
    Expect.equal("Two waiters were given one instance.", ITEMS, delivered.size());
  }
}
