// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How a worker stands, as far as it knows itself; asking it asks nothing of the store.
 *
 * @param isClosed whether it closes or is closed
 * @param loops its loops that take work off the queues; none of a queue that it does not serve
 * @param failing the kinds of calls that the store fails at present, and for how long it has
 * @param turns how many turns it has in hand
 * @param activities how many activities it has in hand
 */
public record WorkerVitals(
    boolean isClosed,
    List<Loop> loops,
    Map<StoreCall, Duration> failing,
    int turns,
    int activities) {

  /** Copies the collections. */
  public WorkerVitals {
    loops = List.copyOf(loops);
    failing = Map.copyOf(failing);
  }

  /**
   * A loop that takes work off a queue.
   *
   * @param name the name of its thread
   * @param isAlive whether the thread runs
   * @param doing what it does
   * @param since for how long it has done that. A healthy fetch ends within some seconds; a loop
   *     waits for room as long as all that it may have in hand is busy
   */
  public record Loop(String name, boolean isAlive, Doing doing, Duration since) {
    /** Checks the parts. */
    public Loop {
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(doing, "doing");
      Objects.requireNonNull(since, "since");
    }
  }

  /** What such a loop does. */
  public enum Doing {
    /** It has not begun. */
    NOTHING,
    /** It waits for a free slot, or for memory. */
    WAITING_FOR_ROOM,
    /** It fetches, which waits for work, or pauses because the store could not be reached. */
    FETCHING
  }
}
