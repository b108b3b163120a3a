// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.reference;

import dev.holdfast.provider.ProviderError.StoreUnavailable;
import dev.holdfast.tck.fixture.CommitHold;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Changes without an ack that stand until they are let go. Here a call decides and commits in one
 * moment, so that one that has not come there has no locks yet. Thread-safe.
 */
final class HeldApply implements CommitHold.Held {

  private static final long HANG_SECONDS = 60;

  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile boolean cut;

  /** Stands here until it is let go. */
  void stand() {
    reached.countDown();
    try {
      if (!released.await(HANG_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a call that was held was not let go");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a call was held", e);
    }
    if (cut) {
      throw new StoreUnavailable("apply", "the connection was cut", null);
    }
  }

  boolean isOver() {
    return released.getCount() == 0;
  }

  @Override
  public boolean cut() {
    cut = !isOver();
    close();
    return cut;
  }

  @Override
  public boolean isReached() {
    return reached.getCount() == 0;
  }

  @Override
  public void close() {
    released.countDown();
  }
}
