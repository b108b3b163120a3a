// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parked executions go on from where they are, however soon their next message comes. */
class ParkingTest extends OnSqlite {

  private static final int ROUNDS = 200;

  static final Activity<Integer, Integer> STEP =
      Activity.named("step", Integer.class, Integer.class);
  static final Orchestration<String, Integer> ROUND_BY_ROUND =
      Orchestration.named(
          "round-by-round",
          String.class,
          Integer.class,
          (ctx, kind) -> {
            int sum = 0;
            for (int i = 0; i < ROUNDS; i++) {
              switch (kind) {
                case "timer" -> ctx.timer(Duration.ZERO).await();
                case "event" -> ctx.event("e", Integer.class).await();
                default -> ctx.call(STEP, i).await();
              }
              sum++;
            }
            return sum;
          });

  @ParameterizedTest
  @ValueSource(strings = {"timer", "event", "activity"})
  void noHistoryIsReadWhileTheNextMessageComesDuringTheAck(String kind) throws Exception {
    Intercepted store = new Intercepted(provider);
    Semaphore fetched = new Semaphore(0);
    store.around((name, arguments, real) -> {
      if (name.equals("ackOrchestrationItem")) {
        fetched.drainPermits();
        if (kind.equals("event") && raised.get() < ROUNDS) {
          raise();
        }
        Object answer = real.call();
        // The instance is free: whoever fetches it is given a head start before this returns.
        for (int i = 0; i < 1_000 && !fetched.tryAcquire(); i++) {
          Thread.yield();
        }
        return answer;
      }
      Object answer = real.call();
      if (answer instanceof List<?> items && !items.isEmpty()) {
        fetched.release();
      }
      return answer;
    });
    work(
        store.provider(),
        b -> b.orchestration(ROUND_BY_ROUND).activity(STEP, (context, input) -> input));
    HoldfastClient client = closing(HoldfastClient.on(provider, DataConverter.jackson()));
    client.start(ROUND_BY_ROUND, "x", kind);
    assertThat(client.await(ROUND_BY_ROUND, "x", LONG)).isEqualTo(ROUNDS);
    assertThat(store.calls.stream().filter("readHistory"::equals))
        .as("all of its history is in memory")
        .isEmpty();
  }

  private final AtomicInteger raised = new AtomicInteger();

  private void raise() {
    HoldfastClient.on(provider, DataConverter.jackson()).raise("x", "e", raised.incrementAndGet());
  }
}
