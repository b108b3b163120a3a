// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ActivityAck;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.tck.Rule;
import dev.holdfast.tck.RuleFamily;
import dev.holdfast.tck.harness.Expect;
import dev.holdfast.tck.harness.Handle;
import dev.holdfast.tck.harness.Parked;
import dev.holdfast.tck.harness.Sample;
import dev.holdfast.tck.harness.StoreUnderTest;
import dev.holdfast.tck.harness.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What wakes a waiter at once is a signal, and not a look that happens to come soon. */
@RuleFamily("POLL")
final class PollSignalRules {

  private static final int SAMPLES = 5;
  private static final int ROUNDS = 4;

  /** Longer than any wake-up bound. */
  private static final Duration WAIT = Duration.ofMinutes(1);

  /** How many times as long as a thread that is woken by hand. */
  private static final int TIMES = 4;

  /** A look into the store is rarer than this part of the wake-up bound. */
  private static final int PART = 50;

  /**
   * Each call that brings work wakes a waiter of its own handle about as fast as a thread can be
   * woken, and not with the next regular look into the store.
   *
   * <p><b>Shape:</b> for enqueue, list enqueue, an ack that schedules, an ack that sends and a
   * completion: a fetch waits for some random part of the wake-up bound, then the call is made; the
   * median of some such wake-ups is within a few times that of a thread which is woken by hand and
   * fetches, or within a fiftieth of the bound. A machine that is busy gets several tries.
   */
  @Rule("POLL-04")
  void whatBringsWorkWakesByASignal(StoreUnderTest store) {
    store.first().create("order");
    store.first().create("other");
    for (Exchange<?> exchange : exchanges(store.first())) {
      expectSignal(store, exchange);
    }
  }

  /**
   * Work on its way to a waiter.
   *
   * @param by what brings it
   * @param prepare is done before the waiter comes
   * @param fetch what the waiter does
   * @param send brings the work
   * @param finish takes away what was delivered
   */
  private record Exchange<T>(
      String by, Runnable prepare, Supplier<List<T>> fetch, Runnable send, Consumer<T> finish) {}

  private static List<Exchange<?>> exchanges(Handle first) {
    Held held = new Held(first);
    Runnable nothing = () -> {};
    Supplier<List<OrchestrationItem>> instances = () -> first.fetch(held.instances());
    Consumer<OrchestrationItem> finish = first::finish;
    return List.of(
        new Exchange<>("an enqueue", nothing, instances, () -> first.poke("order"), finish),
        new Exchange<>(
            "a list enqueue",
            nothing,
            instances,
            () -> first.provider().enqueueAll(List.of(Sample.message("order", "of a list"))),
            finish),
        new Exchange<>(
            "an ack that schedules",
            held::turn,
            held::activities,
            () -> first.turn(held.turn).activities(1).apply(),
            item -> first.provider().ackActivityItem(ActivityAck.of(item.lockToken(), null))),
        new Exchange<>(
            "an ack that sends",
            held::turn,
            instances,
            () -> first.turn(held.turn).send(Sample.message("other", "from an ack")).apply(),
            finish),
        new Exchange<>(
            "a completion",
            held::activity,
            instances,
            () -> first.complete(held.activity),
            finish));
  }

  /** What the call that brings work needs to hold. */
  private static final class Held {
    private final Handle first;
    private OrchestrationItem turn;
    private ActivityItem activity;

    Held(Handle first) {
      this.first = first;
      this.turn = pokedAndFetched();
      first.turn(turn).activities(1).apply();
      this.activity = first.fetchActivity(1);
      first.provider().ackActivityItem(ActivityAck.of(activity.lockToken(), null));
    }

    private OrchestrationItem pokedAndFetched() {
      first.poke("order");
      return first.fetchOne("order");
    }

    OrchestrationFetch instances() {
      return OrchestrationFetch.of(1, first.lockFor()).withWaitUpTo(WAIT);
    }

    List<ActivityItem> activities() {
      return first
          .provider()
          .fetchActivityItems(ActivityFetch.of(1, first.lockFor()).withWaitUpTo(WAIT));
    }

    void turn() {
      turn = pokedAndFetched();
    }

    void activity() {
      turn();
      first.turn(turn).activities(1).apply();
      activity = first.fetchActivity(1);
    }
  }

  private static <T> void expectSignal(StoreUnderTest store, Exchange<T> exchange) {
    List<String> measured = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      List<Long> byHand = new ArrayList<>();
      List<Long> bySignal = new ArrayList<>();
      for (int i = 0; i < SAMPLES; i++) {
        byHand.add(wokenByHand(store));
        bySignal.add(woken(store, exchange));
      }
      long limit =
          Math.max(
              median(byHand) * TIMES,
              store.first().provider().info().wakeUpBound().dividedBy(PART).toNanos());
      if (median(bySignal) <= limit) {
        return;
      }
      measured.add(
          "%s, where a thread that is woken by hand takes %s"
              .formatted(micros(median(bySignal)), micros(median(byHand))));
    }
    throw Expect.violation(
        "%s does not wake a waiter of its own handle: it looks again by itself."
            .formatted(exchange.by()),
        "a wake-up within %d times that of a thread that is woken by hand, or 1/%d of the bound"
            .formatted(TIMES, PART),
        measured);
  }

  private static <T> long woken(StoreUnderTest store, Exchange<T> exchange) {
    exchange.prepare().run();
    AtomicLong ended = new AtomicLong();
    try (Parked<List<T>> parked = Parked.call(store.pace(), () -> timed(ended, exchange.fetch()))) {
      Waiting.realTime(someTime(store));
      long start = System.nanoTime();
      exchange.send().run();
      List<T> items =
          parked.within(
              "A waiter was not woken within the bound by " + exchange.by() + ".",
              Waiters.bound(store));
      Expect.equal("A waiter was woken without the work: " + exchange.by() + ".", 1, items.size());
      exchange.finish().accept(items.get(0));
      return ended.get() - start;
    }
  }

  private static <T> T timed(AtomicLong ended, Supplier<T> call) {
    T answer = call.get();
    ended.set(System.nanoTime());
    return answer;
  }

  /** The same with a thread that waits for a latch and fetches then. */
  private static long wokenByHand(StoreUnderTest store) {
    Handle first = store.first();
    AtomicLong ended = new AtomicLong();
    CountDownLatch latch = new CountDownLatch(1);
    try (Parked<OrchestrationItem> parked =
        Parked.call(store.pace(), () -> timed(ended, () -> fetchedAfter(latch, first)))) {
      long start = System.nanoTime();
      first.poke("order");
      latch.countDown();
      first.finish(parked.answer());
      return ended.get() - start;
    }
  }

  private static OrchestrationItem fetchedAfter(CountDownLatch latch, Handle first) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return first.fetchOne("order");
  }

  /** So long that regular looks have become rare, and at no fixed distance from the last one. */
  private static Duration someTime(StoreUnderTest store) {
    long bound = store.first().provider().info().wakeUpBound().toNanos();
    return Duration.ofNanos((long) (bound * (1 + store.random().nextDouble()) / 2));
  }

  private static long median(List<Long> samples) {
    return samples.stream().sorted().toList().get(samples.size() / 2);
  }

  private static String micros(long nanos) {
    return "%,d µs".formatted(TimeUnit.NANOSECONDS.toMicros(nanos));
  }
}
