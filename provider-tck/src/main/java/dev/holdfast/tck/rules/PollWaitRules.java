// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Parked;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/** How long a fetch waits: not at all when there is work, and else as long as it was asked to. */
@RuleFamily("POLL")
final class PollWaitRules {

  /**
   * No empty fetch outlasts its wait by more than a few round trips, and none ends before it.
   *
   * <p><b>Shape:</b> on an empty store, on one with only locked work and on one with only future
   * timers: fetch from both queues without and with a wait, and measure.
   */
  @Rule("POLL-01")
  void anEmptyFetchEndsInTime(StoreUnderTest store) {
    for (Duration wait : waits(store)) {
      expectEndsInTime(store, "an empty store", wait);
    }
    onlyLockedWork(store);
    for (Duration wait : waits(store)) {
      expectEndsInTime(store, "a store with only locked work", wait);
    }
    onlyFutureTimers(store);
    for (Duration wait : waits(store)) {
      expectEndsInTime(store, "a store with only locked work and future timers", wait);
    }
  }

  private static void expectEndsInTime(StoreUnderTest store, String where, Duration wait) {
    Duration limit = wait.plus(store.pace().prompt());
    for (Supplier<List<?>> fetch : bothQueues(store.first(), wait)) {
      Duration took = emptyFetch(where, fetch);
      Expect.that(
          "An empty fetch on %s that was to wait %s took %s.".formatted(where, wait, took),
          took.compareTo(limit) <= 0);
    }
  }

  /**
   * A waiting fetch answers empty only when its time has passed.
   *
   * <p><b>Shape:</b> the same cases, measured from below.
   */
  @Rule("POLL-02")
  void anEmptyFetchWaitsAsLongAsItWasAsked(StoreUnderTest store) {
    Duration wait = store.pace().prompt().dividedBy(2);
    expectWaits(store, "an empty store", wait);
    onlyLockedWork(store);
    expectWaits(store, "a store with only locked work", wait);
    onlyFutureTimers(store);
    expectWaits(store, "a store with only locked work and future timers", wait);
  }

  /**
   * Work that a waiter may not have does not end its wait.
   *
   * <p><b>Shape:</b> park a fetch on each queue; enqueue to a locked instance and send an orphan;
   * both go on waiting.
   */
  @Rule("POLL-02")
  void aWakeUpForOthersDoesNotEndTheWait(StoreUnderTest store) {
    Handle first = store.first();
    first.start("order");
    first.fetch(OrchestrationFetch.of(1, Waiters.FAR));
    Duration wait = store.pace().prompt();
    try (Parked<List<OrchestrationItem>> items = Waiters.parkInstances(store, first, wait);
        Parked<List<ActivityItem>> activities = Waiters.parkActivities(store, first, wait)) {
      first.poke("order");
      first.poke("nobody");

      Expect.none("A locked instance was delivered.", items.answer());
      Expect.none("An activity was delivered that nobody scheduled.", activities.answer());
      for (Parked<?> parked : List.of(items, activities)) {
        Expect.that(
            "A fetch that was to wait %s answered empty after %s.".formatted(wait, parked.took()),
            parked.took().compareTo(wait) >= 0);
      }
    }
  }

  private static void expectWaits(StoreUnderTest store, String where, Duration wait) {
    for (Supplier<List<?>> fetch : bothQueues(store.first(), wait)) {
      Duration took = emptyFetch(where, fetch);
      Expect.that(
          "An empty fetch on %s that was to wait %s took only %s.".formatted(where, wait, took),
          took.compareTo(wait) >= 0);
    }
  }

  /**
   * Work that is there is delivered at once, whatever the wait, and an answer is not held back to
   * fill up.
   *
   * <p><b>Shape:</b> one instance and one activity are ready; fetch up to ten of each with a long
   * wait.
   */
  @Rule("POLL-03")
  void workThatIsThereIsDeliveredAtOnce(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    first.poke("order");
    Duration wait = store.pace().prompt().multipliedBy(Waiters.LONG);

    List<Supplier<List<?>>> fetches =
        List.of(
            () -> first.fetch(OrchestrationFetch.of(10, store.lockFor()).withWaitUpTo(wait)),
            () ->
                first
                    .provider()
                    .fetchActivityItems(ActivityFetch.of(10, store.lockFor()).withWaitUpTo(wait)));
    for (Supplier<List<?>> fetch : fetches) {
      try (Parked<List<?>> parked = Parked.beginning(fetch)) {
        List<?> items = parked.within("Work that is there was held back.", store.pace().prompt());
        Expect.equal("The work that is there was not delivered.", 1, items.size());
      }
    }
  }

  private static List<Duration> waits(StoreUnderTest store) {
    Duration unit = store.pace().prompt().dividedBy(10);
    return List.of(Duration.ZERO, unit, unit.multipliedBy(3));
  }

  private static void onlyLockedWork(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", 1);
    first.poke("order");
    first.fetch(OrchestrationFetch.of(1, Waiters.FAR));
    first.provider().fetchActivityItems(ActivityFetch.of(1, Waiters.FAR));
  }

  private static void onlyFutureTimers(StoreUnderTest store) {
    store.first().create("sleeper");
    store.first().timer("sleeper", Waiters.FAR);
    store.first().schedule("sleeper", 1);
    store.first().abandon(store.first().fetchActivity(1), AbandonOptions.after(Waiters.FAR));
  }

  private static List<Supplier<List<?>>> bothQueues(Handle handle, Duration wait) {
    return List.of(
        () -> handle.fetch(OrchestrationFetch.of(1, handle.lockFor()).withWaitUpTo(wait)),
        () ->
            handle
                .provider()
                .fetchActivityItems(ActivityFetch.of(1, handle.lockFor()).withWaitUpTo(wait)));
  }

  private static Duration emptyFetch(String where, Supplier<List<?>> fetch) {
    try (Parked<List<?>> parked = Parked.beginning(fetch)) {
      Expect.none("Work was delivered from " + where + ".", parked.answer());
      return parked.took();
    }
  }
}
