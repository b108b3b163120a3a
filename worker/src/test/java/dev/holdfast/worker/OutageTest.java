// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.HistoryEvent;
import dev.holdfast.provider.ProviderError;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A store that is away for a while costs time and nothing else. */
class OutageTest extends OnSqlite {

  private final Counters counters = new Counters("counter");
  private final Sums ten = new Sums("ten", delivery -> 10);

  private Worker on(Intercepted store) {
    return start(Worker.builder(store.provider()).settings(QUICK).turns(counters).activities(ten));
  }

  private static ProviderError away(String call) {
    return new ProviderError.StoreUnavailable(call, "the test has taken the store away", null);
  }

  @Test
  void everyCallFailsNowAndThenAndEachMessageCountsOnce() {
    Set<String> spared = Set.of("info", "close", "capability", "enqueue");
    AtomicInteger calls = new AtomicInteger();
    Intercepted store = new Intercepted(provider);
    store.around((name, arguments, real) -> {
      int turn = spared.contains(name) ? 1 : calls.incrementAndGet() % 3;
      if (turn == 0) {
        throw away(name);
      }
      return real.call();
    });
    Worker worker = on(store);
    worker.enqueue(Counters.start("counter", "x", 1));
    await(() -> Counters.sum(provider, "x") == 1);
    for (int i = 0; i < 10; i++) {
      worker.enqueue(Counters.ask("x", "ten"));
      worker.enqueue(Counters.add("x", 1));
    }
    await(() -> Counters.sum(provider, "x") == 111);
    assertThat(ten.notes).hasSize(10);
  }

  @Test
  void aTurnWhoseReplyWasLostIsAppliedOnce() {
    AtomicBoolean lose = new AtomicBoolean(true);
    Intercepted store = new Intercepted(provider);
    store.around((name, arguments, real) -> {
      Object result = real.call();
      if (name.equals("ackOrchestrationItem") && lose.getAndSet(false)) {
        assertThat(result).isInstanceOf(AckResult.Applied.class);
        throw new ProviderError.OutcomeUnknown(name, "the reply was lost", null);
      }
      return result;
    });
    on(store).enqueue(Counters.start("counter", "x", 5));
    await(() -> counters.notes.contains("close x"));
    assertThat(counters.notes).containsExactly("take x", "applied x", "close x");
    List<HistoryEvent> events = provider.readHistory("x", 1, 0, 10).events();
    assertThat(events).hasSize(1);
  }

  @Test
  void aReadIsRepeatedWhileTheLockLives() {
    AtomicInteger reads = new AtomicInteger();
    Intercepted store = new Intercepted(provider);
    store.around((name, arguments, real) -> {
      if (name.equals("readHistory") && reads.incrementAndGet() <= 3) {
        throw away(name);
      }
      return real.call();
    });
    Worker worker = on(store);
    worker.enqueue(Counters.start("counter", "x", 5));
    await(() -> counters.notes.contains("close x"));
    counters.notes.clear();
    worker.enqueue(Counters.add("x", 1));
    await(() -> Counters.sum(provider, "x") == 6);
    assertThat(reads).hasValue(4);
    assertThat(counters.notes).startsWith("take x");
    await(() -> counters.notes.contains("close x"));
    assertThat(counters.notes).containsExactly("take x", "applied x", "close x");
  }
}
