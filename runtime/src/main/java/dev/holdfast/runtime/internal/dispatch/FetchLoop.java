// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.dispatch;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.runtime.internal.Backoff;
import dev.holdfast.runtime.internal.Settings;
import dev.holdfast.runtime.internal.WorkerThreads;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes work off one queue, as much as there are free slots, and processes each item on a virtual
 * thread of its own. An idle loop waits in the store; a store that is away is asked again after
 * growing pauses. Work that the store hands over without a fetch is processed in the same way, in
 * slots that were reserved for it.
 *
 * @param <T> the items
 */
final class FetchLoop<T> implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(FetchLoop.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final String name;
  private final Slots slots;
  private final Fetch<T> fetch;
  private final Function<T, Runnable> accept;
  private final Consumer<T> giveBack;
  private final StoreHealth health;
  private final WorkerThreads threads;
  private final Map<Thread, Runnable> releases = new ConcurrentHashMap<>();
  private final Backoff pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
  private volatile boolean behind;
  private volatile boolean closing;

  /**
   * A loop, not running yet.
   *
   * @param name the name of its threads
   * @param slots how many items are processed at once
   * @param fetch asks the store
   * @param accept takes charge of an item; what it answers processes the item to its end
   * @param giveBack gives an item back that came too late
   * @param health where it tells how the store is
   * @param threads where the threads that process come from
   */
  FetchLoop(
      String name,
      Slots slots,
      Fetch<T> fetch,
      Function<T, Runnable> accept,
      Consumer<T> giveBack,
      StoreHealth health,
      WorkerThreads threads) {
    this.name = name;
    this.slots = slots;
    this.fetch = fetch;
    this.accept = accept;
    this.giveBack = giveBack;
    this.health = health;
    this.threads = threads;
  }

  /** Asks the store for work. */
  @FunctionalInterface
  interface Fetch<T> {
    /** Fetches up to so many items, and waits so long for the first of them. */
    List<T> fetch(int most, Duration waitUpTo);
  }

  @Override
  public void run() {
    while (!closing) {
      try {
        behind = dispatch(slots.awaitForFetch(behind));
      } catch (InterruptedException e) {
        LOG.trace("{} was interrupted", name);
      }
    }
  }

  /**
   * Reserves slots for work that may be handed over, if there are any. None while there seems to be
   * more work in the store than could be fetched so far: then fetches bring many items at once, and
   * in their order.
   *
   * @param most how many are wanted
   */
  Reservation<T> reserve(int most) {
    boolean possible = most > 0 && !behind && !closing;
    return new Reservation<>(this, possible ? slots.tryClaim(most) : 0);
  }

  /** Fetches nothing from now on; what comes from a fetch that is under way is given back. */
  void close() {
    closing = true;
  }

  /** Waits until nothing is being processed, at most so long; true when that is so. */
  boolean awaitIdle(Duration atMost) throws InterruptedException {
    return slots.awaitIdle(atMost);
  }

  /** Answers whether everything came that could be taken, so that there may be more. */
  private boolean dispatch(int free) throws InterruptedException {
    int used = 0;
    try {
      // Behind a full answer there may be more or nothing; it is known before anybody waits.
      List<T> items = fetch.fetch(free, behind ? Duration.ZERO : Settings.FETCH_WAIT);
      health.works();
      pauses.reset();
      for (T item : items) {
        if (begin(item, () -> slots.releaseFetched(1))) {
          used++;
        }
      }
      return items.size() == free;
    } catch (ProviderError e) {
      if (!closing) {
        health.failed(e);
        Thread.sleep(pauses.next());
      }
    } catch (RuntimeException e) {
      LOG.error("{}: fetching failed unexpectedly; trying again", name, e);
      Thread.sleep(pauses.next());
    } finally {
      slots.releaseFetched(free - used);
    }
    return false;
  }

  /** Processes what was handed over, and frees the slots that are left. */
  void handedOver(List<T> items, int reserved) {
    int used = 0;
    try {
      for (T item : items) {
        if (begin(item, () -> slots.releaseClaimed(1))) {
          used++;
        }
      }
    } finally {
      slots.releaseClaimed(reserved - used);
    }
  }

  private boolean begin(T item, Runnable release) {
    if (closing) {
      giveBack.accept(item);
      return false;
    }
    Runnable work = accept.apply(item);
    Thread thread =
        threads.virtual(
            name,
            () -> {
              try {
                work.run();
              } finally {
                giveUpSlot(Thread.currentThread());
              }
            });
    releases.put(thread, release);
    thread.start();
    return true;
  }

  /** Frees the slot of a thread that processes an item, once, however much longer that takes. */
  void giveUpSlot(Thread thread) {
    Runnable release = releases.remove(thread);
    if (release != null) {
      release.run();
    }
  }
}
