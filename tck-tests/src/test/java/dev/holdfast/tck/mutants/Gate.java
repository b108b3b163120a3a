// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.mutants;

import dev.holdfast.provider.ProviderError.StoreUnavailable;
import dev.holdfast.tck.fixture.CommitHold;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where appends of a {@link Flow} stand that are held before their commit. Thread-safe. */
final class Gate implements CommitHold {

  private static final long HANG_SECONDS = 60;

  private final Deque<Standing> waiting = new ArrayDeque<>();

  private static final class Standing implements Held {
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private volatile boolean cut;

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

  @Override
  public synchronized Held take() {
    Standing standing = new Standing();
    waiting.add(standing);
    return standing;
  }

  @Override
  public boolean severalAtOnce() {
    return true;
  }

  private synchronized @Nullable Standing next() {
    waiting.removeIf(Standing::isOver);
    return waiting.poll();
  }

  /** Stands here if the next call is to be held. */
  void stand() {
    Standing standing = next();
    if (standing == null) {
      return;
    }
    standing.reached.countDown();
    try {
      if (!standing.released.await(HANG_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a call that was held was not let go");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a call was held", e);
    }
    if (standing.cut) {
      throw new StoreUnavailable("apply", "the connection was cut", null);
    }
  }
}
