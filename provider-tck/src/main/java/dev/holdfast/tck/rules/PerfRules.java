// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ExecutionStatus;
import dev.holdfast.provider.OrchestrationAck;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.OrchestratorMessage;
import dev.holdfast.provider.Provider;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.fixture.TestStore;
import dev.holdfast.tck.fixture.WhiteBox.RowKind;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.FixtureUnderTest;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Together;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.parallel.Isolated;

/** Cost that stays where it should: ratios within one run, no times. */
@RuleFamily("PERF")
@Isolated("times are compared")
final class PerfRules {

  private static final Duration FAR = Duration.ofDays(30);
  private static final int FEW = 100;
  private static final int MANY = 4_000;
  private static final int AT_ONCE = 1_000;
  private static final int WARM_UP = 40;
  private static final int SAMPLES = 60;
  private static final double MOST_GROWTH = 3;

  private static final int CYCLES = 96;
  private static final int ROUNDS = 5;
  private static final double LEAST_SHARE = 0.8;

  /**
   * Fetch costs the same whatever else lies in the store.
   *
   * <p><b>Shape:</b> 100 and then 4,000 each of orphans, far timers, finished instances and locked
   * instances; the cost of a turn on another instance grows at most by a factor of three.
   */
  @Rule("PERF-05")
  void fetchCostsTheSameWhateverElseLiesInTheStore(StoreUnderTest store) {
    store.first().create("probe");
    fill(store, "few", FEW);
    long few = costOfATurn(store);
    fill(store, "many", MANY);
    long many = costOfATurn(store);

    Expect.that(
        "A turn costs more because other things lie in the store.",
        "at most %.1f times as much with %,d each of finished, orphaned and locked instances and"
                .formatted(MOST_GROWTH, MANY)
            + " far timers as with %d each".formatted(FEW),
        "%.1f times as much: %s with %,d each, %s with %d each (the lower quartile of %d turns)"
            .formatted((double) many / few, micros(many), MANY, micros(few), FEW, SAMPLES),
        many <= few * MOST_GROWTH);
  }

  private static String micros(long nanos) {
    return "%,d µs".formatted(TimeUnit.NANOSECONDS.toMicros(nanos));
  }

  private static void fill(StoreUnderTest store, String name, int howMany) {
    Handle first = store.first();
    List<OrchestratorMessage> starts = list(howMany, n -> start(name + "-finished-" + n));
    enqueueAll(first, starts);
    int delivered = 0;
    for (List<OrchestrationItem> items = first.fetch(AT_ONCE);
        !items.isEmpty();
        items = first.fetch(AT_ONCE)) {
      delivered += items.size();
      Expect.atMost("Instances that were acked are delivered again.", howMany, delivered);
      List<OrchestrationAck> acks = new ArrayList<>();
      items.forEach(item ->
          acks.add(
              first
                  .turn(item)
                  .name(Sample.NAME)
                  .event(1)
                  .status(ExecutionStatus.COMPLETED)
                  .build()));
      first.provider().ackOrchestrationItems(acks).forEach(Expect::applied);
    }
    enqueueAll(first, list(howMany, n -> Sample.message(name + "-orphan-" + n, "waiting")));
    enqueueAll(first, list(howMany, n -> Sample.timer(name + "-finished-" + n, "timer", FAR)));
    enqueueAll(first, list(howMany, n -> start(name + "-locked-" + n)));
    int locked = 0;
    while (locked < howMany) {
      int more = first.fetch(OrchestrationFetch.of(AT_ONCE, FAR)).size();
      Expect.that(
          "Instances that are ready were not delivered.", howMany, locked + " in all", more > 0);
      locked += more;
    }
  }

  private static OrchestratorMessage start(String id) {
    return Sample.start(id, Sample.NAME, null);
  }

  private static List<OrchestratorMessage> list(
      int howMany, Function<Integer, OrchestratorMessage> message) {
    List<OrchestratorMessage> messages = new ArrayList<>();
    for (int n = 0; n < howMany; n++) {
      messages.add(message.apply(n));
    }
    return messages;
  }

  private static void enqueueAll(Handle first, List<OrchestratorMessage> messages) {
    for (int from = 0; from < messages.size(); from += AT_ONCE) {
      first
          .provider()
          .enqueueAll(messages.subList(from, Math.min(messages.size(), from + AT_ONCE)));
    }
  }

  /** The time of a usual turn: a low quantile, which a busy machine disturbs little. */
  private static long costOfATurn(StoreUnderTest store) {
    Handle first = store.first();
    List<Long> samples = new ArrayList<>();
    for (int i = 0; i < WARM_UP + SAMPLES; i++) {
      long start = System.nanoTime();
      first.poke("probe");
      first.finish(first.fetchOne("probe"));
      if (i >= WARM_UP) {
        samples.add(System.nanoTime() - start);
      }
    }
    return samples.stream().sorted().toList().get(SAMPLES / 4);
  }

  /**
   * Finished work leaves nothing in the queues.
   *
   * <p><b>Shape:</b> many full cycles of a few instances: turn, activity, completion, timer; then
   * no message and no activity is stored, and the number of other rows has grown with the history
   * only.
   */
  @Rule("PERF-07")
  void finishedWorkLeavesNothingInTheQueues(StoreUnderTest store) {
    Handle first = store.first();
    first.create("order");
    long locks = -1;
    for (int n = 1; n <= CYCLES; n++) {
      first.poke("order");
      first.timer("order", store.lockFor());
      first.turn(first.fetchOne("order")).event(3L * n).activities(n).apply();
      first.complete(first.fetchActivity(n));
      store.moveTime(store.lockFor());
      first.turn(first.fetchOne("order")).event(3L * n + 1).apply();
      if (n == 1) {
        locks = store.whiteBox().count(RowKind.LOCK);
      }
    }
    Expect.equal("Messages are left.", 0L, store.whiteBox().count(RowKind.MESSAGE));
    Expect.equal("Activities are left.", 0L, store.whiteBox().count(RowKind.ACTIVITY));
    Expect.equal("Locks are left.", locks, store.whiteBox().count(RowKind.LOCK));
    Expect.equal("Executions are left.", 1L, store.whiteBox().count(RowKind.EXECUTION));
  }

  /**
   * More callers never make it slower.
   *
   * <p><b>Shape:</b> the rate of turns with 1, 4 and 16 callers on instances of their own, the best
   * of several rounds each; no later one is below the first.
   */
  @Rule("PERF-08")
  void moreCallersNeverMakeItSlower(StoreUnderTest store, FixtureUnderTest f) {
    List<Integer> callers = List.of(1, 4, 16);
    double[] best = new double[callers.size()];
    // Without the log of the other rules, for which callers would wait.
    try (TestStore place = f.fixture().freshStore("PERF-08");
        Provider provider = place.open()) {
      int cycles = cyclesWorthMeasuring(store, provider);
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < callers.size(); i++) {
          best[i] = Math.max(best[i], rate(provider, callers.get(i), cycles));
        }
      }
    }
    for (int i = 1; i < callers.size(); i++) {
      Expect.that(
          "More callers make it slower.",
          "at least %.1f times the rate of one caller".formatted(LEAST_SHARE),
          "%.2f times with %d callers: %s, with one caller %s (the best of %d rounds)"
              .formatted(
                  best[i] / best[0],
                  callers.get(i),
                  perSecond(best[i]),
                  perSecond(best[0]),
                  ROUNDS),
          best[i] >= best[0] * LEAST_SHARE);
    }
  }

  private static String perSecond(double perNano) {
    return "%,.0f turns per second".formatted(perNano * TimeUnit.SECONDS.toNanos(1));
  }

  /** So many that starting the threads does not matter. */
  private static int cyclesWorthMeasuring(StoreUnderTest store, Provider provider) {
    rate(provider, 16, CYCLES);
    double perNano = rate(provider, 1, CYCLES);
    return Math.max(CYCLES, (int) (perNano * store.pace().prompt().dividedBy(2).toNanos()));
  }

  private static double rate(Provider provider, int callers, int cycles) {
    int each = cycles / callers;
    OrchestrationFetch fetch = OrchestrationFetch.of(1, FAR);
    long start = System.nanoTime();
    Together.times(
        callers,
        n -> {
          for (int i = 0; i < each; i++) {
            provider.enqueue(start("order-" + n));
            for (OrchestrationItem item : provider.fetchOrchestrationItems(fetch)) {
              Expect.applied(
                  provider.ackOrchestrationItem(
                      OrchestrationAck.builder(item.lockToken(), 1).build()));
            }
          }
          return n;
        });
    return (double) each * callers / (System.nanoTime() - start);
  }
}
