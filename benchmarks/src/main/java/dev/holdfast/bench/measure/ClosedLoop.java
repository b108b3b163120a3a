// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.measure;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Runs callers, each on a thread of its own, each beginning its next step when it has done the one
 * before; counts what they finish after a warm-up. Good for one run.
 */
public final class ClosedLoop {

  /** Of two units that one caller finished after each other, one was counted as a whole. */
  private static final int LEAST = 2;

  private static final Duration LONGER = Duration.ofMillis(20);
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);

  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  private final LongAdder finished = new LongAdder();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final CountDownLatch failed = new CountDownLatch(1);
  private volatile boolean stopped;

  private ClosedLoop() {}

  /**
   * Runs the callers until the time is up and two units are finished, and waits until each has
   * ended its last step.
   *
   * @param callers what to run
   * @param threads on which threads
   * @param warmUp how long to run before counting
   * @param measured how long to count
   * @param latencies opened while it counts
   * @return units per second
   * @throws IllegalStateException when a caller failed
   */
  public static double run(
      List<? extends Caller> callers,
      ThreadChoice threads,
      Duration warmUp,
      Duration measured,
      Latencies latencies)
      throws InterruptedException {
    return new ClosedLoop().measure(callers, threads, warmUp, measured, latencies);
  }

  private double measure(
      List<? extends Caller> callers,
      ThreadChoice threads,
      Duration warmUp,
      Duration measured,
      Latencies latencies)
      throws InterruptedException {
    ThreadFactory factory = threads.forCallers(callers.size());
    List<Thread> running = new ArrayList<>();
    try {
      for (Caller caller : callers) {
        Thread thread = factory.newThread(() -> run(caller));
        running.add(thread);
        thread.start();
      }
      pause(warmUp);
      latencies.open();
      long from = System.nanoTime();
      long before = finished.sum();
      long allocatedBefore = THREADS.getTotalThreadAllocatedBytes();
      pause(measured);
      // A rate or a median of nothing would be worse than a longer measurement.
      while (finished.sum() - before < LEAST && System.nanoTime() - from < PATIENCE_NANOS) {
        pause(LONGER);
        rethrow();
      }
      long count = finished.sum() - before;
      latencies.allocated(
          (THREADS.getTotalThreadAllocatedBytes() - allocatedBefore) / (double) count);
      return count * 1e9 / (System.nanoTime() - from);
    } finally {
      latencies.close();
      stopped = true;
      for (Thread thread : running) {
        thread.join();
      }
      rethrow();
    }
  }

  private void run(Caller caller) {
    try {
      while (!stopped) {
        finished.add(caller.step());
      }
    } catch (Throwable e) {
      failure.compareAndSet(null, e);
      failed.countDown();
    }
  }

  /** Lets time pass, unless a caller fails. */
  private void pause(Duration duration) throws InterruptedException {
    if (failed.await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
      stopped = true;
    }
  }

  // A caller's failure is the reason for whatever else went wrong.
  @SuppressWarnings("Finally")
  private void rethrow() {
    Throwable first = failure.get();
    if (first != null) {
      throw new IllegalStateException("a caller failed: " + first, first);
    }
  }
}
