// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.CorruptData;
import dev.holdfast.provider.ProviderError.NotSupported;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.provider.TagFilter;
import dev.holdfast.provider.VersionFilter;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.words.Batch;
import dev.holdfast.tck.words.Expect;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.Overlap;
import dev.holdfast.tck.words.StoreUnderTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Claiming work: one call finds, locks, counts and loads; what it answers can be relied on. */
@RuleFamily("FETCH")
final class FetchRules {

  private static final int ROUNDS = 20;
  private static final int CALLERS = 8;
  private static final int READY = 20;

  /**
   * An item means that its lock is held.
   *
   * <p><b>Shape:</b> five instances; A fetches all in one call; B fetches nothing; every item is
   * renewed and acked with its own token.
   */
  @Rule("FETCH-01")
  void everyDeliveredItemIsLocked(StoreUnderTest store) {
    Handle first = store.first();
    start(first, "order", 5);

    List<OrchestrationItem> items = first.fetch(Handle.ALL);

    Expect.equal("Not all ready instances were delivered.", ids("order", 5), idsOf(items));
    store.second().fetchNone("A delivered instance is not locked.");
    for (OrchestrationItem item : items) {
      first.renew(item, store.lockFor());
      first.finish(item);
    }
    store.second().fetchNone("An acked batch came again.");
  }

  /**
   * A lock lasts from the store's now for exactly what was asked.
   *
   * <p><b>Shape:</b> a message waits for L; then one fetch locks for 2 L; B fetches nothing just
   * before 2 L, and the instance then.
   */
  @Rule("FETCH-01")
  void theLockLastsFromTheFetchForWhatWasAsked(StoreUnderTest store) {
    Duration lockFor = store.lockFor().multipliedBy(2);
    BothQueues.fill(store.first());
    store.moveTime(store.lockFor());

    BothQueues.fetch(store.first(), lockFor);

    store.moveToJustBefore(lockFor);
    BothQueues.expectNone(store.second(), "A lock ended before the time that was asked for.");
    store.moveTime(store.tick());
    BothQueues.fetch(store.second());
  }

  /**
   * A fetch that is refused holds no lock and counts no delivery.
   *
   * <p><b>Shape:</b> ready work in both queues; a fetch on a closed handle, one with features that
   * are not declared, one with too many tags; then B fetches everything at once, each with delivery
   * count count 1.
   */
  @Rule("FETCH-02")
  void aRefusedFetchLocksNothing(StoreUnderTest store) {
    BothQueues.fill(store.first());
    Handle closed = store.newHandle();
    closed.close();

    Expect.thrown("A closed handle fetched.", Permanent.class, () -> closed.fetch(1));
    Expect.thrown("A closed handle fetched.", Permanent.class, () -> closed.fetchActivities(1));
    if (!store.declares(Feature.VERSION_FILTER)) {
      Expect.thrown(
          "A version filter was accepted that is not declared.",
          NotSupported.class,
          () ->
              store
                  .first()
                  .fetch(
                      OrchestrationFetch.of(1, store.lockFor())
                          .withVersionFilter(new VersionFilter(List.of()))));
    }
    Expect.thrown(
        "Tags were accepted that are not declared, or more than the limit.",
        Permanent.class,
        () -> store.first().provider().fetchActivityItems(tooManyTags(store)));

    BothQueues.fetch(store.second()).expectDeliveries("A fetch that failed counted a delivery.", 1);
  }

  private static ActivityFetch tooManyTags(StoreUnderTest store) {
    int most = store.first().provider().info().limits().maxTagsPerFilter();
    String[] names =
        IntStream.rangeClosed(0, most).mapToObj(i -> "tag-" + i).toArray(String[]::new);
    return ActivityFetch.of(1, store.lockFor()).withTagFilter(TagFilter.untaggedOr(names));
  }

  /**
   * A fetch that meets an instance it cannot read holds no lock on the healthy ones and counts no
   * attempt.
   *
   * <p><b>Shape:</b> the oldest of three ready instances has a corrupt message; A fetches all, B
   * goes on one by one; each healthy instance is delivered with delivery count 1.
   */
  @Rule("FETCH-02")
  void anUnreadableInstanceLeavesNoLocks(StoreUnderTest store) {
    List<String> ids = start(store.first(), "order", 3);
    store.whiteBox().corrupt(RowKind.MESSAGE, "order-0");

    List<OrchestrationItem> items =
        new ArrayList<>(orNothing(() -> store.first().fetch(Handle.ALL)));
    for (int i = 0; i < ids.size(); i++) {
      items.addAll(orNothing(() -> store.second().fetch(1)));
    }

    items.removeIf(item -> item.instanceId().equals("order-0"));
    Expect.equal(
        "Healthy instances were not delivered, or not once.",
        List.of("order-1", "order-2"),
        items.stream().map(OrchestrationItem::instanceId).sorted().toList());
    for (OrchestrationItem item : items) {
      Expect.equal("A fetch that failed counted a delivery.", 1, item.deliveryCount());
    }
  }

  /**
   * A fetch that meets an activity it cannot read holds no lock on the healthy ones and counts no
   * attempt.
   *
   * <p><b>Shape:</b> the oldest of three ready activities is corrupt; A fetches all, B goes on one
   * by one; each healthy one is delivered with delivery count 1.
   */
  @Rule("FETCH-02")
  void anUnreadableActivityLeavesNoLocks(StoreUnderTest store) {
    store.first().create("order");
    store.first().schedule("order", 1, 2, 3);
    store.whiteBox().corrupt(RowKind.ACTIVITY, "order");

    List<ActivityItem> items =
        new ArrayList<>(orNothing(() -> store.first().fetchActivities(Handle.ALL)));
    for (int i = 0; i < 3; i++) {
      items.addAll(orNothing(() -> store.second().fetchActivities(1)));
    }

    items.removeIf(item -> item.task().activityId() == 1);
    Expect.equal(
        "Healthy activities were not delivered, or not once.",
        List.of(2L, 3L),
        items.stream().map(item -> item.task().activityId()).sorted().toList());
    for (ActivityItem item : items) {
      Expect.equal("A fetch that failed counted a delivery.", 1, item.deliveryCount());
    }
  }

  private static <T> List<T> orNothing(Supplier<List<T>> fetch) {
    try {
      return fetch.get();
    } catch (CorruptData corrupt) {
      return List.of();
    }
  }

  /**
   * Losing a race leads to the next candidate, not to an empty answer.
   *
   * <p><b>Shape:</b> in each round eight instances are ready and eight handles fetch one each
   * together; each gets one, all different. Rounds go on until enough of them had calls that were
   * under way at one time.
   */
  @Rule("FETCH-03")
  void aLostRaceLeadsToTheNextInstance(StoreUnderTest store) {
    List<Handle> handles = store.newHandles(CALLERS);
    Overlap overlap = new Overlap(ROUNDS);
    for (int round = 0; overlap.goesOn(); round++) {
      List<String> ids = start(store.first(), "round" + round, CALLERS);

      List<OrchestrationItem> items =
          overlap.times(CALLERS, i -> handles.get(i).fetch(1)).stream()
              .flatMap(List::stream)
              .toList();

      Expect.equal("Not every caller got an instance of its own.", ids, idsOf(items));
      items.forEach(store.first()::finish);
    }
    overlap.expectSeen();
  }

  /**
   * Losing a race leads to the next activity, not to an empty answer.
   *
   * <p><b>Shape:</b> in each round eight activities are ready and eight handles fetch one each
   * together; each gets one, all different. Rounds go on until enough of them had calls that were
   * under way at one time.
   */
  @Rule("FETCH-03")
  void aLostRaceLeadsToTheNextActivity(StoreUnderTest store) {
    List<Handle> handles = store.newHandles(CALLERS);
    long[] numbers = IntStream.range(1, CALLERS + 1).asLongStream().toArray();
    store.first().create("order");
    Overlap overlap = new Overlap(ROUNDS);
    while (overlap.goesOn()) {
      store.first().schedule("order", numbers);

      List<ActivityItem> items =
          overlap.times(CALLERS, i -> handles.get(i).fetchActivities(1)).stream()
              .flatMap(List::stream)
              .toList();

      Expect.equal(
          "Not every caller got an activity of its own.",
          IntStream.range(1, CALLERS + 1).asLongStream().boxed().toList(),
          items.stream().map(item -> item.task().activityId()).sorted().toList());
      items.forEach(store.first()::complete);
      store.first().finish(store.first().fetchOne("order"));
    }
    overlap.expectSeen();
  }

  /**
   * The batch is all visible messages of the instance, and is fixed at the fetch.
   *
   * <p><b>Shape:</b> two messages, fetch, a third one; the item has two, its ack removes two, the
   * next item has the third.
   */
  @Rule("FETCH-04")
  void theBatchIsFixedAtTheFetch(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    OrchestratorMessage one = first.poke("order");
    OrchestratorMessage two = first.poke("order");
    OrchestrationItem item = first.fetchOne("order");
    OrchestratorMessage three = store.second().poke("order");

    Batch.expect("The batch is not what was visible at the fetch.", item, one, two);
    first.finish(item);

    Batch.expect(
        "The next batch is not what came after the fetch.", first.fetchOne("order"), three);
  }

  /**
   * A timer that comes due during the lock is not part of the batch.
   *
   * <p><b>Shape:</b> a timer due in half of L and a message; fetch; move past the timer; ack; the
   * next item has the timer.
   */
  @Rule("FETCH-04")
  void aTimerThatComesDueDuringTheLockIsNotInTheBatch(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    OrchestratorMessage timer = first.timer("order", store.lockFor().dividedBy(2));
    OrchestratorMessage poke = first.poke("order");
    OrchestrationItem item = first.fetchOne("order");
    Batch.expect("The batch is not what was visible at the fetch.", item, poke);

    store.moveTime(store.lockFor().dividedBy(2));
    first.finish(item);

    Batch.expect("The ack removed a timer that was not delivered.", first.fetchOne("order"), timer);
  }

  /**
   * Messages of a batch are in insertion order, whenever they became visible.
   *
   * <p><b>Shape:</b> two timers, the later one first, and two plain messages; move time past both;
   * one batch in the order in which they were enqueued.
   */
  @Rule("FETCH-05")
  void theBatchIsInInsertionOrder(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    OrchestratorMessage late = first.timer("order", store.lockFor().multipliedBy(2));
    OrchestratorMessage early = first.timer("order", store.lockFor());
    OrchestratorMessage one = store.second().poke("order");
    OrchestratorMessage two = first.poke("order");
    store.moveTime(store.lockFor().multipliedBy(2));

    Batch.expect(
        "The batch is not in insertion order.", first.fetchOne("order"), late, early, one, two);
  }

  /**
   * An answer has at most {@code max} items, all of different instances, each with its own token.
   *
   * <p><b>Shape:</b> twenty ready instances with three messages each; fetches with max 1, 7 and 50
   * until nothing is left; all are acked.
   */
  @Rule("FETCH-08")
  void anAnswerHasAtMostMaxDifferentInstances(StoreUnderTest store) {
    Handle first = store.first();
    for (String id : start(first, "order", READY)) {
      first.poke(id);
      first.poke(id);
    }
    List<OrchestrationItem> all = new ArrayList<>();
    for (int max : List.of(1, 7, 50)) {
      List<OrchestrationItem> items = first.fetch(max);
      Expect.atMost("An answer has more than max items.", max, items.size());
      all.addAll(items);
    }
    for (int i = 0; i < READY; i++) {
      all.addAll(first.fetch(1));
    }

    Expect.equal("Not every instance came once.", ids("order", READY), idsOf(all));
    Set<LockToken> tokens = new HashSet<>();
    for (OrchestrationItem item : all) {
      Expect.equal("An item has not all messages.", 3, item.messages().size());
      Expect.that(
          "Two items have one token.",
          "a new token",
          item.lockToken(),
          tokens.add(item.lockToken()));
      first.finish(item);
    }
  }

  /**
   * An answer is filled up while eligible instances remain.
   *
   * <p><b>Shape:</b> twenty ready instances with two messages each and one locked; max 7 gives 7,
   * 7, 6.
   */
  @Rule("FETCH-09")
  void anAnswerIsFilledUp(StoreUnderTest store) {
    Handle first = store.first();
    first.start("locked");
    first.fetchOne("locked");
    first.poke("locked");
    start(first, "order", READY).forEach(first::poke);

    Expect.equal("An answer was not filled up.", 7, first.fetch(7).size());
    Expect.equal("An answer was not filled up.", 7, first.fetch(7).size());
    Expect.equal("An answer was not filled up.", 6, first.fetch(7).size());
  }

  /**
   * Instances in any status are delivered when they have messages.
   *
   * <p><b>Shape:</b> end an instance each way; poke, fetch and ack it; once more.
   */
  @Rule("FETCH-14")
  void anInstanceInAnyStatusIsDelivered(StoreUnderTest store) {
    Handle first = store.first();
    for (ExecutionStatus status : ExecutionStatus.values()) {
      String id = "in-" + status;
      first.start(id);
      first.turn(first.fetchOne(id)).name("name").event(1).status(status).output("output").apply();
      OrchestratorMessage poke = first.poke(id);

      OrchestrationItem item = first.fetchOne(id);
      Batch.expect("The message to a " + status + " instance is not in the batch.", item, poke);
      first.turn(item).event(2).apply();

      OrchestratorMessage again = first.poke(id);
      Batch.expect("A " + status + " instance got no more messages.", first.fetchOne(id), again);
    }
  }

  /**
   * Numbers out of range are refused and lock nothing.
   *
   * <p><b>Shape:</b> ready work in both queues; each number out of range; then B gets all with
   * delivery count 1.
   */
  @Rule("FETCH-15")
  void numbersOutOfRangeAreRefusedAndLockNothing(StoreUnderTest store) {
    Handle first = store.first();
    BothQueues.fill(first);
    Duration good = store.lockFor();
    Duration negative = good.negated();

    expectInvalid("max 0", () -> first.fetch(0), () -> first.fetchActivities(0));
    expectInvalid("a negative max", () -> first.fetch(-1), () -> first.fetchActivities(-1));
    for (Duration lockFor : List.of(Duration.ZERO, negative)) {
      expectInvalid(
          "a lock duration that is not positive",
          () -> first.fetch(OrchestrationFetch.of(1, lockFor)),
          () -> first.provider().fetchActivityItems(ActivityFetch.of(1, lockFor)));
    }
    expectInvalid(
        "a negative waiting time",
        () -> first.fetch(OrchestrationFetch.of(1, good).withWaitUpTo(negative)),
        () ->
            first.provider().fetchActivityItems(ActivityFetch.of(1, good).withWaitUpTo(negative)));
    Expect.invalid(
        "A negative number of inline events was accepted.",
        () -> first.fetch(OrchestrationFetch.of(1, good).withInlineHistory(-1)));

    BothQueues.fetch(store.second()).expectDeliveries("A refused fetch counted a delivery.", 1);
  }

  private static void expectInvalid(String what, Runnable fetch, Runnable fetchActivity) {
    Expect.invalid("A fetch of instances with " + what + " was accepted.", fetch);
    Expect.invalid("A fetch of activities with " + what + " was accepted.", fetchActivity);
  }

  /** Starts instances {@code prefix-0} and so on; answers their ids in sorted order. */
  private static List<String> start(Handle handle, String prefix, int n) {
    List<String> ids = ids(prefix, n);
    ids.forEach(handle::start);
    return ids;
  }

  private static List<String> ids(String prefix, int n) {
    return IntStream.range(0, n).mapToObj(i -> prefix + "-" + i).sorted().toList();
  }

  private static List<String> idsOf(List<OrchestrationItem> items) {
    return items.stream().map(OrchestrationItem::instanceId).sorted().toList();
  }
}
