// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.queue;

import dev.holdfast.worker.Work;
import dev.holdfast.worker.WorkerListener;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** Follows what a worker does. Thread-safe. */
final class Activity implements WorkerListener {

  private final AtomicInteger active = new AtomicInteger();
  private final AtomicInteger setbacks = new AtomicInteger();

  @Override
  public void begun(Work work) {
    active.incrementAndGet();
  }

  @Override
  public void ended(Work work, boolean stored, Duration took) {
    active.decrementAndGet();
    if (stored) {
      setbacks.set(0);
    } else {
      setbacks.incrementAndGet();
    }
  }

  int active() {
    return active.get();
  }

  int setbacks() {
    return setbacks.get();
  }
}
