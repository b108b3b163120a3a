// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.tck.fixture.CommitHold;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** Has changes stand until they are let go, alone, or in the ack of a turn. Thread-safe. */
final class HeldApplies implements CommitHold {

  private final Deque<HeldApply> waiting = new ArrayDeque<>();

  @Override
  public synchronized Held take() {
    HeldApply hold = new HeldApply();
    waiting.add(hold);
    return hold;
  }

  @Override
  public boolean severalAtOnce() {
    return true;
  }

  /** Stands where changes are held. */
  void stand() {
    HeldApply hold = next();
    if (hold != null) {
      hold.stand();
    }
  }

  private synchronized @Nullable HeldApply next() {
    waiting.removeIf(HeldApply::isOver);
    return waiting.poll();
  }
}
