// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.Abandonment;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.Retryable;
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
import java.util.function.Supplier;

/** Waiting for work: costs nothing, ends in time, wakes up. */
@RuleFamily("POLL")
final class PollRules {

  private static final Duration FAR = Duration.ofHours(1);
  private static final int LONG = 50;
  private static final int ROUNDS = 300;
  private static final int INTERRUPTS = 25;
  private static final int WAITERS = 8;
  private static final int ITEMS = 5;
  private static final int CROWD = 64;

  /**
   * No empty fetch outlasts its wait by more than a few round trips, and none ends before it.
   *
   * <p><b>Shape:</b> on an empty store, on one with only locked work and on one with only future
   * timers: fetch from both queues without and with a wait, and measure.
   *
   * <p><b>If this fails, check:</b> does the loop sleep in fixed steps that overrun the end? does a
   * due time far away decide how long it sleeps? does zero still sleep once?
   */
  @Rule("POLL-01")
  void anEmptyFetchEndsInTime(StoreUnderTest s) {
    for (Duration wait : waits(s)) {
      expectEndsInTime(s, "an empty store", wait);
    }
    onlyLockedWork(s);
    for (Duration wait : waits(s)) {
      expectEndsInTime(s, "a store with only locked work", wait);
    }
    onlyFutureTimers(s);
    for (Duration wait : waits(s)) {
      expectEndsInTime(s, "a store with only locked work and future timers", wait);
    }
  }

  private static void expectEndsInTime(StoreUnderTest s, String where, Duration wait) {
    Duration limit = wait.plus(s.pace().prompt());
    for (Supplier<List<?>> fetch : bothQueues(s.a(), wait)) {
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
   *
   * <p><b>If this fails, check:</b> does the first look without work, a wake-up for foreign work,
   * or a locked item end the wait?
   */
  @Rule("POLL-02")
  void anEmptyFetchWaitsAsLongAsItWasAsked(StoreUnderTest s) {
    Duration wait = s.pace().prompt().dividedBy(2);
    expectWaits(s, "an empty store", wait);
    onlyLockedWork(s);
    expectWaits(s, "a store with only locked work", wait);
    onlyFutureTimers(s);
    expectWaits(s, "a store with only locked work and future timers", wait);
  }

  /**
   * Work that a waiter may not have does not end its wait.
   *
   * <p><b>Shape:</b> park a fetch on each queue; enqueue to a locked instance and send an orphan;
   * both go on waiting.
   *
   * <p><b>If this fails, check:</b> does a wake-up end the wait before it has looked again?
   */
  @Rule("POLL-02")
  void aWakeUpForOthersDoesNotEndTheWait(StoreUnderTest s) {
    Handle a = s.a();
    a.start("order");
    a.fetch(OrchestrationFetch.of(1, FAR));
    Duration wait = s.pace().prompt();
    try (Parked<List<OrchestrationItem>> items = parkInstances(s, a, wait);
        Parked<List<ActivityItem>> activities = parkActivities(s, a, wait)) {
      a.poke("order");
      a.poke("nobody");

      Expect.none("A locked instance was delivered.", items.answer());
      Expect.none("An activity was delivered that nobody scheduled.", activities.answer());
      for (Parked<?> parked : List.of(items, activities)) {
        Expect.that(
            "A fetch that was to wait %s answered empty after %s.".formatted(wait, parked.took()),
            parked.took().compareTo(wait) >= 0);
      }
    }
  }

  private static void expectWaits(StoreUnderTest s, String where, Duration wait) {
    for (Supplier<List<?>> fetch : bothQueues(s.a(), wait)) {
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
   *
   * <p><b>If this fails, check:</b> does fetch wait first and look then? does it wait until the
   * answer is full?
   */
  @Rule("POLL-03")
  void workThatIsThereIsDeliveredAtOnce(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    a.poke("order");
    Duration wait = s.pace().prompt().multipliedBy(LONG);

    List<Supplier<List<?>>> fetches =
        List.of(
            () -> a.fetch(OrchestrationFetch.of(10, s.lockFor()).withWaitUpTo(wait)),
            () ->
                a.provider()
                    .fetchActivityItems(ActivityFetch.of(10, s.lockFor()).withWaitUpTo(wait)));
    for (Supplier<List<?>> fetch : fetches) {
      try (Parked<List<?>> parked = Parked.beginning(fetch)) {
        List<?> items = parked.within("Work that is there was held back.", s.pace().prompt());
        Expect.equal("The work that is there was not delivered.", 1, items.size());
      }
    }
  }

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
    try (Parked<List<OrchestrationItem>> parked = parkInstances(s, a)) {
      a.poke("order");
      expectWoken(s, parked, "an enqueue");
    }
    try (Parked<List<OrchestrationItem>> parked = parkInstances(s, a)) {
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
    try (Parked<List<ActivityItem>> activities = parkActivities(s, a);
        Parked<List<OrchestrationItem>> items = parkInstances(s, a)) {
      a.turn(item)
          .name(Sample.NAME)
          .activities(1)
          .send(Sample.message("other", "from an ack"))
          .apply();
      activity = expectWoken(s, activities, "an ack with an activity").get(0);
      a.finish(expectWoken(s, items, "an ack with a message").get(0));
    }
    try (Parked<List<OrchestrationItem>> items = parkInstances(s, a)) {
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
    try (Parked<List<OrchestrationItem>> items = parkInstances(s, s.b())) {
      a.poke("order");
      item = expectWithinBound(s, items, "an enqueue through another handle").get(0);
    }
    try (Parked<List<ActivityItem>> activities = parkActivities(s, s.b())) {
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
      try (Parked<List<OrchestrationItem>> items = parkInstances(s, s.a())) {
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
    try (Parked<List<OrchestrationItem>> parked = parkInstances(s, s.b())) {
      what.run();
      return expectWithinBound(s, parked, cause).get(0);
    }
  }

  private static ActivityItem activityWokenBy(StoreUnderTest s, String cause, Runnable what) {
    try (Parked<List<ActivityItem>> parked = parkActivities(s, s.b())) {
      what.run();
      return expectWithinBound(s, parked, cause).get(0);
    }
  }

  private static <T> List<T> expectWithinBound(
      StoreUnderTest s, Parked<List<T>> parked, String by) {
    List<T> items =
        parked.within("A waiter was not woken within the bound by " + by + ".", bound(s));
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
          Parked.beginning(() -> waiter.fetch(waiting(s, longWait(s))))) {
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
    Duration wait = bound(s).multipliedBy(2);
    List<Parked<List<OrchestrationItem>>> waiters = new ArrayList<>();
    for (int i = 0; i < WAITERS; i++) {
      OrchestrationFetch fetch = OrchestrationFetch.of(1, FAR).withWaitUpTo(wait);
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

  /**
   * Waiting fetches hold no transaction, no lock and no connection.
   *
   * <p><b>Shape:</b> 64 fetches of activities and 64 of instances wait on one handle, one kind
   * after the other; meanwhile calls of that and another handle go through promptly.
   *
   * <p><b>If this fails, check:</b> does a waiting fetch keep its connection or its transaction
   * while it sleeps?
   */
  @Rule("POLL-08")
  void waitersHoldNothing(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    List<Parked<List<ActivityItem>>> crowd = new ArrayList<>();
    for (int i = 0; i < CROWD; i++) {
      crowd.add(Parked.beginning(() -> fetchActivities(a, s, longWait(s))));
    }
    try {
      for (Handle handle : List.of(a, s.b(), s.newHandle())) {
        promptly(s, () -> handle.poke("order"));
        OrchestrationItem item = promptly(s, () -> handle.fetchOne("order"));
        promptly(s, () -> handle.history("order", 1));
        promptly(s, () -> handle.turn(item).events(next(item), next(item)).ack());
      }
      Expect.that(
          "A waiting fetch of activities has ended without work.",
          crowd.stream().noneMatch(Parked::isDone));
    } finally {
      crowd.forEach(Parked::close);
    }
  }

  /**
   * Waiting fetches of instances hold nothing that workers need.
   *
   * <p><b>Shape:</b> 64 fetches of instances wait; meanwhile activities are fetched, renewed and
   * abandoned promptly.
   *
   * <p><b>If this fails, check:</b> does a waiting fetch keep its connection or its transaction
   * while it sleeps?
   */
  @Rule("POLL-08")
  void waitersForInstancesHoldNothing(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    List<Parked<List<OrchestrationItem>>> crowd = new ArrayList<>();
    for (int i = 0; i < CROWD; i++) {
      crowd.add(Parked.beginning(() -> a.fetch(waiting(s, longWait(s)))));
    }
    try {
      for (Handle handle : List.of(a, s.b(), s.newHandle())) {
        ActivityItem item = promptly(s, () -> handle.fetchActivity(1));
        promptly(s, () -> handle.history("order", 1));
        promptly(
            s,
            () -> {
              handle.renew(item, s.lockFor());
              handle.abandon(item);
              return true;
            });
      }
      Expect.that(
          "A waiting fetch of instances has ended without work.",
          crowd.stream().noneMatch(Parked::isDone));
    } finally {
      crowd.forEach(Parked::close);
    }
  }

  private static long next(OrchestrationItem item) {
    return item.history().lastEventId() + 1;
  }

  private static <T> T promptly(StoreUnderTest s, Supplier<T> call) {
    return Parked.beginning(call)
        .within("A call is held up by waiting fetches.", s.pace().prompt());
  }

  /**
   * An interrupted waiter returns promptly, empty, with the interrupt flag set.
   *
   * <p><b>Shape:</b> park a fetch on each queue; interrupt; the handle works on.
   *
   * <p><b>If this fails, check:</b> is InterruptedException thrown on or swallowed? does an
   * interrupt close a connection or file that others use?
   */
  @Rule("POLL-09")
  void anInterruptedWaiterReturnsEmpty(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    for (int i = 0; i < INTERRUPTS; i++) {
      try (Parked<List<OrchestrationItem>> items = parkInstances(s, a);
          Parked<List<ActivityItem>> activities = parkActivities(s, a)) {
        items.interrupt();
        activities.interrupt();
        expectInterrupted(s, items);
        expectInterrupted(s, activities);
      }
      a.poke("order");
      a.finish(a.fetchOne("order"));
    }
  }

  private static <T> void expectInterrupted(StoreUnderTest s, Parked<List<T>> parked) {
    Expect.none(
        "An interrupted waiter answered work that is not there.",
        parked.within("An interrupted waiter goes on waiting.", s.pace().prompt()));
    Expect.that("The interrupt flag is not set afterwards.", parked.wasInterruptedAtEnd());
  }

  /**
   * An interrupt just as work arrives loses no item.
   *
   * <p><b>Shape:</b> many rounds: interrupt a waiter and enqueue together; the item is answered, or
   * still deliverable at once with attempt count 1.
   *
   * <p><b>If this fails, check:</b> can a lock be taken and its answer thrown away because of the
   * interrupt?
   */
  @Rule("POLL-09")
  void anInterruptJustAsWorkArrivesLosesNothing(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    for (int i = 0; i < INTERRUPTS; i++) {
      try (Parked<List<OrchestrationItem>> parked = parkInstances(s, a)) {
        Together.all(parked::interrupt, () -> s.b().poke("order"));
        List<OrchestrationItem> items =
            parked.within("An interrupted waiter goes on waiting.", bound(s));
        OrchestrationItem item = items.isEmpty() ? a.fetchOne("order") : items.get(0);
        Expect.equal("A delivery was lost to an interrupt.", 1, item.attemptCount());
        a.finish(item);
      }
    }
  }

  /**
   * A waiter recovers from a store that went away and came back.
   *
   * <p><b>Shape:</b> park a fetch; stop and start the store; enqueue through another handle; the
   * waiter, or the next fetch when it ended with a retryable error, is given the work within the
   * bound.
   *
   * <p><b>If this fails, check:</b> is the channel for notifications opened again? does the handle
   * go on with a dead connection?
   */
  @Rule("POLL-10")
  void aWaiterRecoversFromAnOutage(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    try (Parked<Boolean> parked =
        Parked.call(
            s.pace(),
            () -> {
              while (true) {
                try {
                  return !a.fetch(waiting(s, longWait(s))).isEmpty();
                } catch (Retryable outage) {
                  Thread.onSpinWait();
                }
              }
            })) {
      s.storeSwitch().stop();
      s.storeSwitch().start();
      s.newHandle().poke("order");
      Expect.that(
          "A waiter ended without the work.",
          parked.within("A waiter does not recover from an outage.", bound(s).multipliedBy(2)));
    }
  }

  // ---- cases

  private static List<Duration> waits(StoreUnderTest s) {
    Duration unit = s.pace().prompt().dividedBy(10);
    return List.of(Duration.ZERO, unit, unit.multipliedBy(3));
  }

  private static void onlyLockedWork(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", 1);
    a.poke("order");
    a.fetch(OrchestrationFetch.of(1, FAR));
    a.provider().fetchActivityItems(ActivityFetch.of(1, FAR));
  }

  private static void onlyFutureTimers(StoreUnderTest s) {
    s.a().create("sleeper");
    s.a().timer("sleeper", FAR);
    s.a().schedule("sleeper", 1);
    s.a().abandon(s.a().fetchActivity(1), Abandonment.after(FAR));
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

  private static Duration longWait(StoreUnderTest s) {
    return s.pace().prompt().plus(bound(s)).multipliedBy(LONG);
  }

  /** The bound that the provider declares, and room for the call that delivers. */
  private static Duration bound(StoreUnderTest s) {
    return s.a().provider().info().wakeUpBound().plus(s.pace().prompt());
  }

  private static OrchestrationFetch waiting(StoreUnderTest s, Duration wait) {
    return OrchestrationFetch.of(1, s.lockFor()).withWaitUpTo(wait);
  }

  private static List<ActivityItem> fetchActivities(
      Handle handle, StoreUnderTest s, Duration wait) {
    return handle
        .provider()
        .fetchActivityItems(ActivityFetch.of(1, s.lockFor()).withWaitUpTo(wait));
  }

  private static Parked<List<OrchestrationItem>> parkInstances(StoreUnderTest s, Handle handle) {
    return parkInstances(s, handle, longWait(s));
  }

  private static Parked<List<OrchestrationItem>> parkInstances(
      StoreUnderTest s, Handle handle, Duration wait) {
    return Parked.call(s.pace(), () -> handle.fetch(waiting(s, wait)));
  }

  private static Parked<List<ActivityItem>> parkActivities(StoreUnderTest s, Handle handle) {
    return parkActivities(s, handle, longWait(s));
  }

  private static Parked<List<ActivityItem>> parkActivities(
      StoreUnderTest s, Handle handle, Duration wait) {
    return Parked.call(s.pace(), () -> fetchActivities(handle, s, wait));
  }
}
