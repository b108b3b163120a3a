// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.dispatch;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.runtime.internal.Backoff;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes work off one queue, as much as there are free slots, and processes each item on a virtual
 * thread of its own. An idle loop waits in the store; a store that is away is asked again after
 * growing pauses.
 *
 * @param <T> the items
 */
final class FetchLoop<T> implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(FetchLoop.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final String name;
  private final int slotCount;
  private final Semaphore slots;
  private final IntFunction<List<T>> fetch;
  private final Consumer<T> process;
  private final Consumer<T> giveBack;
  private final StoreHealth health;
  private final Backoff pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
  private volatile boolean closing;

  /**
   * A loop, not running yet.
   *
   * @param name the name of its threads
   * @param slotCount how many items are processed at once
   * @param fetch fetches up to so many items
   * @param process processes an item to its end
   * @param giveBack gives an item back that came too late
   * @param health where it tells how the store is
   */
  FetchLoop(
      String name,
      int slotCount,
      IntFunction<List<T>> fetch,
      Consumer<T> process,
      Consumer<T> giveBack,
      StoreHealth health) {
    this.name = name;
    this.slotCount = slotCount;
    this.slots = new Semaphore(slotCount);
    this.fetch = fetch;
    this.process = process;
    this.giveBack = giveBack;
    this.health = health;
  }

  @Override
  public void run() {
    while (!closing) {
      try {
        slots.acquire();
        dispatch(1 + slots.drainPermits());
      } catch (InterruptedException e) {
        LOG.trace("{} was interrupted", name);
      }
    }
  }

  /** Fetches nothing from now on; what comes from a fetch that is under way is given back. */
  void close() {
    closing = true;
  }

  /** Waits until nothing is being processed, at most so long; true when that is so. */
  boolean awaitIdle(Duration atMost) throws InterruptedException {
    boolean idle = slots.tryAcquire(slotCount, atMost.toNanos(), TimeUnit.NANOSECONDS);
    if (idle) {
      slots.release(slotCount);
    }
    return idle;
  }

  private void dispatch(int free) throws InterruptedException {
    int used = 0;
    try {
      List<T> items = fetch.apply(free);
      health.works();
      pauses.reset();
      for (T item : items) {
        if (closing) {
          giveBack.accept(item);
        } else {
          used++;
          begin(item);
        }
      }
    } catch (ProviderError e) {
      if (!closing) {
        health.failed(e);
        Thread.sleep(pauses.next());
      }
    } catch (RuntimeException e) {
      LOG.error("{}: fetching failed unexpectedly; trying again", name, e);
      Thread.sleep(pauses.next());
    } finally {
      slots.release(free - used);
    }
  }

  private void begin(T item) {
    Thread.ofVirtual()
        .name(name)
        .start(() -> {
          try {
            process.accept(item);
          } finally {
            slots.release();
          }
        });
  }
}
