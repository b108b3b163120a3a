// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.AbandonOptions;
import dev.holdfast.provider.ActivityFetch;
import dev.holdfast.provider.ActivityItem;
import dev.holdfast.provider.OrchestrationFetch;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.provider.Provider;
import dev.holdfast.provider.ProviderError;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class CloseTest extends OnSqlite {

  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch goOn = new CountDownLatch(1);

  private final Counters counters =
      new Counters("counter") {
        @Override
        public Turn take(TurnContext context) throws Exception {
          if (context.instanceId().equals("slow")) {
            begun.countDown();
            goOn.await();
          }
          return super.take(context);
        }
      };

  private final Sums sums =
      new Sums(
          "ten",
          delivery -> {
            begun.countDown();
            goOn.await();
            return 10;
          });

  private Worker worker() {
    return start(Worker.builder(provider).settings(QUICK).turns(counters).activities(sums));
  }

  @Test
  void anInstanceThatIsNotFinishedIsGivenBackUncounted() throws Exception {
    Worker worker = worker();
    worker.enqueue(Counters.start("counter", "slow", 1));
    begun.await();
    LeftWork left = worker.close(Duration.ZERO);
    assertThat(left.instances()).containsExactly("slow");
    assertThat(left.activities()).isEmpty();
    assertThat(left.isNothing()).isFalse();
    List<OrchestrationItem> items =
        provider.fetchOrchestrationItems(OrchestrationFetch.of(1, LONG));
    assertThat(items).hasSize(1);
    assertThat(items.getFirst().deliveryCount()).isOne();
    assertThat(worker.close(LONG)).isSameAs(left);
    assertThat(counters.notes.stream().filter("closed"::equals)).hasSize(1);
    goOn.countDown(); // its result comes too late, and is refused
    await(() -> counters.notes.contains("close slow"));
    assertThat(counters.notes).doesNotContain("applied slow");
  }

  @Test
  void anActivityThatIsNotFinishedIsInterruptedAndGivenBackUncounted() throws Exception {
    Intercepted store = new Intercepted(provider);
    store.around((name, arguments, real) -> {
      if (name.equals("abandon") && !((AbandonOptions) arguments[1]).countDelivery()) {
        for (int i = 0; i < 10_000; i++) {
          Thread.yield(); // the interrupted activity may come first, and has nothing to give back
        }
      }
      return real.call();
    });
    Worker worker =
        start(Worker.builder(store.provider()).settings(QUICK).turns(counters).activities(sums));
    worker.enqueue(Counters.start("counter", "x", 1));
    await(() -> Counters.sum(provider, "x") == 1);
    worker.enqueue(Counters.ask("x", "ten"));
    begun.await();
    LeftWork left = worker.close(Duration.ZERO);
    assertThat(left.instances()).isEmpty();
    assertThat(left.activities()).hasSize(1);
    // The last fetch of the worker may have it for a moment; it gives it back as well.
    List<ActivityItem> items =
        provider.fetchActivityItems(ActivityFetch.of(1, LONG).withWaitUpTo(LONG));
    assertThat(items).hasSize(1);
    assertThat(items.getFirst().deliveryCount()).isOne();
    assertThat(items.getFirst().task().identity()).isEqualTo(left.activities().getFirst());
  }

  @Test
  void whatFinishesWithinTheGracePeriodIsStored() throws Exception {
    Worker worker = worker();
    worker.enqueue(Counters.start("counter", "slow", 1));
    begun.await();
    Thread closing = Thread.ofVirtual().start(() -> worker.close(LONG));
    await(() -> closing.getState() == Thread.State.TIMED_WAITING);
    goOn.countDown();
    closing.join();
    assertThat(worker.close(Duration.ZERO).isNothing()).isTrue();
    assertThat(Counters.sum(provider, "slow")).isOne();
  }

  @Test
  void aProviderIsClosedByItsOwnerOnly() {
    Provider own = openHandle();
    Worker.builder(own).settings(QUICK).turns(counters).ownsProvider(true).start().close();
    assertThatThrownBy(() -> own.latestExecutionId("x"))
        .isInstanceOf(ProviderError.InvalidRequest.class);
    Worker.builder(provider).settings(QUICK).turns(counters).start().close();
    assertThat(provider.latestExecutionId("x")).isEmpty();
  }

  @Test
  void aLoopBesideTheWorkerEndsWithIt() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    Worker worker =
        start(
            Worker.builder(provider)
                .settings(QUICK)
                .turns(counters)
                .background(
                    "beside",
                    () -> {
                      try {
                        never.await();
                      } catch (InterruptedException e) {
                        interrupted.countDown();
                      }
                    }));
    worker.close();
    interrupted.await();
  }

  @Test
  void aLoopBesideTheWorkerThatFailsClosesIt() {
    start(
        Worker.builder(provider)
            .settings(QUICK)
            .turns(counters)
            .background(
                "beside",
                () -> {
                  throw new IllegalStateException("the test says so");
                }));
    await(() -> counters.notes.contains("closed"));
  }

  @Test
  void aNegativeGracePeriodIsRefused() {
    Worker worker = worker();
    assertThatThrownBy(() -> worker.close(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
