// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.LockToken;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Pace;
import dev.holdfast.tck.harness.Parked;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Together;
import dev.holdfast.tck.harness.Waiting;
import dev.holdfast.tck.record.RecordCheck;
import dev.holdfast.tck.record.Recording;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Concurrent histories: many threads on many handles; every call is recorded and the record is
 * checked.
 */
@RuleFamily("CONC")
final class ConcRules {

  private static final int THREADS = 8;
  private static final int HANDLES = 4;
  private static final int IDS = 6;
  private static final int STEPS = 60;
  private static final int FEWEST_ACTIVITIES = 10;

  /** Every so many steps a thread moves time by half a lock instead of fetching. */
  private static final int MOVES = 8;

  private static final int CREW = 20;
  private static final int INSTANCES = 20;
  private static final int ACTIVE_TURNS = 3;
  private static final int MOST_REPEATS = 5;

  private static final int SENDERS = 16;
  private static final int PER_SENDER = 15;
  private static final int PAIRS = 16;
  private static final int CALLERS = 40;

  /**
   * A random history of calls on instances has a sequential explanation per instance.
   *
   * <p><b>Shape:</b> eight threads on four handles enqueue to few instances, fetch them with short
   * locks, ack, repeat, abandon, renew, or forget them, while time moves; the tokens order the
   * deliveries, and each must follow from the ones before it.
   *
   * <p><b>If this fails, check:</b> can two holders of one instance both write? is the batch worked
   * out anew at the ack? is a message inserted before its transaction sees the lock?
   */
  @Rule("CONC-01")
  void aRandomHistoryHasASequentialExplanation(StoreUnderTest s) {
    RecordCheck check = recordInstances(s);
    check.expectDeliveriesExplained(s.a());
    check.expectUsesExplained();
    check.expectEnough(STEPS);
  }

  /**
   * The lock intervals of one instance never overlap, except after the earlier one's end.
   *
   * <p><b>Shape:</b> the record of CONC-01, judged by token order and the store's time.
   *
   * <p><b>If this fails, check:</b> do fetch, renew and ack compare the lock end with one clock in
   * one transaction?
   */
  @Rule("CONC-02")
  void lockIntervalsOfInstancesNeverOverlap(StoreUnderTest s) {
    RecordCheck check = recordInstances(s);
    check.expectNoOverlap();
    check.expectEnough(STEPS);
  }

  /**
   * The lock intervals of one activity never overlap, except after the earlier one's end.
   *
   * <p><b>Shape:</b> eight threads on four handles fetch few activities with short locks, ack,
   * repeat, abandon, renew, or forget them, while time moves.
   *
   * <p><b>If this fails, check:</b> do fetch, renew and ack of the worker queue compare the lock
   * end with one clock in one transaction?
   */
  @Rule("CONC-02")
  void lockIntervalsOfActivitiesNeverOverlap(StoreUnderTest s) {
    Handle a = s.a();
    a.create("order");
    a.schedule("order", IntStream.rangeClosed(1, STEPS).asLongStream().toArray());
    Recording recording = new Recording(clock(s));
    Duration lock = s.lockFor();
    List<Handle> handles = s.newHandles(HANDLES);
    together(
        s,
        (thread, random) -> {
          Handle handle = handles.get(thread % HANDLES);
          Held<ActivityItem> held = new Held<>(random);
          for (int step = 0; step < STEPS; step++) {
            if (random.nextInt(MOVES) == 0) {
              s.moveTime(lock.dividedBy(2));
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

  private static RecordCheck recordInstances(StoreUnderTest s) {
    List<String> ids = IntStream.range(0, IDS).mapToObj(n -> "order-" + n).toList();
    ids.forEach(s.a()::create);
    Recording recording = new Recording(clock(s));
    Duration lock = s.lockFor();
    List<Handle> handles = s.newHandles(HANDLES);
    together(
        s,
        (thread, random) -> {
          Handle handle = handles.get(thread % HANDLES);
          Held<OrchestrationItem> held = new Held<>(random);
          for (int step = 0; step < STEPS; step++) {
            recording.enqueue(handle, ids.get(random.nextInt(IDS)), thread);
            if (random.nextInt(MOVES) == 0) {
              s.moveTime(lock.dividedBy(2));
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
        });
    drain(s, recording);
    return recording.check();
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

  private static void drain(StoreUnderTest s, Recording recording) {
    s.moveTime(s.lockFor());
    for (List<OrchestrationItem> items = recording.fetch(s.a(), IDS, s.lockFor());
        !items.isEmpty();
        items = recording.fetch(s.a(), IDS, s.lockFor())) {
      items.forEach(item -> recording.ack(s.a(), item));
    }
  }

  private static Supplier<Instant> clock(StoreUnderTest s) {
    return s.pace().clock() == Pace.Clock.REAL ? Instant::now : s.timeControl()::now;
  }

  /** What one of several threads does. */
  private interface Body {
    void run(int thread, Random random);
  }

  private static void together(StoreUnderTest s, Body body) {
    long seed = s.random().nextLong();
    Together.times(
        THREADS,
        thread -> {
          body.run(thread, new Random(seed + thread));
          return thread;
        });
  }

  /**
   * Every accepted message is in exactly one acked batch, and every activity is acked once or
   * cancelled.
   *
   * <p><b>Shape:</b> 40 threads over 20 instances until empty: each turn messages another instance
   * and schedules three activities, one of which the next turn cancels.
   *
   * <p><b>If this fails, check:</b> can a message be delivered to two holders that both ack? can an
   * ack delete what it was not given? does the ack of an activity and its cancellation both
   * succeed?
   */
  @Rule("CONC-03")
  void everyMessageIsInOneAppliedBatch(StoreUnderTest s) {
    Crew crew = new Crew(s);
    for (int n = 0; n < INSTANCES; n++) {
      s.a().start("order-" + n);
    }
    List<Handle> handles = s.newHandles(HANDLES);
    Together.times(
        2 * CREW,
        n -> {
          Handle handle = handles.get(n % HANDLES);
          while (!crew.isDone()) {
            if (n < CREW) {
              crew.turns(handle);
            } else {
              crew.activities(handle);
            }
          }
          return n;
        });
    crew.expectEachOnce();
  }

  /** The shared work of CONC-03 and what came of it. */
  private static final class Crew {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int ACTIVITIES = 3;

    private final StoreUnderTest store;
    private final long beganAt = System.nanoTime();
    private final Map<String, AtomicInteger> consumed = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> completed = new ConcurrentHashMap<>();
    private final AtomicInteger refusedActivities = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicInteger turns = new AtomicInteger();
    private final AtomicInteger empty = new AtomicInteger();

    Crew(StoreUnderTest store) {
      this.store = store;
    }

    boolean isDone() {
      return empty.get() > 2 * CREW || System.nanoTime() - beganAt > PATIENCE.toNanos();
    }

    void turns(Handle handle) {
      try {
        List<OrchestrationItem> items = handle.fetch(2);
        noteEmpty(items.isEmpty());
        for (OrchestrationItem item : items) {
          AckResult result =
              repeated(() -> handle.provider().ackOrchestrationItem(result(handle, item)));
          Expect.applied("A holder's ack was not applied.", result);
          turns.incrementAndGet();
          item.messages()
              .forEach(m -> count(consumed, item.instanceId() + ": " + m.body().asUtf8()));
        }
      } catch (Retryable busy) {
        refused.incrementAndGet();
      }
    }

    private static OrchestrationAck result(Handle handle, OrchestrationItem item) {
      String id = item.instanceId();
      long turn = item.history().lastEventId() + 1;
      var result = handle.turn(item).name(Sample.NAME).event(turn);
      if (turn > 1 && turn <= ACTIVE_TURNS + 1) {
        result.cancel(new ActivityIdentity(id, 1, (turn - 1) * 10 + ACTIVITIES));
      }
      if (turn <= ACTIVE_TURNS) {
        for (int n = 1; n <= ACTIVITIES; n++) {
          result.activities(turn * 10 + n);
        }
        int number = Integer.parseInt(id.substring("order-".length()));
        result.send(
            Sample.message(id, "own " + turn),
            Sample.message("order-" + (number + 1) % INSTANCES, "of " + id + " " + turn));
      }
      return result.build();
    }

    void activities(Handle handle) {
      try {
        List<ActivityItem> items = handle.fetchActivities(2);
        noteEmpty(items.isEmpty());
        for (ActivityItem item : items) {
          AckResult result = repeated(() -> handle.ack(item));
          if (result instanceof AckResult.Applied) {
            count(completed, item.task().instanceId() + ": " + item.task().activityId());
          } else {
            Expect.equal(
                "An activity was taken away that nobody cancelled.",
                (long) ACTIVITIES,
                item.task().activityId() % 10);
            refusedActivities.incrementAndGet();
          }
        }
      } catch (Retryable busy) {
        refused.incrementAndGet();
      }
    }

    private void noteEmpty(boolean nothing) {
      if (nothing) {
        empty.incrementAndGet();
      } else {
        empty.set(0);
      }
    }

    private static void count(Map<String, AtomicInteger> counts, String key) {
      counts.computeIfAbsent(key, k -> new AtomicInteger()).incrementAndGet();
    }

    void expectEachOnce() {
      // Threads that found nothing may have given up while others still worked; the rest is done
      // here.
      for (int idle = 0; idle < 2; ) {
        int before = turns.get() + completed.size();
        turns(store.a());
        activities(store.a());
        idle = turns.get() + completed.size() == before ? idle + 1 : 0;
      }
      for (Map<String, AtomicInteger> counts : List.of(consumed, completed)) {
        counts.forEach(
            (key, count) -> Expect.equal("Acked more than once: " + key, 1, count.get()));
      }
      for (int n = 0; n < INSTANCES; n++) {
        String id = "order-" + n;
        String before = "order-" + (n + INSTANCES - 1) % INSTANCES;
        for (int turn = 1; turn <= ACTIVE_TURNS; turn++) {
          expectConsumed(id + ": own " + turn);
          expectConsumed(id + ": of " + before + " " + turn);
          for (int activity = 1; activity < ACTIVITIES; activity++) {
            int number = turn * 10 + activity;
            Expect.that(
                "An activity was never acked: " + id + " " + number,
                completed.containsKey(id + ": " + number));
            expectConsumed(id + ": result of " + number);
          }
        }
      }
      Expect.above(
          "More calls failed (" + refused + ") than turns were applied.",
          refused.get(),
          turns.get());
    }

    private void expectConsumed(String key) {
      Expect.that("A message was never in an acked batch: " + key, consumed.containsKey(key));
    }
  }

  private static <T> T repeated(Supplier<T> call) {
    for (int i = 1; ; i++) {
      try {
        return call.get();
      } catch (Retryable busy) {
        if (i == MOST_REPEATS) {
          throw busy;
        }
      }
    }
  }

  /**
   * Many children that complete at once do not fail each other.
   *
   * <p><b>Shape:</b> 20 parents with 5 children and 30 with 4; all children are acked together,
   * each with a message to its parent; every parent is given all of them.
   *
   * <p><b>If this fails, check:</b> does the insert of a message lock the row of the instance it is
   * for? in which order are several rows locked?
   */
  @Rule("CONC-04")
  void childrenThatCompleteAtOnceDoNotFail(StoreUnderTest s) {
    finishTrees(s, "wide", 20, 5);
    finishTrees(s, "many", 30, 4);
  }

  private static void finishTrees(StoreUnderTest s, String name, int parents, int children) {
    Handle a = s.a();
    for (int p = 0; p < parents; p++) {
      String parent = name + "-" + p;
      a.start(parent);
      OrchestratorMessage[] starts =
          IntStream.range(0, children)
              .mapToObj(c -> Sample.start(parent + "/" + c, Sample.NAME, null))
              .toArray(OrchestratorMessage[]::new);
      a.turn(a.fetchOne(parent)).name(Sample.NAME).send(starts).apply();
      // Its children are locked at once, so that the next parent is the only instance that is
      // ready.
      Expect.equal("Not every child was delivered.", children, hold(s, parent, children).size());
    }
    List<OrchestrationItem> held = holdAll(s, parents * children);
    List<Handle> handles = s.newHandles(HANDLES);
    int threads = THREADS * 2;
    Together.times(
        threads,
        n -> {
          for (int i = n; i < held.size(); i += threads) {
            OrchestrationItem child = held.get(i);
            String parent = child.instanceId().substring(0, child.instanceId().indexOf('/'));
            Handle handle = handles.get(n % HANDLES);
            OrchestrationAck ack =
                handle
                    .turn(child)
                    .name(Sample.NAME)
                    .event(1)
                    .send(Sample.message(parent, "done " + child.instanceId()))
                    .build();
            Expect.applied(repeated(() -> handle.provider().ackOrchestrationItem(ack)));
          }
          return n;
        });
    List<OrchestrationItem> ready = a.fetch(parents + 1);
    Expect.equal("Not every parent heard of its children.", parents, ready.size());
    for (OrchestrationItem item : ready) {
      Expect.equal("A parent did not hear of all its children.", children, item.messages().size());
      a.finish(item);
    }
  }

  private static List<OrchestrationItem> hold(StoreUnderTest s, String parent, int children) {
    List<OrchestrationItem> items = s.a().fetch(children + 1);
    items.forEach(item ->
        Expect.that(
            "Another instance was delivered than the children of " + parent + ".",
            item.instanceId().startsWith(parent + "/")));
    return items;
  }

  private static List<OrchestrationItem> holdAll(StoreUnderTest s, int expected) {
    s.moveTime(s.lockFor());
    List<OrchestrationItem> items = s.b().fetch(expected + 1);
    Expect.equal("Not every child was delivered again.", expected, items.size());
    return items;
  }

  /**
   * Instances that message each other do not fail each other, whatever the order of the lists they
   * are acked in.
   *
   * <p><b>Shape:</b> 16 pairs; the two of a pair are acked together, each with a message to the
   * other; then two lists with the same targets in opposite order, together.
   *
   * <p><b>If this fails, check:</b> are the rows of a transaction locked in one order? are
   * deadlocks retryable?
   */
  @Rule("CONC-04")
  void crossingWritesDoNotFail(StoreUnderTest s) {
    List<OrchestrationItem> items = new ArrayList<>();
    for (int n = 0; n < 2 * PAIRS; n++) {
      s.a().start("order-" + n);
    }
    items.addAll(s.a().fetch(2 * PAIRS));
    Expect.equal("Not every instance was delivered.", 2 * PAIRS, items.size());
    List<Handle> handles = s.newHandles(HANDLES);
    Together.times(
        items.size(),
        n -> {
          Handle handle = handles.get(n % HANDLES);
          OrchestrationItem item = items.get(n);
          OrchestrationAck ack =
              handle
                  .turn(item)
                  .name(Sample.NAME)
                  .send(Sample.message(partner(item.instanceId()), "crossing"))
                  .build();
          Expect.applied(repeated(() -> handle.provider().ackOrchestrationItem(ack)));
          return n;
        });
    List<OrchestrationItem> crossed = s.a().fetch(2 * PAIRS);
    Expect.equal("Not every crossing message arrived.", 2 * PAIRS, crossed.size());

    List<List<OrchestrationItem>> halves =
        List.of(crossed.subList(0, PAIRS), crossed.subList(PAIRS, 2 * PAIRS));
    Together.times(
        2,
        n -> {
          Handle handle = handles.get(n);
          List<OrchestrationAck> acks = new ArrayList<>();
          for (int i = 0; i < PAIRS; i++) {
            int target = n == 0 ? i : PAIRS - 1 - i;
            acks.add(
                handle
                    .turn(halves.get(n).get(i))
                    .send(Sample.message("order-" + target, "list " + n))
                    .build());
          }
          repeated(() -> handle.provider().ackOrchestrationItems(acks)).forEach(Expect::applied);
          return n;
        });
    long arrived = s.a().fetch(Handle.ALL).stream().mapToLong(item -> item.messages().size()).sum();
    Expect.equal("Not every message of the lists arrived.", 2L * PAIRS, arrived);
  }

  private static String partner(String id) {
    int number = Integer.parseInt(id.substring("order-".length()));
    return "order-" + (number ^ 1);
  }

  /**
   * More callers than connections is slower, not wrong.
   *
   * <p><b>Shape:</b> 40 callers on one handle start, fetch, ack and read their own instance; no
   * error, all finish.
   *
   * <p><b>If this fails, check:</b> does a caller that holds a connection wait for a second one?
   * does an exhausted pool refuse instead of making callers wait?
   */
  @Rule("CONC-05")
  void manyCallersOnOneHandleAreServed(StoreUnderTest s) {
    Handle a = s.a();
    List<Integer> turns =
        Together.times(
            CALLERS,
            n -> {
              a.start("order-" + n);
              List<OrchestrationItem> items = a.fetch(1);
              items.forEach(item -> a.turn(item).name(Sample.NAME).event(1).apply());
              a.history("order-" + n, 1);
              return items.size();
            });
    Expect.equal(
        "Not every caller was given an instance.",
        CALLERS,
        turns.stream().mapToInt(Integer::intValue).sum());
    for (int n = 0; n < CALLERS; n++) {
      Expect.equal("A turn is missing.", Sample.events(1, 1), a.history("order-" + n, 1));
    }
  }

  /**
   * One busy instance with many senders loses nothing and keeps each sender's order.
   *
   * <p><b>Shape:</b> 16 senders on several handles, turns all the while; the batches joined have
   * everything, ascending per sender.
   *
   * <p><b>If this fails, check:</b> is the insertion order taken before the insert's transaction,
   * and does a fetch between two commits skip the smaller number? does the ack delete up to the
   * greatest number it saw?
   */
  @Rule("CONC-06")
  void aBusyInstanceKeepsEachSendersOrder(StoreUnderTest s) {
    s.a().create("busy");
    List<Handle> handles = s.newHandles(HANDLES);
    List<String> received = new ArrayList<>();
    AtomicBoolean sent = new AtomicBoolean();
    try (Parked<Boolean> turns =
        Parked.beginning(() -> {
          while (true) {
            boolean last = sent.get();
            List<OrchestrationItem> items = s.b().fetch(1);
            for (OrchestrationItem item : items) {
              item.messages().forEach(message -> received.add(message.body().asUtf8()));
              s.b().finish(item);
            }
            if (last && items.isEmpty()) {
              return true;
            }
          }
        })) {
      Together.times(
          SENDERS,
          sender -> {
            for (int i = 0; i < PER_SENDER; i++) {
              handles.get(sender % HANDLES).enqueue(Sample.message("busy", sender + " " + i));
            }
            return sender;
          });
      sent.set(true);
      turns.answer();
    }
    Map<String, Integer> next = new HashMap<>();
    for (String body : received) {
      String[] parts = body.split(" ", -1);
      Expect.equal(
          "A message of sender " + parts[0] + " is out of order, lost or doubled.",
          next.getOrDefault(parts[0], 0),
          Integer.parseInt(parts[1]));
      next.merge(parts[0], 1, Integer::sum);
    }
    Expect.equal("Messages are missing.", SENDERS * PER_SENDER, received.size());
  }

  /**
   * Readers never see time run backwards.
   *
   * <p><b>Shape:</b> turns on A, every third one in the next execution; a reader on B: the latest
   * execution never falls, and the history of an execution only grows.
   *
   * <p><b>If this fails, check:</b> do reads go to a replica or a cache? do two reads of one handle
   * use connections with different snapshots?
   */
  @Rule("CONC-07")
  void readersNeverSeeTimeRunBackwards(StoreUnderTest s) {
    Handle a = s.a();
    Handle b = s.b();
    a.create("order");
    AtomicBoolean goOn = new AtomicBoolean(true);
    AtomicInteger reads = new AtomicInteger();
    try (Parked<Integer> reader = Parked.beginning(() -> readAll(b, reads, goOn))) {
      // A busy machine may begin the reader only when the turns are over.
      Waiting.until(() -> reads.get() > 0, Duration.ofMinutes(1));
      long execution = 1;
      for (int turn = 1; turn <= STEPS; turn++) {
        a.poke("order");
        OrchestrationItem item = a.fetchOne("order");
        if (turn % 3 == 0) {
          execution++;
        }
        long last = item.executionId() == execution ? item.history().lastEventId() : 0;
        a.turn(item).execution(execution).events(last + 1, last + 2).apply();
        // One read beside all turns would see nothing run backwards.
        int before = reads.get();
        Waiting.until(() -> reads.get() > before || reader.isDone(), s.pace().prompt());
      }
      goOn.set(false);
      Expect.above("The reader did not read.", 0, reader.answer());
    }
  }

  private static int readAll(Handle reader, AtomicInteger reads, AtomicBoolean goOn) {
    Map<Long, Integer> sizes = new HashMap<>();
    long latest = 0;
    while (goOn.get()) {
      long execution = reader.provider().latestExecutionId("order").orElse(0);
      Expect.above("The latest execution fell.", latest - 1, execution);
      latest = execution;
      for (long e = Math.max(1, execution - 1); e <= execution; e++) {
        int size = reader.history("order", e).size();
        Expect.above("A history shrank.", sizes.getOrDefault(e, 0) - 1L, size);
        sizes.put(e, size);
      }
      reads.incrementAndGet();
    }
    return reads.get();
  }
}
