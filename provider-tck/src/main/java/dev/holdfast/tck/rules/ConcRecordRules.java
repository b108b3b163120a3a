// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.Feature;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.StoreContention;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.instrument.Pace;
import dev.holdfast.tck.record.RecordCheck;
import dev.holdfast.tck.record.Recording;
import dev.holdfast.tck.words.Handle;
import dev.holdfast.tck.words.StoreUnderTest;
import dev.holdfast.tck.words.Together;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Recorded random work of many threads: deliveries have an explanation, and locks never overlap.
 */
@RuleFamily("CONC")
final class ConcRecordRules {

  private static final int THREADS = 8;
  private static final int HANDLES = 4;
  private static final int IDS = 6;
  private static final int STEPS = 60;
  private static final int FEWEST_ACTIVITIES = 10;

  private static final int DELETED_IDS = 3;
  private static final int FEWEST_DELETIONS = 5;

  /** Every so many steps a thread deletes an instance. */
  private static final int DELETIONS = 15;

  /** Every so many steps a thread reads, and posts in a transaction of its own. */
  private static final int LOOKS = 4;

  private static final int POSTS = 10;

  /** Every so many steps a thread moves time by half a lock instead of fetching. */
  private static final int MOVES = 8;

  /**
   * A random history of calls on instances has a sequential explanation per instance.
   *
   * <p><b>Shape:</b> eight threads on four handles enqueue to few instances, fetch them with short
   * locks, ack, repeat, abandon, renew, or forget them, while time moves; the tokens order the
   * deliveries, and each must follow from the ones before it. Reads of the history see the turns of
   * one moment. Where they are declared, turns set the custom status and a key-value and change a
   * run and a step, which are read too, instances are pruned, and some messages are posted in
   * transactions of callers, which commit or roll back.
   */
  @Rule("CONC-01")
  void aRandomHistoryHasASequentialExplanation(StoreUnderTest store) {
    Set<Feature> features = EnumSet.allOf(Feature.class);
    features.removeIf(feature -> !store.declares(feature));
    RecordCheck check = recordInstances(store, features);
    check.expectDeliveriesExplained(store.first());
    check.expectUsesExplained();
    check.expectReadsExplained();
    check.expectEnough(STEPS);
  }

  /**
   * Nothing comes through a deletion, whatever goes on beside it.
   *
   * <p><b>Shape:</b> the same threads, which also delete the instances by force; each message
   * starts its instance if there is none. After a deletion no message is delivered that was sent
   * before it, no event is there from before it, and no token from before it is good. Where
   * deletion is not declared nothing is recorded.
   */
  @Rule("CONC-01")
  void nothingComesThroughADeletion(StoreUnderTest store) {
    if (!store.declares(Feature.INSTANCE_DELETION)) {
      return;
    }
    List<String> ids = IntStream.range(0, DELETED_IDS).mapToObj(n -> "order-" + n).toList();
    Recording recording = new Recording(clock(store), Set.of());
    List<Handle> handles = store.newHandles(HANDLES);
    together(
        store,
        (thread, random) -> {
          Handle handle = handles.get(thread % HANDLES);
          Held<OrchestrationItem> held = new Held<>(random);
          for (int step = 0; step < STEPS; step++) {
            String id = ids.get(random.nextInt(DELETED_IDS));
            if (random.nextInt(DELETIONS) == 0) {
              recording.delete(handle, id);
            } else {
              recording.enqueue(handle, id, thread);
            }
            work(store, recording, handle, random, held);
          }
        });
    RecordCheck check = recording.check();
    check.expectDeletionsExplained();
    check.expectEnoughDeletions(FEWEST_DELETIONS);
  }

  /**
   * The lock intervals of one instance never overlap, except after the earlier one's end.
   *
   * <p><b>Shape:</b> the record of CONC-01, judged by token order and the store's time.
   */
  @Rule("CONC-02")
  void lockIntervalsOfInstancesNeverOverlap(StoreUnderTest store) {
    RecordCheck check = recordInstances(store, Set.of());
    check.expectNoOverlap();
    check.expectEnough(STEPS);
  }

  /**
   * The lock intervals of one activity never overlap, except after the earlier one's end.
   *
   * <p><b>Shape:</b> eight threads on four handles fetch few activities with short locks, ack,
   * repeat, abandon, renew, or forget them, while time moves.
   */
  @Rule("CONC-02")
  void lockIntervalsOfActivitiesNeverOverlap(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    first.schedule("order", IntStream.rangeClosed(1, STEPS).asLongStream().toArray());
    Recording recording = new Recording(clock(store), Set.of());
    Duration lock = store.lockFor();
    List<Handle> handles = store.newHandles(HANDLES);
    together(
        store,
        (thread, random) -> {
          Handle handle = handles.get(thread % HANDLES);
          Held<ActivityItem> held = new Held<>(random);
          for (int step = 0; step < STEPS; step++) {
            if (random.nextInt(MOVES) == 0) {
              store.moveTime(lock.dividedBy(2));
            } else {
              held.add(recording.fetchActivities(handle, 2, lock));
            }
            ActivityItem item = held.next();
            if (item != null) {
              held.used(item, use(recording, handle, item.lockToken(), random, lock));
              if (held.isToBeAcked(item)) {
                recording.ack(handle, item);
              }
            }
          }
        });
    RecordCheck check = recording.check();
    check.expectNoOverlap();
    check.expectUsesExplained();
    check.expectEnough(FEWEST_ACTIVITIES);
  }

  private static RecordCheck recordInstances(StoreUnderTest store, Set<Feature> features) {
    List<String> ids = IntStream.range(0, IDS).mapToObj(n -> "order-" + n).toList();
    ids.forEach(store.first()::create);
    Recording recording = new Recording(clock(store), features);
    ids.forEach(id -> recording.makeRun(store.first(), id));
    List<Handle> handles = store.newHandles(HANDLES);
    boolean posts =
        features.contains(Feature.TRANSACTIONAL_ENQUEUE)
            && store.callersConnectionsIfOffered().isPresent();
    together(
        store,
        (thread, random) -> {
          Handle handle = handles.get(thread % HANDLES);
          Held<OrchestrationItem> held = new Held<>(random);
          for (int step = 0; step < STEPS; step++) {
            String id = ids.get(random.nextInt(IDS));
            if (posts && random.nextInt(POSTS) == 0) {
              boolean commits = random.nextBoolean();
              recording.send(id, thread, message -> post(store, handle, message, commits));
            } else {
              recording.enqueue(handle, id, thread);
            }
            work(store, recording, handle, random, held);
            if (!features.isEmpty() && random.nextInt(LOOKS) == 0) {
              recording.look(handle, ids.get(random.nextInt(IDS)));
              recording.prune(handle, id);
            }
          }
        });
    drain(store, recording);
    return recording.check();
  }

  /** Lets time move or fetches, and does something with what it has. */
  private static void work(
      StoreUnderTest store,
      Recording recording,
      Handle handle,
      Random random,
      Held<OrchestrationItem> held) {
    Duration lock = store.lockFor();
    if (random.nextInt(MOVES) == 0) {
      store.moveTime(lock.dividedBy(2));
    } else {
      held.add(recording.fetch(handle, 1 + random.nextInt(2), lock));
    }
    OrchestrationItem item = held.next();
    if (item != null) {
      held.used(item, use(recording, handle, item.lockToken(), random, lock));
      if (held.isToBeAcked(item)) {
        recording.ack(handle, item);
      }
    }
  }

  /** Posts a message in a transaction, and returns whether that was committed. */
  private static boolean post(
      StoreUnderTest store, Handle handle, OrchestratorMessage message, boolean commits) {
    try (CallersTransaction caller = CallersTransaction.begin(store, handle)) {
      try {
        caller.post(message);
      } catch (StoreContention busy) {
        return false;
      }
      if (commits) {
        caller.commit();
      }
      return commits;
    }
  }

  /** What is to become of an item. */
  private enum Fate {
    ACK,
    KEEP,
    DONE
  }

  private static Fate use(
      Recording recording, Handle handle, LockToken token, Random random, Duration lock) {
    switch (random.nextInt(12)) {
      case 0, 1 -> recording.abandon(handle, token, true);
      case 2 -> recording.abandon(handle, token, false);
      case 3, 4 -> {
        recording.renew(handle, token, lock);
        return Fate.KEEP;
      }
      case 5 -> {
        // Forgotten: its lock ends by itself.
        return Fate.DONE;
      }
      default -> {
        return Fate.ACK;
      }
    }
    return Fate.DONE;
  }

  /**
   * The items of one thread: those it works on, and old ones whose tokens it shows again now and
   * then.
   */
  private static final class Held<T> {
    private static final int OLD_ONES = 4;

    private final Random random;
    private final Deque<T> live = new ArrayDeque<>();
    private final List<T> old = new ArrayList<>();
    private @Nullable T toBeAcked;

    Held(Random random) {
      this.random = random;
    }

    void add(List<T> items) {
      live.addAll(items);
    }

    @Nullable T next() {
      boolean again = !old.isEmpty() && (live.isEmpty() || random.nextInt(OLD_ONES) == 0);
      // The newest: where calls take long, the oldest lock has ended before its turn comes.
      return again ? old.get(random.nextInt(old.size())) : live.pollLast();
    }

    void used(T item, Fate fate) {
      toBeAcked = fate == Fate.ACK ? item : null;
      if (fate == Fate.KEEP) {
        live.addFirst(item);
      } else {
        old.add(item);
      }
    }

    boolean isToBeAcked(T item) {
      return item.equals(toBeAcked);
    }
  }

  private static void drain(StoreUnderTest store, Recording recording) {
    store.moveTime(store.lockFor());
    for (List<OrchestrationItem> items = recording.fetch(store.first(), IDS, store.lockFor());
        !items.isEmpty();
        items = recording.fetch(store.first(), IDS, store.lockFor())) {
      items.forEach(item -> recording.ack(store.first(), item));
    }
  }

  private static Supplier<Instant> clock(StoreUnderTest store) {
    return store.pace().clock() == Pace.Clock.REAL ? Instant::now : store.timeControl()::now;
  }

  /** What one of several threads does. */
  private interface Body {
    void run(int thread, Random random);
  }

  private static void together(StoreUnderTest store, Body body) {
    long seed = store.random().nextLong();
    Together.times(
        THREADS,
        thread -> {
          body.run(thread, new Random(seed + thread));
          return thread;
        });
  }
}
