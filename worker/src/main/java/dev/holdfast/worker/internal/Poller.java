// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.worker.StoreCall;
import dev.holdfast.worker.WorkerVitals;
import dev.holdfast.worker.WorkerVitals.Doing;
import dev.holdfast.worker.internal.util.Backoff;
import dev.holdfast.worker.internal.util.Memory;
import dev.holdfast.worker.internal.util.Told;
import dev.holdfast.worker.internal.util.WorkerThreads;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes work off one queue, as much as there are free slots, and processes each item on a virtual
 * thread of its own. An idle poller waits in a fetch; while the store is away it fetches again
 * after growing pauses. Work that the store hands over without a fetch is processed in the same
 * way, in slots that were reserved for it. Nothing that is thrown ends the loop or costs a slot.
 *
 * @param <T> the items
 */
final class Poller<T> implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(Poller.class);

  /** How long a fetch waits for work before it asks again. */
  private static final Duration FETCH_WAIT = Duration.ofSeconds(5);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final String name;
  private final Slots slots;
  private final PayloadRoom room;
  private final Source<T> source;
  private final StoreAvailability health;
  private final WorkerThreads threads;
  private final Pace pace;
  private final Map<Thread, Slot> inUse = new ConcurrentHashMap<>();
  private final Backoff pauses = new Backoff(FIRST_PAUSE, LONGEST_PAUSE);
  private int most = Integer.MAX_VALUE; // how many items fit into memory, as far as is known
  private volatile boolean backlogged;
  private volatile boolean closing;
  private volatile Doing doing = Doing.NOTHING;
  private volatile long since = System.nanoTime();

  /**
   * Creates a poller that does not run yet.
   *
   * @param name the name of its threads
   * @param slots how many items are processed at once
   * @param room how many bytes of payload are in hand at once
   * @param source where the items come from, and what is done with them
   * @param health where it reports whether the store can be reached
   * @param threads creates the threads that process items
   * @param pace how fast they are begun
   */
  Poller(
      String name,
      Slots slots,
      PayloadRoom room,
      Source<T> source,
      StoreAvailability health,
      WorkerThreads threads,
      Pace pace) {
    this.name = name;
    this.slots = slots;
    this.room = room;
    this.source = source;
    this.health = health;
    this.threads = threads;
    this.pace = pace;
  }

  /** The slot of a thread that processes an item, and uses it alone. */
  final class Slot {
    private final boolean claimed;
    private final long bytes;
    private boolean passedOn;

    private Slot(boolean claimed, long bytes) {
      this.claimed = claimed;
      this.bytes = bytes;
    }

    /** The item that comes next in this chain of claims has it now. */
    void passOn() {
      passedOn = true;
    }

    private void release() {
      room.release(bytes);
      if (!claimed) {
        slots.releaseFetched(1);
      } else if (!passedOn) {
        slots.releaseClaimed(1);
      }
    }
  }

  /** Where items come from, and what is done with them. */
  interface Source<T> {
    /** {@return the kind of call by which the store's availability is reported} */
    StoreCall call();

    /**
     * Fetches up to so many items of so many bytes, and waits so long for the first of them, which
     * comes whatever its size.
     */
    List<T> fetch(int most, long maxBytes, Duration waitUpTo);

    /** {@return how many bytes of payload an item has} */
    long bytes(T item);

    /** Called when a fetch has failed for lack of memory. */
    void memoryIsShort();

    /** Called when a fetch has come back with so many items. */
    void fetched(int items);

    /** {@return whether an item that was fetched is for this poller; otherwise it goes back} */
    default boolean takes(T item) {
      return true;
    }

    /**
     * Takes charge of an item; the result processes it to its end.
     *
     * @param claimed whether it came without a fetch
     */
    Runnable accept(T item, boolean claimed);

    /** Gives an item back that was not begun, accepted or not. */
    void giveBack(T item);
  }

  @Override
  public void run() {
    while (!closing) {
      try {
        now(Doing.WAITING_FOR_ROOM);
        room.await();
        int allowed = pace.await();
        int free = slots.awaitForFetch(backlogged);
        now(Doing.FETCHING);
        backlogged = dispatch(free, allowed);
      } catch (InterruptedException e) {
        LOG.trace("{} was interrupted", name);
      } catch (Throwable e) {
        Told.error(LOG, name + ": the loop failed unexpectedly; it goes on", e);
      }
    }
  }

  private void now(Doing doing) {
    since = System.nanoTime();
    this.doing = doing;
  }

  /** {@return what the loop does, for people and monitors} */
  WorkerVitals.Loop vitals(Thread thread) {
    return new WorkerVitals.Loop(
        thread.getName(), thread.isAlive(), doing, Duration.ofNanos(System.nanoTime() - since));
  }

  /** {@return how many items are being processed} */
  int inHand() {
    return inUse.size();
  }

  /**
   * Reserves free slots for work that may be handed over. Reserves none while there seems to be
   * more work in the store than could be fetched so far: then fetches bring many items at once, and
   * in their order. A thread that processes an item which was handed over can pass its slot on.
   *
   * @param most how many are wanted
   * @param bytes how large they are together, as far as is known
   */
  SlotReservation<T> reserve(int most, long bytes) {
    if (most == 0 || backlogged || !hasRoom(bytes)) {
      return new SlotReservation<>(this, 0, bytes, null);
    }
    Slot own = inUse.get(Thread.currentThread());
    Slot lent = own != null && own.claimed ? own : null;
    return new SlotReservation<>(this, slots.tryClaim(most, lent == null ? 0 : 1), bytes, lent);
  }

  /** {@return whether there is memory for work that may be handed over} */
  boolean hasRoom(long bytes) {
    return !closing && room.isOpen() && bytes <= room.left() / 2;
  }

  /** Fetches nothing from now on; what comes from a fetch that is under way is given back. */
  void close() {
    closing = true;
  }

  /** Waits until nothing is being processed, at most so long; returns whether that is so. */
  boolean awaitIdle(Duration atMost) throws InterruptedException {
    return slots.awaitIdle(atMost);
  }

  /** Frees the slot of a thread that processes an item, once, however much longer that takes. */
  void giveUpSlot(Thread thread) {
    Slot slot = inUse.remove(thread);
    if (slot != null) {
      slot.release();
    }
  }

  /**
   * Fetches and begins items; returns whether as many came as were asked for, so that there may be
   * more.
   */
  private boolean dispatch(int free, int allowed) throws InterruptedException {
    int used = 0;
    int asked = Math.min(Math.min(free, allowed), most);
    try {
      // After a full result there may be more: the next fetch does not wait, and finds out.
      List<T> items = source.fetch(asked, room.left(), backlogged ? Duration.ZERO : FETCH_WAIT);
      health.works(source.call());
      source.fetched(items.size());
      pauses.reset();
      enough(items.size());
      for (T item : items) {
        if (begin(item, false)) {
          used++;
        }
      }
      pace.began(used);
      return items.size() == asked;
    } catch (ProviderError e) {
      if (!closing) {
        if (Memory.isShort(e)) {
          askForLess(asked, e);
        } else {
          health.failed(source.call(), e);
        }
        Thread.sleep(pauses.next());
      }
    } catch (OutOfMemoryError e) {
      askForLess(asked, e);
      Thread.sleep(pauses.next());
    } catch (Throwable e) {
      // An Error as well: a worker that fetches nothing any more must not look alive.
      Told.error(LOG, name + ": fetching failed unexpectedly; trying again", e);
      Thread.sleep(pauses.next());
    } finally {
      slots.releaseFetched(free - used);
    }
    return false;
  }

  /** Asks for fewer items: what does not fit into memory together may fit one by one. */
  private void askForLess(int asked, Throwable error) {
    most = Math.max(1, asked / 2);
    room.shrink();
    Told.error(
        LOG,
        name
            + (asked == 1
                ? ": there is no memory for the first item that waits; trying again"
                : ": there is no memory for what waits; asking for fewer items"),
        error);
    source.memoryIsShort();
  }

  private void enough(int items) {
    if (items > 0) {
      most = most > Integer.MAX_VALUE / 2 ? Integer.MAX_VALUE : most * 2;
      room.grow();
    }
  }

  /**
   * Processes what was handed over, and frees the slots that are left.
   *
   * @param lent the one of them that is the caller's own, null for none
   */
  void handedOver(List<T> items, int reserved, @Nullable Slot lent) {
    int used = 0;
    try {
      for (T item : items) {
        if (begin(item, true)) {
          used++;
        }
      }
    } finally {
      if (lent != null && used > 0) {
        lent.passOn();
      }
      slots.releaseClaimed(reserved - used - (lent != null && used == 0 ? 1 : 0));
    }
  }

  /** Processes what was handed over though no slots were reserved for it. */
  void handedOver(List<T> items) {
    slots.overdraw(items.size());
    handedOver(items, items.size(), null);
  }

  /** Begins to process an item, or gives it back; returns whether its slot is in use. */
  private boolean begin(T item, boolean claimed) {
    if (closing || !source.takes(item)) {
      giveBack(item);
      return false;
    }
    try {
      Runnable work = source.accept(item, claimed);
      Thread thread = threads.virtual(name, () -> process(work));
      long bytes = source.bytes(item);
      inUse.put(thread, new Slot(claimed, bytes));
      room.take(bytes);
      start(thread, bytes);
      return true;
    } catch (Throwable e) {
      Told.error(LOG, name + ": an item could not be begun; it is given back", e);
      giveBack(item);
      return false;
    }
  }

  private void start(Thread thread, long bytes) {
    boolean started = false;
    try {
      thread.start();
      started = true;
    } finally {
      if (!started) {
        inUse.remove(thread);
        room.release(bytes);
      }
    }
  }

  private void process(Runnable work) {
    try {
      work.run();
    } catch (Throwable e) {
      Told.error(LOG, name + ": processing an item failed unexpectedly", e);
    } finally {
      giveUpSlot(Thread.currentThread());
    }
  }

  private void giveBack(T item) {
    try {
      source.giveBack(item);
    } catch (Throwable e) {
      Told.error(LOG, name + ": an item could not be given back; its lock will run out", e);
    }
  }
}
