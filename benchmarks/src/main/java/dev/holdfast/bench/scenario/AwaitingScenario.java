// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import dev.holdfast.bench.measure.Latencies;
import dev.holdfast.bench.store.BenchStore;
import dev.holdfast.runtime.AwaitTimeoutException;
import dev.holdfast.runtime.HoldfastClient;
import dev.holdfast.runtime.Orchestration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * What callers cost that only wait: the processor time of their process while thousands await
 * orchestrations that another process works on, and the way from start to result beside them.
 */
final class AwaitingScenario implements Scenario {

  private static final long WAITING = 5_000;

  @Override
  public String name() {
    return "user-waiters";
  }

  @Override
  public String description() {
    return "as users call it: processor time while thousands await results of another process";
  }

  @Override
  public List<Case> cases(BenchStore store, Settings settings) {
    return List.of(new Awaiting((int) settings.scaled(WAITING)));
  }

  private record Awaiting(int waiting) implements Case {

    private static final Duration PATIENCE = Duration.ofHours(1);
    private static final Duration SETTLING = Duration.ofSeconds(2);

    @Override
    public String name() {
      return GrowthScenario.number(waiting) + " callers waiting";
    }

    @Override
    public String unit() {
      return ProcessorTime.UNIT;
    }

    @Override
    public String reference() {
      return ProcessorTime.REFERENCE;
    }

    @Override
    public Sample measure(Round round) throws Exception {
      Orchestration<Integer, Integer> never = Program.waiting(new Ends());
      Latencies latencies = new Latencies();
      List<Thread> waiters = new ArrayList<>();
      try (Callers callers = Callers.start(round.store())) {
        HoldfastClient client = callers.client();
        try {
          startWaiting(client, never, waiters);
          Thread.sleep(SETTLING);
          double used = ProcessorTime.during(round.settings().measured());
          long left = waiters.stream().filter(waiter -> !waiter.isAlive()).count();
          if (left > 0) {
            throw new IllegalStateException(left + " callers do not wait any more");
          }
          notice(client, latencies, round.settings().measured());
          return ProcessorTime.sample(used, latencies);
        } finally {
          waiters.forEach(Thread::interrupt);
          for (Thread waiter : waiters) {
            waiter.join();
          }
        }
      }
    }

    private void startWaiting(
        HoldfastClient client, Orchestration<Integer, Integer> never, List<Thread> waiters)
        throws InterruptedException {
      CountDownLatch started = new CountDownLatch(waiting);
      for (int i = 0; i < waiting; i++) {
        String id = "waiting-" + i;
        waiters.add(
            Thread.ofVirtual()
                .start(() -> {
                  try {
                    client.start(never, id, 0);
                  } finally {
                    started.countDown();
                  }
                  await(client, never, id);
                }));
      }
      started.await();
    }

    private static void await(
        HoldfastClient client, Orchestration<Integer, Integer> never, String id) {
      try {
        client.await(never, id, PATIENCE);
      } catch (InterruptedException | AwaitTimeoutException e) {
        Thread.currentThread().interrupt(); // the measurement is over
      }
    }

    /** Starts one quick orchestration after the other beside the waiting callers. */
    private static void notice(HoldfastClient client, Latencies latencies, Duration time)
        throws InterruptedException {
      Program quick = Program.oneActivity(new Ends());
      latencies.open();
      long end = System.nanoTime() + time.toNanos();
      for (int i = 0; i < 2 || System.nanoTime() - end < 0; i++) {
        String id = "quick-" + i;
        long before = System.nanoTime();
        client.start(quick.orchestration(), id, 0);
        client.await(quick.orchestration(), id, PATIENCE);
        latencies.record("start to result", System.nanoTime() - before);
      }
      latencies.close();
    }
  }
}
