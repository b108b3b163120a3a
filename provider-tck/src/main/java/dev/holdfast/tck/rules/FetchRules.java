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
import dev.holdfast.tck.harness.Batch;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Overlap;
import dev.holdfast.tck.harness.StoreUnderTest;
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
   *
   * <p><b>If this fails, check:</b> is every answered instance locked, or only the first? does each
   * item carry the token of its own lock?
   */
  @Rule("FETCH-01")
  void everyDeliveredItemIsLocked(StoreUnderTest s) {
    Handle a = s.a();
    start(a, "order", 5);

    List<OrchestrationItem> items = a.fetch(Handle.ALL);

    Expect.equal("Not all ready instances were delivered.", ids("order", 5), idsOf(items));
    s.b().fetchNone("A delivered instance is not locked.");
    for (OrchestrationItem item : items) {
      a.renew(item, s.lockFor());
      a.finish(item);
    }
    s.b().fetchNone("An acked batch came again.");
  }

  /**
   * A lock lasts from the store's now for exactly what was asked.
   *
   * <p><b>Shape:</b> a message waits for L; then one fetch locks for 2 L; B fetches nothing just
   * before 2 L, and the instance then.
   *
   * <p><b>If this fails, check:</b> is the lock end counted from the fetch, not from when the
   * message was stored? is {@code lockFor} of the request used, not a setting?
   */
  @Rule("FETCH-01")
  void theLockLastsFromTheFetchForWhatWasAsked(StoreUnderTest s) {
    Duration lockFor = s.lockFor().multipliedBy(2);
    BothQueues.fill(s.a());
    s.moveTime(s.lockFor());

    BothQueues.fetch(s.a(), lockFor);

    s.moveToJustBefore(lockFor);
    BothQueues.expectNone(s.b(), "A lock ended before the time that was asked for.");
    s.moveTime(s.tick());
    BothQueues.fetch(s.b());
  }

  /**
   * A fetch that is refused holds no lock and counts no attempt.
   *
   * <p><b>Shape:</b> ready work in both queues; a fetch on a closed handle, one with features that
   * are not declared, one with too many tags; then B fetches everything at once, each with attempt
   * count 1.
   *
   * <p><b>If this fails, check:</b> is the request checked before candidates are locked? is the
   * transaction rolled back when the call fails?
   */
  @Rule("FETCH-02")
  void aRefusedFetchLocksNothing(StoreUnderTest s) {
    BothQueues.fill(s.a());
    Handle closed = s.newHandle();
    closed.close();

    Expect.thrown("A closed handle fetched.", Permanent.class, () -> closed.fetch(1));
    Expect.thrown("A closed handle fetched.", Permanent.class, () -> closed.fetchActivities(1));
    if (!s.declares(Feature.VERSION_FILTER)) {
      Expect.thrown(
          "A version filter was accepted that is not declared.",
          NotSupported.class,
          () ->
              s.a()
                  .fetch(
                      OrchestrationFetch.of(1, s.lockFor())
                          .withVersionFilter(new VersionFilter(List.of()))));
    }
    Expect.thrown(
        "Tags were accepted that are not declared, or more than the limit.",
        Permanent.class,
        () -> s.a().provider().fetchActivityItems(tooManyTags(s)));

    BothQueues.fetch(s.b()).expectAttempts("A fetch that failed counted an attempt.", 1);
  }

  private static ActivityFetch tooManyTags(StoreUnderTest s) {
    int most = s.a().provider().info().limits().maxTagsPerFilter();
    String[] names =
        IntStream.rangeClosed(0, most).mapToObj(i -> "tag-" + i).toArray(String[]::new);
    return ActivityFetch.of(1, s.lockFor()).withTagFilter(TagFilter.untaggedOr(names));
  }

  /**
   * A fetch that meets an instance it cannot read holds no lock on the healthy ones and counts no
   * attempt.
   *
   * <p><b>Shape:</b> the oldest of three ready instances has a corrupt message; A fetches all, B
   * goes on one by one; each healthy instance is delivered with attempt count 1.
   *
   * <p><b>If this fails, check:</b> are candidates locked in a transaction that is committed
   * although the call throws?
   */
  @Rule("FETCH-02")
  void anUnreadableInstanceLeavesNoLocks(StoreUnderTest s) {
    List<String> ids = start(s.a(), "order", 3);
    s.whiteBox().corrupt(RowKind.MESSAGE, "order-0");

    List<OrchestrationItem> items = new ArrayList<>(orNothing(() -> s.a().fetch(Handle.ALL)));
    for (int i = 0; i < ids.size(); i++) {
      items.addAll(orNothing(() -> s.b().fetch(1)));
    }

    items.removeIf(item -> item.instanceId().equals("order-0"));
    Expect.equal(
        "Healthy instances were not delivered, or not once.",
        List.of("order-1", "order-2"),
        items.stream().map(OrchestrationItem::instanceId).sorted().toList());
    for (OrchestrationItem item : items) {
      Expect.equal("A fetch that failed counted an attempt.", 1, item.attemptCount());
    }
  }

  /**
   * A fetch that meets an activity it cannot read holds no lock on the healthy ones and counts no
   * attempt.
   *
   * <p><b>Shape:</b> the oldest of three ready activities is corrupt; A fetches all, B goes on one
   * by one; each healthy one is delivered with attempt count 1.
   *
   * <p><b>If this fails, check:</b> are candidates locked in a transaction that is committed
   * although the call throws?
   */
  @Rule("FETCH-02")
  void anUnreadableActivityLeavesNoLocks(StoreUnderTest s) {
    s.a().create("order");
    s.a().schedule("order", 1, 2, 3);
    s.whiteBox().corrupt(RowKind.ACTIVITY, "order");

    List<ActivityItem> items = new ArrayList<>(orNothing(() -> s.a().fetchActivities(Handle.ALL)));
    for (int i = 0; i < 3; i++) {
      items.addAll(orNothing(() -> s.b().fetchActivities(1)));
    }

    items.removeIf(item -> item.task().activityId() == 1);
    Expect.equal(
        "Healthy activities were not delivered, or not once.",
        List.of(2L, 3L),
        items.stream().map(item -> item.task().activityId()).sorted().toList());
    for (ActivityItem item : items) {
      Expect.equal("A fetch that failed counted an attempt.", 1, item.attemptCount());
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
   *
   * <p><b>If this fails, check:</b> do all callers pick the same candidate, and those who lose it
   * give up? are locked rows skipped?
   */
  @Rule("FETCH-03")
  void aLostRaceLeadsToTheNextInstance(StoreUnderTest s) {
    List<Handle> handles = s.newHandles(CALLERS);
    Overlap overlap = new Overlap(ROUNDS);
    for (int round = 0; overlap.goesOn(); round++) {
      List<String> ids = start(s.a(), "round" + round, CALLERS);

      List<OrchestrationItem> items =
          overlap.times(CALLERS, i -> handles.get(i).fetch(1)).stream()
              .flatMap(List::stream)
              .toList();

      Expect.equal("Not every caller got an instance of its own.", ids, idsOf(items));
      items.forEach(s.a()::finish);
    }
    overlap.expectSeen();
  }

  /**
   * Losing a race leads to the next activity, not to an empty answer.
   *
   * <p><b>Shape:</b> in each round eight activities are ready and eight handles fetch one each
   * together; each gets one, all different. Rounds go on until enough of them had calls that were
   * under way at one time.
   *
   * <p><b>If this fails, check:</b> do all callers pick the same candidate, and those who lose it
   * give up?
   */
  @Rule("FETCH-03")
  void aLostRaceLeadsToTheNextActivity(StoreUnderTest s) {
    List<Handle> handles = s.newHandles(CALLERS);
    long[] numbers = IntStream.range(1, CALLERS + 1).asLongStream().toArray();
    s.a().create("order");
    Overlap overlap = new Overlap(ROUNDS);
    while (overlap.goesOn()) {
      s.a().schedule("order", numbers);

      List<ActivityItem> items =
          overlap.times(CALLERS, i -> handles.get(i).fetchActivities(1)).stream()
              .flatMap(List::stream)
              .toList();

      Expect.equal(
          "Not every caller got an activity of its own.",
          IntStream.range(1, CALLERS + 1).asLongStream().boxed().toList(),
          items.stream().map(item -> item.task().activityId()).sorted().toList());
      items.forEach(s.a()::complete);
      s.a().finish(s.a().fetchOne("order"));
    }
    overlap.expectSeen();
  }

  /**
   * The batch is all visible messages of the instance, and is fixed at the fetch.
   *
   * <p><b>Shape:</b> two messages, fetch, a third one; the item has two, its ack removes two, the
   * next item has the third.
   *
   * <p><b>If this fails, check:</b> does the ack remove what is visible then, instead of what was
   * delivered?
   */
  @Rule("FETCH-04")
  void theBatchIsFixedAtTheFetch(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    OrchestratorMessage one = a.poke("order");
    OrchestratorMessage two = a.poke("order");
    OrchestrationItem item = a.fetchOne("order");
    OrchestratorMessage three = s.b().poke("order");

    Batch.expect("The batch is not what was visible at the fetch.", item, one, two);
    a.finish(item);

    Batch.expect("The next batch is not what came after the fetch.", a.fetchOne("order"), three);
  }

  /**
   * A timer that comes due during the lock is not part of the batch.
   *
   * <p><b>Shape:</b> a timer due in half of L and a message; fetch; move past the timer; ack; the
   * next item has the timer.
   *
   * <p><b>If this fails, check:</b> does the ack remove every message that is visible at the ack,
   * or all up to the greatest sequence number of the batch?
   */
  @Rule("FETCH-04")
  void aTimerThatComesDueDuringTheLockIsNotInTheBatch(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    OrchestratorMessage timer = a.timer("order", s.lockFor().dividedBy(2));
    OrchestratorMessage poke = a.poke("order");
    OrchestrationItem item = a.fetchOne("order");
    Batch.expect("The batch is not what was visible at the fetch.", item, poke);

    s.moveTime(s.lockFor().dividedBy(2));
    a.finish(item);

    Batch.expect("The ack removed a timer that was not delivered.", a.fetchOne("order"), timer);
  }

  /**
   * Messages of a batch are in insertion order, whenever they became visible.
   *
   * <p><b>Shape:</b> two timers, the later one first, and two plain messages; move time past both;
   * one batch in the order in which they were enqueued.
   *
   * <p><b>If this fails, check:</b> is the batch ordered by visibility instead of by insertion?
   */
  @Rule("FETCH-05")
  void theBatchIsInInsertionOrder(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    OrchestratorMessage late = a.timer("order", s.lockFor().multipliedBy(2));
    OrchestratorMessage early = a.timer("order", s.lockFor());
    OrchestratorMessage one = s.b().poke("order");
    OrchestratorMessage two = a.poke("order");
    s.moveTime(s.lockFor().multipliedBy(2));

    Batch.expect(
        "The batch is not in insertion order.", a.fetchOne("order"), late, early, one, two);
  }

  /**
   * An answer has at most {@code max} items, all of different instances, each with its own token.
   *
   * <p><b>Shape:</b> twenty ready instances with three messages each; fetches with max 1, 7 and 50
   * until nothing is left; all are acked.
   *
   * <p><b>If this fails, check:</b> does {@code max} limit messages instead of instances? does an
   * instance come once per message?
   */
  @Rule("FETCH-08")
  void anAnswerHasAtMostMaxDifferentInstances(StoreUnderTest s) {
    Handle a = s.a();
    for (String id : start(a, "order", READY)) {
      a.poke(id);
      a.poke(id);
    }
    List<OrchestrationItem> all = new ArrayList<>();
    for (int max : List.of(1, 7, 50)) {
      List<OrchestrationItem> items = a.fetch(max);
      Expect.atMost("An answer has more than max items.", max, items.size());
      all.addAll(items);
    }
    for (int i = 0; i < READY; i++) {
      all.addAll(a.fetch(1));
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
      a.finish(item);
    }
  }

  /**
   * An answer is filled up while eligible instances remain.
   *
   * <p><b>Shape:</b> twenty ready instances with two messages each and one locked; max 7 gives 7,
   * 7, 6.
   *
   * <p><b>If this fails, check:</b> is the limit applied to messages, or before locked candidates
   * are taken out?
   */
  @Rule("FETCH-09")
  void anAnswerIsFilledUp(StoreUnderTest s) {
    Handle a = s.a();
    a.start("locked");
    a.fetchOne("locked");
    a.poke("locked");
    start(a, "order", READY).forEach(a::poke);

    Expect.equal("An answer was not filled up.", 7, a.fetch(7).size());
    Expect.equal("An answer was not filled up.", 7, a.fetch(7).size());
    Expect.equal("An answer was not filled up.", 6, a.fetch(7).size());
  }

  /**
   * Instances in any status are delivered when they have messages.
   *
   * <p><b>Shape:</b> end an instance each way; poke, fetch and ack it; once more.
   *
   * <p><b>If this fails, check:</b> does fetch look at the status?
   */
  @Rule("FETCH-14")
  void anInstanceInAnyStatusIsDelivered(StoreUnderTest s) {
    Handle a = s.a();
    for (ExecutionStatus status : ExecutionStatus.values()) {
      String id = "in-" + status;
      a.start(id);
      a.turn(a.fetchOne(id)).name("name").event(1).status(status).output("output").apply();
      OrchestratorMessage poke = a.poke(id);

      OrchestrationItem item = a.fetchOne(id);
      Batch.expect("The message to a " + status + " instance is not in the batch.", item, poke);
      a.turn(item).event(2).apply();

      OrchestratorMessage again = a.poke(id);
      Batch.expect("A " + status + " instance got no more messages.", a.fetchOne(id), again);
    }
  }

  /**
   * Numbers out of range are refused and lock nothing.
   *
   * <p><b>Shape:</b> ready work in both queues; each number out of range; then B gets all with
   * attempt count 1.
   *
   * <p><b>If this fails, check:</b> does the provider use the value types of the SPI, which refuse
   * them?
   */
  @Rule("FETCH-15")
  void numbersOutOfRangeAreRefusedAndLockNothing(StoreUnderTest s) {
    Handle a = s.a();
    BothQueues.fill(a);
    Duration good = s.lockFor();
    Duration negative = good.negated();

    expectInvalid("max 0", () -> a.fetch(0), () -> a.fetchActivities(0));
    expectInvalid("a negative max", () -> a.fetch(-1), () -> a.fetchActivities(-1));
    for (Duration lockFor : List.of(Duration.ZERO, negative)) {
      expectInvalid(
          "a lock duration that is not positive",
          () -> a.fetch(OrchestrationFetch.of(1, lockFor)),
          () -> a.provider().fetchActivityItems(ActivityFetch.of(1, lockFor)));
    }
    expectInvalid(
        "a negative waiting time",
        () -> a.fetch(OrchestrationFetch.of(1, good).withWaitUpTo(negative)),
        () -> a.provider().fetchActivityItems(ActivityFetch.of(1, good).withWaitUpTo(negative)));
    Expect.invalid(
        "A negative number of inline events was accepted.",
        () -> a.fetch(OrchestrationFetch.of(1, good).withInlineHistory(-1)));

    BothQueues.fetch(s.b()).expectAttempts("A refused fetch counted an attempt.", 1);
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
