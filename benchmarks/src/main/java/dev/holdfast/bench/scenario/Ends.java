// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.bench.scenario;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Where orchestrations tell that they have come to a point, so that the benchmark need not ask the
 * store, which would be measured too. Telling it again, as replayed code does, changes nothing.
 * Thread-safe.
 */
final class Ends {

  private static final long PATIENCE_SECONDS = 120;

  private final Map<String, Semaphore> expected = new ConcurrentHashMap<>();

  /** What is told under a name from now on can be awaited. */
  void expect(String name) {
    expected.put(name, new Semaphore(0));
  }

  /** Tells it. */
  void reached(String name) {
    Semaphore waiting = expected.get(name);
    if (waiting != null) {
      waiting.release();
    }
  }

  /**
   * Waits until it is told, and forgets it.
   *
   * @throws IllegalStateException when that takes minutes
   */
  void await(String name) throws InterruptedException {
    Semaphore waiting = expected.get(name);
    if (waiting == null || !waiting.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          "\"%s\" was not reached in %d seconds".formatted(name, PATIENCE_SECONDS));
    }
    expected.remove(name);
  }
}
