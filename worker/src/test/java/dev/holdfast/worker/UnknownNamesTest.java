// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.OrchestrationFetch;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** What no engine of a worker has the code of belongs to workers that have it. */
class UnknownNamesTest extends OnSqlite {

  private static final Duration HOUR = Duration.ofHours(1);
  private static final WorkerSettings HOURS =
      QUICK.withRedelivery(new RedeliveryBackoff(HOUR, HOUR.multipliedBy(8)));

  private final Counters counters = new Counters("counter");

  @Test
  void anInstanceWaitsUncountedAndIsTakenAtOnceWhenItsEngineComes() {
    start(Worker.builder(provider).settings(HOURS.withMaxDeliveries(1)).turns(counters));
    provider.enqueue(Counters.start("other", "x", 5));
    await(() -> !problems("x").isEmpty());
    assertThat(problems("x").getFirst()).contains("\"other\"", "is registered here");
    Queue<Integer> deliveries = new ConcurrentLinkedQueue<>();
    Counters other =
        new Counters("other") {
          @Override
          public Turn take(TurnContext context) throws Exception {
            deliveries.add(context.deliveries());
            return super.take(context);
          }
        };
    Worker.Builder second =
        Worker.builder(openHandle()).settings(HOURS.withMaxDeliveries(1)).turns(other);
    start(second);
    await(() -> Counters.sum(provider, "x") == 5);
    assertThat(deliveries).containsExactly(1);
    assertThat(counters.notes).isEmpty();
  }

  @Test
  void anActivityWaitsUncountedAndIsTakenAtOnceWhenItsEngineComes() {
    Worker first =
        start(
            Worker.builder(provider)
                .settings(HOURS.withMaxDeliveries(1))
                .turns(counters)
                .activities(new Sums("ten", delivery -> 10)));
    first.enqueue(Counters.start("counter", "x", 1));
    await(() -> Counters.sum(provider, "x") == 1);
    first.enqueue(Counters.ask("x", "hundred"));
    await(() -> !problems("x").isEmpty());
    assertThat(problems("x").getFirst()).contains("\"hundred\" is registered here");
    Sums hundred = new Sums("hundred", delivery -> 100);
    start(Worker.builder(openHandle()).settings(HOURS.withMaxDeliveries(1)).activities(hundred));
    await(() -> Counters.sum(provider, "x") == 101);
    assertThat(hundred.notes).containsExactly("run 1");
  }

  @Test
  void whatComesAgainAllTheSameIsKeptBackForGrowingTimes() {
    // A store that hands out everything, whatever code a fetch asks for.
    Intercepted store = new Intercepted(provider);
    Queue<AbandonOptions> returns = new ConcurrentLinkedQueue<>();
    store.around((name, arguments, real) -> {
      if (arguments != null && arguments[0] instanceof OrchestrationFetch fetch) {
        arguments[0] = fetch.withServed(null).withWaitUpTo(Duration.ZERO);
      }
      Object result = real.call();
      if (name.startsWith("abandon")) {
        returns.add((AbandonOptions) arguments[1]);
      }
      return result;
    });
    clock.freeze();
    start(Worker.builder(store.provider()).settings(HOURS).turns(counters));
    provider.enqueue(Counters.start("other", "x", 5));
    await(() -> returns.size() == 2);
    for (int hours = 1; hours <= 4; hours *= 2) {
      int known = returns.size();
      clock.advance(HOUR.multipliedBy(hours));
      await(() -> returns.size() > known);
    }
    assertThat(returns).noneMatch(AbandonOptions::countDelivery);
    assertThat(returns.stream().map(AbandonOptions::delay))
        .startsWith(Duration.ZERO, HOUR, HOUR.multipliedBy(2), HOUR.multipliedBy(4));
    assertThat(counters.notes).isEmpty();
  }

  @Test
  void fetchesLeaveWorkOfOthersAloneAfterTheyMetSome() {
    Intercepted store = new Intercepted(provider);
    Queue<Boolean> filtered = new ConcurrentLinkedQueue<>();
    Queue<Boolean> activitiesFiltered = new ConcurrentLinkedQueue<>();
    store.around((name, arguments, real) -> {
      if (arguments != null && arguments[0] instanceof OrchestrationFetch fetch) {
        filtered.add(fetch.served() != null);
      }
      if (arguments != null && arguments[0] instanceof ActivityFetch fetch) {
        activitiesFiltered.add(fetch.served() != null);
      }
      return real.call();
    });
    start(
        Worker.builder(store.provider())
            .settings(HOURS)
            .turns(counters)
            .activities(new Sums("ten", delivery -> 10)));
    provider.enqueue(Counters.start("other", "x", 5));
    await(() -> filtered.contains(true));
    assertThat(filtered.peek()).isFalse();
    assertThat(activitiesFiltered).doesNotContain(true);
  }

  @Test
  void withFailTheFirstEngineEndsWhatNoneHas() {
    Counters second = new Counters("second");
    start(
        Worker.builder(provider)
            .settings(QUICK.withMaxDeliveries(3).withUnrunnable(Unrunnable.FAIL))
            .turns(counters)
            .turns(second));
    provider.enqueue(Counters.start("other", "x", 5));
    await(() -> Counters.last(provider, "x").equals("failed"));
    await(() -> counters.notes.size() == 3);
    assertThat(counters.notes).containsExactly("fail x UNREGISTERED", "applied x", "close x");
    assertThat(second.notes).isEmpty();
  }

  @Test
  void withFailTheFirstEngineEndsActivitiesThatNoneHas() {
    Sums ten = new Sums("ten", delivery -> 10);
    Worker worker =
        start(
            Worker.builder(provider)
                .settings(QUICK.withMaxDeliveries(2).withUnrunnable(Unrunnable.FAIL))
                .turns(counters)
                .activities(ten));
    worker.enqueue(Counters.start("counter", "x", 1));
    await(() -> Counters.sum(provider, "x") == 1);
    worker.enqueue(Counters.ask("x", "hundred"));
    await(() -> Counters.sum(provider, "x") == 0);
    assertThat(ten.notes).containsExactly("fail UNREGISTERED");
  }

  @Test
  void whatDoesNotFitIsKeptBackUncountedAndVisible() {
    List<WorkFailure.Reason> reasons =
        List.of(WorkFailure.Reason.MISMATCHED, WorkFailure.Reason.UNREADABLE);
    for (WorkFailure.Reason reason : reasons) {
      String id = reason.name();
      Counters unfit =
          new Counters("unfit-" + id) {
            private int deliveries;

            @Override
            public Turn take(TurnContext context) throws Exception {
              if (++deliveries == 3) {
                assertThat(context.deliveries()).isOne();
                return super.take(context);
              }
              return Turn.of(new TurnResult.Failed(WorkFailure.of(reason, "it does not fit")));
            }
          };
      start(Worker.builder(provider).settings(QUICK.withMaxDeliveries(1)).turns(unfit))
          .enqueue(Counters.start("unfit-" + id, id, 5));
      await(() -> Counters.sum(provider, id) == 5);
    }
  }
}
