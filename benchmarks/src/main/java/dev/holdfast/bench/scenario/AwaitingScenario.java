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
 * What callers cost that only wait: how many calls a process makes to the store while thousands
 * await orchestrations that another process works on, and how soon one of them learns of an end.
 */
final class AwaitingScenario implements Scenario {

  private static final long WAITING = 5_000;

  @Override
  public String name() {
    return "user-waiters";
  }

  @Override
  public String description() {
    return "as users call it: store calls while thousands await results in another process";
  }

  @Override
  public List<Case> cases(BenchStore store, Settings settings) {
    return List.of(new Awaiting((int) settings.scaled(WAITING)));
  }

  private record Awaiting(int waiting) implements Case {

    private static final double MOST_CALLS_PER_SECOND = 20;
    private static final Duration PATIENCE = Duration.ofHours(1);
    private static final Duration SETTLING = Duration.ofSeconds(2);

    @Override
    public String name() {
      return GrowthScenario.number(waiting) + " callers waiting";
    }

    @Override
    public String unit() {
      return "calls/s";
    }

    @Override
    public String reference() {
      return "20 calls/s";
    }

    @Override
    public Sample measure(Round round) throws Exception {
      CountedCalls counted = new CountedCalls();
      Orchestration<Integer, Integer> never = Program.waiting(new Ends());
      Latencies latencies = new Latencies();
      List<Thread> waiters = new ArrayList<>();
      try (Callers callers = Callers.start(round.store(), counted::of)) {
        HoldfastClient client = callers.client();
        try {
          startWaiting(client, never, waiters);
          Thread.sleep(SETTLING);
          double perSecond = callsPerSecond(counted, round.settings().measured());
          long left = waiters.stream().filter(waiter -> !waiter.isAlive()).count();
          if (left > 0) {
            throw new IllegalStateException(left + " callers do not wait any more");
          }
          notice(client, latencies, round.settings().measured());
          return Sample.of(perSecond, MOST_CALLS_PER_SECOND, latencies);
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

    private static double callsPerSecond(CountedCalls counted, Duration time)
        throws InterruptedException {
      long before = counted.calls();
      long from = System.nanoTime();
      Thread.sleep(time);
      return (counted.calls() - before) * 1e9 / (System.nanoTime() - from);
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
