// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Writes to the table {@code t (n)}, for tests of what combines them. */
final class Writes {

  private Writes() {}

  static Write<@Nullable Void> insert(int n) {
    return new Write<>(
        "test",
        tx -> {
          tx.session().update("INSERT INTO t VALUES (?)", n);
          return null;
        });
  }

  /** Keeps the writer until it may go on. */
  static Write<@Nullable Void> blocking(CountDownLatch underWay, CountDownLatch goOn) {
    return new Write<>(
        "test",
        tx -> {
          underWay.countDown();
          awaitQuietly(goOn);
          return null;
        });
  }

  static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
