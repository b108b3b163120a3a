// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
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
   */
  @Rule("POLL-04")
  void enqueueWakesAWaiterOfTheSameHandle(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    try (Parked<List<OrchestrationItem>> parked = Waiters.parkInstances(store, first)) {
      first.poke("order");
      expectWoken(store, parked, "an enqueue");
    }
    try (Parked<List<OrchestrationItem>> parked = Waiters.parkInstances(store, first)) {
      first.provider().enqueueAll(List.of(Sample.start("other", Sample.NAME, Sample.VERSION)));
      expectWoken(store, parked, "a list enqueue");
    }
  }

  /**
   * What an ack schedules and sends, and the completion of an activity, wake waiters of the same
   * handle at once.
   *
   * <p><b>Shape:</b> park a fetch on each queue; ack a turn with an activity and a message to
   * another instance; ack the activity while a fetch waits for its instance.
   */
  @Rule("POLL-04")
  void acksWakeWaitersOfTheSameHandle(StoreUnderTest store) {
    Handle first = store.first();
    first.create("other");
    first.start("order");
    OrchestrationItem item = first.fetchOne("order");
    ActivityItem activity;
    try (Parked<List<ActivityItem>> activities = Waiters.parkActivities(store, first);
        Parked<List<OrchestrationItem>> items = Waiters.parkInstances(store, first)) {
      first
          .turn(item)
          .name(Sample.NAME)
          .activities(1)
          .send(Sample.message("other", "from an ack"))
          .apply();
      activity = expectWoken(store, activities, "an ack with an activity").get(0);
      first.finish(expectWoken(store, items, "an ack with a message").get(0));
    }
    try (Parked<List<OrchestrationItem>> items = Waiters.parkInstances(store, first)) {
      first.complete(activity);
      expectWoken(store, items, "a completion");
    }
  }

  private static <T> List<T> expectWoken(StoreUnderTest store, Parked<List<T>> parked, String by) {
    List<T> items =
        parked.within("A waiter was not woken at once by " + by + ".", store.pace().prompt());
    Expect.equal("A waiter was woken without the work: " + by + ".", 1, items.size());
    return items;
  }

  /**
   * Work that comes through another handle wakes a waiter within the wake-up bound.
   *
   * <p><b>Shape:</b> park a fetch on B for each queue; enqueue, and schedule an activity, through
   * A.
   */
  @Rule("POLL-05")
  void workThroughAnotherHandleWakesAWaiterWithinTheBound(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    OrchestrationItem item;
    try (Parked<List<OrchestrationItem>> items = Waiters.parkInstances(store, store.second())) {
      first.poke("order");
      item = expectWithinBound(store, items, "an enqueue through another handle").get(0);
    }
    try (Parked<List<ActivityItem>> activities = Waiters.parkActivities(store, store.second())) {
      first.turn(item).activities(1).apply();
      expectWithinBound(store, activities, "an ack through another handle");
    }
  }

  /**
   * Work that comes from another process wakes a waiter within the wake-up bound.
   *
   * <p><b>Shape:</b> park a fetch; a child JVM enqueues a start.
   */
  @Rule("POLL-05")
  void workFromAnotherProcessWakesAWaiterWithinTheBound(StoreUnderTest store) {
    try (ChildJvm child = ChildJvm.start(store.sharedCrashTarget(), Task.ENQUEUE)) {
      child.line("ready");
      try (Parked<List<OrchestrationItem>> items = Waiters.parkInstances(store, store.first())) {
        child.tell("order");
        child.line("enqueued");
        store.catchUpWithOtherJvms();
        expectWithinBound(store, items, "an enqueue of another process");
      }
    }
  }

  /**
   * An instance that becomes eligible without an enqueue wakes a waiter within the bound.
   *
   * <p><b>Shape:</b> park on B while on A a timer comes due, a delay ends, a lock ends, an abandon
   * releases, and an ack releases with a message left.
   */
  @Rule("POLL-06")
  void anInstanceThatBecomesEligibleWakesAWaiter(StoreUnderTest store) {
    Handle first = store.first();
    Duration lock = store.lockFor();
    first.create("order");

    first.timer("order", lock);
    OrchestrationItem item = wokenBy(store, "a timer", () -> store.moveTime(lock));
    first.abandon(item, AbandonOptions.after(lock));
    wokenBy(store, "the end of a delay", () -> store.moveTime(lock));
    OrchestrationItem held = wokenBy(store, "the end of a lock", () -> store.moveTime(lock));
    OrchestrationItem last = wokenBy(store, "an abandon", () -> first.abandon(held));
    first.poke("order");
    wokenBy(store, "an ack with a message left", () -> first.finish(last));
  }

  /**
   * An activity that becomes eligible without an ack wakes a waiter within the bound.
   *
   * <p><b>Shape:</b> park on B while on A a delay ends, a lock ends, and an abandon releases.
   */
  @Rule("POLL-06")
  void anActivityThatBecomesEligibleWakesAWaiter(StoreUnderTest store) {
    Handle first = store.first();
    Duration lock = store.lockFor();
    first.create("order");
    first.schedule("order", 1);

    first.abandon(first.fetchActivity(1), AbandonOptions.after(lock));
    activityWokenBy(store, "the end of a delay", () -> store.moveTime(lock));
    ActivityItem held = activityWokenBy(store, "the end of a lock", () -> store.moveTime(lock));
    activityWokenBy(store, "an abandon", () -> first.abandon(held));
  }

  private static OrchestrationItem wokenBy(StoreUnderTest store, String cause, Runnable what) {
    try (Parked<List<OrchestrationItem>> parked = Waiters.parkInstances(store, store.second())) {
      what.run();
      return expectWithinBound(store, parked, cause).get(0);
    }
  }

  private static ActivityItem activityWokenBy(StoreUnderTest store, String cause, Runnable what) {
    try (Parked<List<ActivityItem>> parked = Waiters.parkActivities(store, store.second())) {
      what.run();
      return expectWithinBound(store, parked, cause).get(0);
    }
  }

  private static <T> List<T> expectWithinBound(
      StoreUnderTest store, Parked<List<T>> parked, String by) {
    List<T> items =
        parked.within(
            "A waiter was not woken within the bound by " + by + ".", Waiters.bound(store));
    Expect.equal("A waiter was woken without the work: " + by + ".", 1, items.size());
    return items;
  }

  /**
   * No wake-up is lost between looking and waiting.
   *
   * <p><b>Shape:</b> many rounds: a fetch begins to wait while another thread enqueues through the
   * same or another handle.
   */
  @Rule("POLL-07")
  void noWakeUpIsLost(StoreUnderTest store) {
    List<Handle> senders = List.of(store.first(), store.second());
    Handle waiter = store.first();
    waiter.create("order");
    for (int round = 0; round < ROUNDS; round++) {
      Handle sender = senders.get(store.random().nextInt(senders.size()));
      int spins = store.random().nextInt(200_000);
      try (Parked<List<OrchestrationItem>> parked =
          Parked.beginning(() -> waiter.fetch(Waiters.waiting(store, Waiters.longWait(store))))) {
        for (int i = 0; i < spins; i++) {
          Thread.onSpinWait();
        }
        sender.poke("order");
        waiter.finish(expectWithinBound(store, parked, "an enqueue of round " + round).get(0));
      }
    }
  }

  /**
   * Several waiters and some items give exactly as many answers as items.
   *
   * <p><b>Shape:</b> eight waiters for one item each, five items enqueued together; five answers,
   * all different.
   */
  @Rule("POLL-07")
  void asManyWaitersAreServedAsThereAreItems(StoreUnderTest store) {
    Handle first = store.first();
    Duration wait = Waiters.bound(store).multipliedBy(2);
    List<Parked<List<OrchestrationItem>>> waiters = new ArrayList<>();
    for (int i = 0; i < WAITERS; i++) {
      OrchestrationFetch fetch = OrchestrationFetch.of(1, Waiters.FAR).withWaitUpTo(wait);
      waiters.add(Parked.call(store.pace(), () -> first.fetch(fetch)));
    }
    Together.times(
        ITEMS,
        n -> {
          store.second().start("order-" + n);
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
