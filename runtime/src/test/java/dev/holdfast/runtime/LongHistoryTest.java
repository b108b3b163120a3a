// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.provider.History;
import dev.holdfast.provider.OrchestrationItem;
import dev.holdfast.worker.WorkerListener;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Histories that become long. */
class LongHistoryTest extends OnSqlite {

  private static final Event<Integer> NUMBER = Event.named("number", Integer.class);
  private static final Activity<Integer, Integer> HANG =
      Activity.named("hang", Integer.class, Integer.class);

  /** Adds numbers for ever, with an activity open. */
  private static final Orchestration<Integer, Integer> ADDS =
      Orchestration.named(
          "adds",
          Integer.class,
          Integer.class,
          (ctx, sum) -> {
            ctx.call(HANG, sum);
            while (true) {
              sum += ctx.event(NUMBER).await();
              if (sum >= 1_000) {
                return sum;
              }
            }
          });

  private static final Orchestration<Integer, String> PARENT =
      Orchestration.named(
          "parent",
          Integer.class,
          String.class,
          (ctx, in) -> {
            try {
              return "" + ctx.child(ADDS, "child", in).await();
            } catch (ChildFailedException e) {
              return e.failure().type();
            }
          });

  private final Queue<String> told = new ConcurrentLinkedQueue<>();
  private final Queue<String> interrupted = new ConcurrentLinkedQueue<>();

  private final WorkerListener listener =
      new WorkerListener() {
        @Override
        public void historyIsLong(String instanceId, long executionId, long events, long most) {
          told.add(instanceId + "/" + executionId + ": " + events + " of " + most);
        }
      };

  private HoldfastClient adding(long warnAt, long most, int cacheSize) {
    return work(b ->
            b.orchestration(ADDS)
                .orchestration(PARENT)
                .cacheSize(cacheSize)
                .historyLimit(warnAt, most)
                .listener(listener)
                .activity(
                    HANG,
                    (actx, n) -> {
                      try {
                        new CountDownLatch(1).await();
                        return n;
                      } catch (InterruptedException e) {
                        interrupted.add(actx.instanceId());
                        throw e;
                      }
                    }))
        .client();
  }

  private void raise(HoldfastClient client, String id, int times) {
    for (int i = 0; i < times; i++) {
      int events = kinds(id).size();
      client.raise(id, NUMBER, 1);
      await(() -> kinds(id).size() > events);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void anExecutionIsToldOnceAndFailedAtLast(int cacheSize) throws Exception {
    HoldfastClient client = adding(5, 8, cacheSize);
    client.start(PARENT, "x", 0);
    awaitEvents("child", "ActivityScheduled", 1);
    raise(client, "child", 2);
    assertThat(told).isEmpty();
    raise(client, "child", 4); // 8 events
    assertThat(client.status("child").state()).isEqualTo(InstanceState.RUNNING);
    raise(client, "child", 1);
    assertThat(client.await(PARENT, "x", LONG)).isEqualTo(Failure.HISTORY_TOO_LONG);
    assertThatThrownBy(() -> client.await(ADDS, "child", LONG))
        .isInstanceOf(OrchestrationFailedException.class)
        .hasMessageContaining("the history has 9 events and may have 8")
        .hasMessageContaining("continue as new");
    assertThat(told).containsExactly("child/1: 5 of 8");
    await(() -> interrupted.contains("child")); // what was open is cancelled
  }

  @Test
  void anExecutionThatEndsInTimeMayHaveAnyLength() throws Exception {
    HoldfastClient client = adding(1, 3, 100);
    client.start(ADDS, "x", 0);
    awaitEvents("x", "ActivityScheduled", 1);
    raise(client, "x", 1);
    assertThat(kinds("x")).hasSize(3); // and one more would be too many, unless it ends
    client.raise("x", NUMBER, 1_000);
    assertThat(client.await(ADDS, "x", LONG)).isEqualTo(1_001);
  }

  @Test
  void numbersAreInOrder() {
    assertThatThrownBy(() -> adding(0, 8, 0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> adding(9, 8, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void codeThatLooksAtItsLengthGoesOnInTime(int cacheSize) throws Exception {
    Orchestration<Integer, Integer> goesOn =
        Orchestration.named(
            "goes-on",
            Integer.class,
            Integer.class,
            (ctx, sum) -> {
              while (ctx.historyLength() < 4) {
                sum += ctx.event(NUMBER).await();
                if (sum == 45) {
                  return sum;
                }
              }
              return ctx.continueAsNew(sum);
            });
    HoldfastClient client =
        work(b ->
                b.orchestration(goesOn).cacheSize(cacheSize).historyLimit(5, 5).listener(listener))
            .client();
    client.start(goesOn, "x", 0);
    for (int i = 1; i <= 9; i++) {
      client.raise("x", NUMBER, i);
    }
    assertThat(client.await(goesOn, "x", LONG)).isEqualTo(45);
    assertThat(client.status("x").executionId()).isGreaterThan(1);
    assertThat(told).isEmpty();
  }

  /** What a turn reads does not depend on how much has happened before. */
  @ParameterizedTest
  @ValueSource(ints = {10, 1_000, 10_000})
  void aTurnReadsWhatIsNew(int events) throws Exception {
    AtomicLong read = new AtomicLong();
    Intercepted store = new Intercepted(provider);
    store.around((name, arguments, real) -> {
      Object result = real.call();
      if (result instanceof History history) {
        read.addAndGet(history.events().size());
      }
      if (result instanceof List<?> items) {
        for (Object item : items) {
          if (item instanceof OrchestrationItem fetched) {
            read.addAndGet(fetched.history().events().size());
          }
        }
      }
      return result;
    });
    Orchestration<Integer, Integer> grows =
        Orchestration.named(
            "grows",
            Integer.class,
            Integer.class,
            (ctx, n) -> {
              for (int i = 0; i < n; i++) {
                ctx.version("change " + i, 1, 1);
              }
              int sum = 0;
              for (int i = 0; i < 20; i++) {
                sum += ctx.event(NUMBER).await();
              }
              return sum;
            });
    HoldfastClient client = work(store.provider(), b -> b.orchestration(grows)).client();
    client.start(grows, "x", events);
    awaitEvents("x", "VersionChosen", events);
    for (int i = 0; i < 19; i++) {
      client.raise("x", NUMBER, 1);
      awaitEvents("x", "EventRaised", i + 1);
    }
    long before = read.get();
    client.raise("x", NUMBER, 1);
    assertThat(client.await(grows, "x", LONG)).isEqualTo(20);
    assertThat(read.get() - before).isLessThanOrEqualTo(2);
  }
}
