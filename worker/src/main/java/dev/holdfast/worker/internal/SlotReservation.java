// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.worker.internal;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Free slots that wait for work which a call may hand over. Closing it begins the work that came
 * and frees the slots that are left. Not thread-safe.
 *
 * @param <T> the items
 */
final class SlotReservation<T> implements AutoCloseable {

  private final Poller<T> loop;
  private final Poller<T>.@Nullable Slot lent;
  private final long bytes;
  private int size;
  private boolean overdrawn;
  private List<T> items = List.of();

  /**
   * Creates it.
   *
   * @param bytes how large the work is together, as far as is known
   * @param lent the slot among them in which its owner works until then, null for none
   */
  SlotReservation(Poller<T> loop, int size, long bytes, Poller<T>.@Nullable Slot lent) {
    this.loop = loop;
    this.bytes = bytes;
    this.lent = lent;
    this.size = size;
  }

  /** {@return how many slots there are; with none, nothing may be claimed} */
  int size() {
    return size;
  }

  /** {@return whether a slot may be had in any case, for work that is not likely to come} */
  boolean mayOverdraw() {
    return size == 0 && loop.hasRoom(bytes);
  }

  /** Promises a slot for an item that is not likely to come, though none is free. */
  void overdraw() {
    overdrawn = true;
    size = 1;
  }

  /** Takes what was handed over, locked and not begun yet. */
  void received(List<T> handedOver) {
    items = handedOver;
  }

  /** Frees the slots: nothing will come. */
  void giveUp() {
    close();
  }

  @Override
  public void close() {
    int reserved = size;
    size = 0;
    if (overdrawn) {
      loop.handedOver(items);
    } else if (reserved > 0) {
      loop.handedOver(items, reserved, lent);
    }
  }
}
