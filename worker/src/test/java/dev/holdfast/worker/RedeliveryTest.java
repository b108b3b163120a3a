// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Payload;
import dev.holdfast.provider.ProviderError;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Work that fails is delivered again, and ended when that was tried often enough. */
class RedeliveryTest extends OnSqlite {

  private final Counters counters = new Counters("counter");

  @Test
  void anInstanceAtWhichWorkersDieIsEndedWithoutBeingTried() {
    provider.enqueue(Counters.start("counter", "x", 1));
    for (int i = 0; i < 3; i++) {
      OrchestrationItem item =
          provider.fetchOrchestrationItems(OrchestrationFetch.of(1, LONG)).getFirst();
      provider.abandon(item.lockToken(), AbandonOptions.now());
    }
    start(Worker.builder(provider).settings(QUICK.withMaxDeliveries(3)).turns(counters));
    await(() -> counters.notes.size() == 3);
    assertThat(counters.notes).containsExactly("fail x POISON", "applied x", "close x");
  }

  @Test
  void anActivityAtWhichWorkersDieIsEndedWithoutBeingTried() {
    try (Worker worker = work(counters)) {
      worker.enqueue(Counters.start("counter", "x", 1));
      await(() -> Counters.sum(provider, "x") == 1);
      worker.enqueue(Counters.ask("x", "ten"));
      await(() -> provider.readHistory("x", 1, 0, 10).lastEventId() == 2);
    }
    for (int i = 0; i < 3; i++) {
      ActivityItem item = provider.fetchActivityItems(ActivityFetch.of(1, LONG)).getFirst();
      provider.abandon(item.lockToken(), AbandonOptions.now());
    }
    Sums ten = new Sums("ten", delivery -> 10);
    start(
        Worker.builder(provider)
            .settings(QUICK.withMaxDeliveries(3))
            .turns(counters)
            .activities(ten));
    await(() -> Counters.sum(provider, "x") == 0);
    assertThat(ten.notes).containsExactly("fail POISON");
  }

  @Test
  void aTurnThatCrashesIsTriedAgainWithGrowingDelaysAndEndedAtLast() {
    Duration hour = Duration.ofHours(1);
    Queue<Integer> deliveries = new ConcurrentLinkedQueue<>();
    Counters crashing =
        new Counters("counter") {
          @Override
          public Turn take(TurnContext context) {
            deliveries.add(context.deliveries());
            throw new StackOverflowError("the test says so");
          }
        };
    clock.freeze();
    Queue<Duration> delays = new ConcurrentLinkedQueue<>();
    Intercepted store = new Intercepted(provider);
    store.around((name, arguments, real) -> {
      Object result = real.call();
      if (name.startsWith("abandon")) {
        delays.add(((AbandonOptions) arguments[1]).delay());
      }
      return result;
    });
    start(
            Worker.builder(store.provider())
                .settings(
                    QUICK
                        .withMaxDeliveries(4)
                        .withRedelivery(new RedeliveryBackoff(hour, hour.multipliedBy(2))))
                .turns(crashing))
        .enqueue(Counters.start("counter", "x", 1));
    for (int i = 1; i <= 3; i++) {
      int known = i;
      await(() -> delays.size() == known);
      clock.advance(hour.multipliedBy(2));
    }
    await(() -> Counters.last(provider, "x").equals("failed"));
    assertThat(deliveries).containsExactly(1, 2, 3, 4);
    assertThat(delays).containsExactly(hour, hour.multipliedBy(2), hour.multipliedBy(2));
    assertThat(crashing.notes).contains("fail x CRASHED");
  }

  @Test
  void anActivityWhoseEngineCrashesIsTriedAgainAndEndedAsPoison() {
    Sums crashing =
        new Sums(
            "ten",
            delivery -> {
              throw new StackOverflowError("the test says so");
            });
    Worker worker =
        start(
            Worker.builder(provider)
                .settings(QUICK.withMaxDeliveries(2))
                .turns(counters)
                .activities(crashing));
    worker.enqueue(Counters.start("counter", "x", 1));
    await(() -> Counters.sum(provider, "x") == 1);
    worker.enqueue(Counters.ask("x", "ten"));
    await(() -> Counters.sum(provider, "x") == 0);
    assertThat(crashing.notes).containsExactly("run 1", "run 2", "fail POISON");
  }

  @Test
  void aResultThatTheStoreRefusesIsReplacedOnce() {
    Sums tooLarge =
        new Sums("ten", delivery -> 10) {
          @Override
          public ActivityResult run(ActivityDelivery delivery) {
            notes.add("run");
            return new ActivityResult.Done(
                dev.holdfast.provider.OrchestratorMessage.of(
                    "somebody-else", "add", Payload.utf8("10")));
          }
        };
    Worker worker =
        start(Worker.builder(provider).settings(QUICK).turns(counters).activities(tooLarge));
    worker.enqueue(Counters.start("counter", "x", 1));
    await(() -> Counters.sum(provider, "x") == 1);
    worker.enqueue(Counters.ask("x", "ten"));
    await(() -> Counters.sum(provider, "x") == 0);
    assertThat(tooLarge.notes).containsExactly("run", "fail REFUSED");
  }

  @Test
  void whatAnEngineGivesBackCountsOrNotAsItSays() {
    Queue<Integer> deliveries = new ConcurrentLinkedQueue<>();
    AtomicInteger times = new AtomicInteger();
    Counters hesitant =
        new Counters("counter") {
          @Override
          public Turn take(TurnContext context) throws Exception {
            deliveries.add(context.deliveries());
            int time = times.incrementAndGet();
            return time > 4
                ? super.take(context)
                : Turn.of(new TurnResult.Release(Duration.ZERO, time % 2 == 0, "not yet"));
          }
        };
    work(hesitant).enqueue(Counters.start("counter", "x", 1));
    await(() -> Counters.sum(provider, "x") == 1);
    assertThat(deliveries).containsExactly(1, 1, 2, 2, 3);
  }

  @Test
  void anActivityThatIsGivenBackComesAgain() {
    Sums hesitant =
        new Sums("ten", delivery -> 10) {
          @Override
          public ActivityResult run(ActivityDelivery delivery) throws Exception {
            if (notes.isEmpty()) {
              notes.add("not yet");
              return new ActivityResult.Release(Duration.ZERO, false, "not yet");
            }
            return super.run(delivery);
          }
        };
    Worker worker =
        start(Worker.builder(provider).settings(QUICK).turns(counters).activities(hesitant));
    worker.enqueue(Counters.start("counter", "x", 1));
    await(() -> Counters.sum(provider, "x") == 1);
    worker.enqueue(Counters.ask("x", "ten"));
    await(() -> Counters.sum(provider, "x") == 11);
    assertThat(hesitant.notes).containsExactly("not yet", "run 1");
  }

  @Test
  void aShortageOfMemoryEndsNothingAndHasEnginesLetGo() {
    AtomicInteger times = new AtomicInteger();
    Counters greedy =
        new Counters("counter") {
          @Override
          public Turn take(TurnContext context) throws Exception {
            assertThat(context.deliveries()).isOne();
            if (times.incrementAndGet() <= 3) {
              throw new IllegalStateException("wrapped", new OutOfMemoryError("Java heap space"));
            }
            return super.take(context);
          }

          @Override
          public void memoryIsShort() {
            notes.add("memory is short");
          }
        };
    start(Worker.builder(provider).settings(QUICK.withMaxDeliveries(1)).turns(greedy))
        .enqueue(Counters.start("counter", "x", 1));
    await(() -> Counters.sum(provider, "x") == 1);
    assertThat(greedy.notes.stream().filter("memory is short"::equals)).hasSize(3);
  }

  @Test
  void anErrorOfTheStoreCountsForNothing() {
    AtomicInteger times = new AtomicInteger();
    Counters reader =
        new Counters("counter") {
          @Override
          public Turn take(TurnContext context) throws Exception {
            assertThat(context.deliveries()).isOne();
            if (times.incrementAndGet() <= 2) {
              clock.advance(Duration.ofSeconds(2)); // over the pause that follows
              throw new ProviderError.StoreUnavailable("read", "the test says so", null);
            }
            return super.take(context);
          }
        };
    start(Worker.builder(provider).settings(QUICK.withMaxDeliveries(1)).turns(reader))
        .enqueue(Counters.start("counter", "x", 1));
    await(() -> {
      clock.advance(Duration.ofSeconds(2));
      return Counters.sum(provider, "x") == 1;
    });
  }
}
