// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.observability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.provider.Provider;
import dev.holdfast.runtime.Holdfast;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;

/** A store for each test, and workers that are closed after it. */
abstract class OnStore {

  /** Longer than anything takes; reached only when something is broken. */
  static final Duration LONG = Duration.ofSeconds(120);

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  Provider provider;

  /** Removes the store. */
  void removeStore() throws Exception {}

  @AfterEach
  final void closeAll() throws Exception {
    while (!open.isEmpty()) {
      open.pop().close();
    }
    removeStore();
  }

  final <T extends AutoCloseable> T closing(T resource) {
    open.push(resource);
    return resource;
  }

  final Holdfast work(UnaryOperator<Holdfast.Builder> setUp) {
    return closing(setUp.apply(Holdfast.builder(provider).closeGrace(Duration.ZERO)).start());
  }

  /** Waits for a condition that nothing signals. */
  static void await(BooleanSupplier condition) {
    Semaphore never = new Semaphore(0);
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
      try {
        assertThat(never.tryAcquire(2, TimeUnit.MILLISECONDS)).isFalse();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
