// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.crash.ChildJvm;
import dev.holdfast.tck.crash.CrashAudit;
import dev.holdfast.tck.crash.Task;
import dev.holdfast.tck.words.Delivered;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Sample;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Who holds what was claimed, and that claims leave the others their place. */
@RuleFamily("CLAIM")
final class ClaimHolderRules {

  private static final int ROUNDS = 20;
  private static final int FETCHERS = 3;
  private static final int CLAIMERS = 3;
  private static final int MANY = 10;
  private static final int LOCKS = 20;
  private static final int TURNS = 300;
  private static final int OTHERS = 10;
  private static final int KILLS = 3;
  private static final long CHILD_LOCKS = 4;
  private static final int MOST_LINES = 40;

  /** Longer than time is moved on while something is held that came early. */
  private static final int MORE_LOCKS = 10;

  /**
   * Nobody else is delivered what a call claims.
   *
   * <p><b>Shape:</b> together, many rounds: an enqueue of a start, an ack of a turn with two
   * activities and an ack of an activity, each with a claim, against fetchers of both queues on
   * other handles: all is claimed, and the fetchers get nothing.
   */
  @Rule("CLAIM-03")
  void nobodyElseIsDeliveredWhatIsClaimed(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    List<Handle> handles = store.newHandles(FETCHERS);
    Duration lockFor = store.lockFor().multipliedBy(LOCKS);
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      String turning = "turning" + round;
      String completing = "completing" + round;
      first.create(turning);
      first.create(completing);
      first.schedule(completing, 1);
      ActivityItem activity = first.fetchActivity(1);
      first.poke(turning);
      OrchestrationItem item = first.fetchOne(turning);
      String starting = "starting" + round;
      Queue<Object> claimed = new ConcurrentLinkedQueue<>();
      Queue<Object> fetched = new ConcurrentLinkedQueue<>();
      AtomicInteger busy = new AtomicInteger(CLAIMERS);

      Together.times(
          CLAIMERS + FETCHERS,
          n -> {
            switch (n) {
              case 0 ->
                  claiming(
                      busy,
                      () ->
                          Optional.ofNullable(
                                  Contention.repeated(() ->
                                          first
                                              .provider()
                                              .enqueue(
                                                  Sample.start(starting, Sample.NAME, null),
                                                  Claims.instance(lockFor)))
                                      .eagerInstance())
                              .ifPresent(claimed::add));
              case 1 ->
                  claiming(
                      busy,
                      () ->
                          claimed.addAll(
                              Claims.scheduled(
                                  Contention.repeated(
                                      first
                                              .turn(item)
                                              .activities(11, 12)
                                              .eager(Claims.activities(MANY, lockFor))
                                          ::ack))));
              case 2 ->
                  claiming(
                      busy,
                      () ->
                          Claims.completed(
                                  Contention.repeated(() ->
                                      first
                                          .provider()
                                          .ackActivityItem(
                                              new ActivityAck(
                                                  activity.lockToken(),
                                                  Sample.completion(activity),
                                                  Claims.instance(lockFor)))))
                              .ifPresent(claimed::add));
              default -> fetching(handles.get(n - CLAIMERS), busy, fetched);
            }
            return n;
          });

      Expect.none("A claimed piece of work was delivered to another handle.", fetched);
      Expect.equal("Not everything was claimed.", 4, claimed.size());
      finish(first, claimed);
    }
  }

  private static void claiming(AtomicInteger busy, Runnable call) {
    try {
      call.run();
    } finally {
      busy.decrementAndGet();
    }
  }

  /** Fetches from both queues while others claim, and once more. */
  private static void fetching(Handle handle, AtomicInteger busy, Queue<Object> fetched) {
    boolean last;
    do {
      last = busy.get() == 0;
      try {
        fetched.addAll(handle.fetch(1));
        fetched.addAll(handle.fetchActivities(1));
      } catch (Retryable contended) {
        // Comes again.
        continue;
      }
    } while (!last);
  }

  private static void finish(Handle handle, Queue<Object> claimed) {
    for (Object each : claimed) {
      if (each instanceof OrchestrationItem item) {
        handle.turn(item).name(Sample.NAME).apply();
      } else if (each instanceof ActivityItem item) {
        Expect.applied(handle.provider().ackActivityItem(ActivityAck.of(item.lockToken(), null)));
      }
    }
  }

  /**
   * A claim and a fetch that race for an instance have one winner.
   *
   * <p><b>Shape:</b> the instance is ready by a message of its own; together: an enqueue with a
   * claim, an activity ack with a claim, and fetchers on other handles, many rounds: nobody else
   * gets what one of them holds; both messages come, in one batch or in two.
   */
  @Rule("CLAIM-03")
  void aRaceForAnInstanceHasOneWinner(StoreUnderTest store) {
    Claims.requireDeclared(store);
    List<Handle> handles = store.newHandles(FETCHERS);
    for (int round = 0; round < store.rounds(ROUNDS); round++) {
      Claimer enqueuing = Claimer.byEnqueue(store, "enqueued" + round);
      Claimer completing = Claimer.byCompletion(store, "completed" + round);
      store.first().poke(enqueuing.id());
      store.first().poke(completing.id());

      List<List<OrchestrationItem>> answers =
          Together.times(
              FETCHERS + 2,
              n ->
                  switch (n) {
                    case 0 -> enqueuing.ask().stream().toList();
                    case 1 -> completing.ask().stream().toList();
                    default -> Contention.repeated(() -> handles.get(n - 2).fetch(2));
                  });

      List<OrchestrationItem> held = new ArrayList<>();
      answers.forEach(held::addAll);
      // Whoever met the other one's transaction may have left the instance alone.
      held.addAll(store.first().fetch(2));
      Map<String, OrchestrationItem> items = Delivered.byInstance(held);
      Expect.equal("Not every instance was delivered.", 2, items.size());
      for (Claimer one : List.of(enqueuing, completing)) {
        expectAll(store, one, items.get(one.id()));
      }
      completing.discard();
    }
  }

  private static void expectAll(
      StoreUnderTest store, Claimer one, @Nullable OrchestrationItem item) {
    OrchestrationItem earlier = Claims.claimed("It has no holder.", Optional.ofNullable(item));
    int messages = earlier.messages().size();
    store.first().finish(earlier);
    if (messages == 1) {
      OrchestrationItem later = store.first().fetchOne(one.id());
      messages += later.messages().size();
      store.first().finish(later);
    }
    Expect.equal("A message was lost or doubled.", 2, messages);
  }

  /**
   * What a dead process claimed returns at its lock end at the latest, whole and counted; there is
   * no moment in which it is ready and not locked.
   *
   * <p><b>Shape:</b> a child starts instances, schedules and completes activities, all with claims,
   * and is killed in the middle; whatever is in the store comes with delivery count 2, before or at
   * the lock end.
   */
  @Rule("CLAIM-03")
  void whatADeadProcessClaimedReturnsAtItsLockEnd(StoreUnderTest store) {
    Claims.requireDeclared(store);
    for (int kill = 0; kill < store.rounds(KILLS); kill++) {
      // Longer than a child lives that is slow to work and to die. It may live by real time, and
      // then the kit's clock is ahead of it by the locks before.
      Duration lockFor = CrashAudit.lockFor(store).multipliedBy(CHILD_LOCKS << kill);
      int skip = 1 + store.random().nextInt(MOST_LINES);
      List<String> said = new ArrayList<>();
      try (ChildJvm child =
          ChildJvm.start(
              store.crashTarget(), Task.CLAIM, "order" + kill, String.valueOf(lockFor.toNanos()))) {
        for (int i = 0; i < skip; i++) {
          said.add(child.line());
        }
        said.addAll(child.kill());
      }
      // What had not been locked would come with count 1.
      List<OrchestrationItem> items = new ArrayList<>(store.first().fetch(Handle.ALL));
      List<ActivityItem> activities = new ArrayList<>(store.first().fetchActivities(Handle.ALL));
      items.forEach(item -> store.first().renew(item, lockFor.multipliedBy(MORE_LOCKS)));
      activities.forEach(item -> store.first().renew(item, lockFor.multipliedBy(MORE_LOCKS)));

      store.catchUpWithOtherJvms();
      store.moveTime(lockFor);
      items.addAll(store.first().fetch(Handle.ALL));
      activities.addAll(store.first().fetchActivities(Handle.ALL));
      expectReturned(store, said, items, activities);
    }
  }

  private static void expectReturned(
      StoreUnderTest store,
      List<String> said,
      List<OrchestrationItem> delivered,
      List<ActivityItem> activities) {
    Map<String, OrchestrationItem> items = Delivered.byInstance(delivered);
    String what = "A claim of a dead process was not counted once.";
    items.values().forEach(item -> Expect.equal(what, 2, item.deliveryCount()));
    activities.forEach(item -> Expect.equal(what, 2, item.deliveryCount()));
    for (String line : said) {
      String[] words = line.split(" ", -1);
      if (!words[0].equals("claimed")) {
        continue;
      }
      Expect.that(
          "An instance that was claimed did not return: " + words[1] + ".",
          items.containsKey(words[1]));
      Expect.that(
          "An activity that was claimed did not return: " + words[1] + ".",
          activities.stream().anyMatch(item -> item.task().instanceId().equals(words[1])));
    }
    items.values().forEach(item -> store.first().turn(item).name(Sample.NAME).apply());
    activities.forEach(item ->
        Expect.applied(
            store.first().provider().ackActivityItem(ActivityAck.of(item.lockToken(), null))));
  }

  /**
   * An instance that claims itself again and again leaves the others their place in the line.
   *
   * <p><b>Shape:</b> instances and activities became ready one after another; then A lets one
   * instance run hundreds of turns by claims alone, with an activity each, while B fetches one
   * piece of work now and then: B gets the others in the order in which they became ready, each
   * with delivery count 1, and nothing of the busy one.
   */
  @Rule("CLAIM-09")
  void othersKeepTheirPlaceInTheLine(StoreUnderTest store) {
    Claims.requireDeclared(store);
    Handle first = store.first();
    first.create("working");
    Claimer busy = Claimer.byEnqueue(store, "busy");
    first.poke("working");
    first
        .turn(first.fetchOne("working"))
        .activities(LongStream.rangeClosed(1, OTHERS).toArray())
        .apply();
    for (int n = 1; n <= OTHERS; n++) {
      first.start("other" + n);
      store.moveTime(store.tick());
    }
    OrchestrationItem item = busy.claim();
    int delivered = 0;
    for (int turn = 1; turn <= TURNS; turn++) {
      ActivityItem activity =
          only(
              Claims.scheduled(
                  first.turn(item).activities(turn).eager(Claims.activities(1, store.lockFor()))));
      item =
          Claims.claimed(
              "A completion did not claim its instance.",
              Claims.completed(
                  first
                      .provider()
                      .ackActivityItem(
                          new ActivityAck(
                              activity.lockToken(),
                              Sample.completion(activity),
                              Claims.instance(store.lockFor())))));
      if (turn % (TURNS / OTHERS) == 0) {
        delivered++;
        expectNext(store.second(), delivered);
      }
    }
    first.finish(item);
    store.second().fetchNone("The busy instance was left ready.");
    store.second().fetchNoActivity("An activity of the busy instance was left ready.");
  }

  private static ActivityItem only(List<ActivityItem> items) {
    if (items.size() != 1) {
      throw Expect.violation("A turn did not claim its activity.", "1 item", items);
    }
    return items.get(0);
  }

  private static void expectNext(Handle handle, int number) {
    OrchestrationItem item = handle.fetchOne("other" + number);
    Expect.equal("A claim counted a delivery of another instance.", 1, item.deliveryCount());
    handle.turn(item).name(Sample.NAME).apply();
    ActivityItem activity = handle.fetchActivity(number);
    Expect.equal("Another instance's activity came.", "working", activity.task().instanceId());
    Expect.equal("A claim counted a delivery of another activity.", 1, activity.deliveryCount());
    Expect.applied(handle.provider().ackActivityItem(ActivityAck.of(activity.lockToken(), null)));
  }
}
