// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ActivityIdentity;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.ProviderError.Retryable;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Together;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Whatever many threads do at once is done exactly once. */
@RuleFamily("CONC")
final class ConcExactlyOnceRules {

  private static final int HANDLES = 4;
  private static final int CREW = 20;
  private static final int INSTANCES = 20;
  private static final int ACTIVE_TURNS = 3;

  /**
   * Every accepted message is in exactly one acked batch, and every activity is acked once or
   * cancelled.
   *
   * <p><b>Shape:</b> 40 threads over 20 instances until empty: each turn messages another instance
   * and schedules three activities, one of which the next turn cancels.
   */
  @Rule("CONC-03")
  void everyMessageIsInOneAppliedBatch(StoreUnderTest store) {
    Crew crew = new Crew(store);
    for (int n = 0; n < INSTANCES; n++) {
      store.first().start("order-" + n);
    }
    List<Handle> handles = store.newHandles(HANDLES);
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
              Contention.repeated(
                  () -> handle.provider().ackOrchestrationItem(result(handle, item)));
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
          AckResult result = Contention.repeated(() -> handle.ack(item));
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
        turns(store.first());
        activities(store.first());
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
}
