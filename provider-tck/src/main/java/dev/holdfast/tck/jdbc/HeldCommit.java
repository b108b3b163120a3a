// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.jdbc;

import dev.holdfast.tck.fixture.CommitHold;
import dev.holdfast.tck.fixture.WriterHold;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A call that stands before its commit until it is let go. Thread-safe. */
final class HeldCommit implements WriterHold.Held, CommitHold.Held {

  private static final long HANG_SECONDS = 60;

  private final CountDownLatch reached = new CountDownLatch(1);
  private final CountDownLatch released = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);

  private final boolean takesEffect;
  private volatile boolean cut;

  /**
   * Holds one commit.
   *
   * @param takesEffect whether the commit takes effect when it is let go; else it fails
   */
  HeldCommit(boolean takesEffect) {
    this.takesEffect = takesEffect;
    if (takesEffect) {
      // Whoever makes the call waits for its end.
      ended.countDown();
    }
  }

  boolean takesEffect() {
    return takesEffect;
  }

  boolean isCut() {
    return cut;
  }

  boolean isOver() {
    return released.getCount() == 0;
  }

  @Override
  public boolean cut() {
    if (!takesEffect || isOver()) {
      return false;
    }
    cut = true;
    close();
    return true;
  }

  @Override
  public boolean isReached() {
    return reached.getCount() == 0;
  }

  /** Makes the call, and comes back when it stands before its commit. */
  void begin(Runnable writing) {
    Thread.ofPlatform()
        .daemon()
        .name("held-commit")
        .start(() -> {
          try {
            writing.run();
          } finally {
            ended.countDown();
            reached.countDown();
          }
        });
    await(reached);
    if (ended.getCount() == 0) {
      throw new IllegalStateException("the call that should hold the writers committed nothing");
    }
  }

  /** Stands here until it is let go. */
  void hold() {
    reached.countDown();
    await(released);
  }

  @Override
  public void close() {
    released.countDown();
    await(ended);
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(HANG_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a held commit hangs");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a commit was held", e);
    }
  }
}
