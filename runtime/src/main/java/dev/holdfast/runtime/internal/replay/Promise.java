// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.DurableFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A future of one execution. Used by the engine and the code in turns, never at once. */
final class Promise<T extends @Nullable Object> implements DurableFuture<T> {

  private final ExecutionScope gate;
  private final Runnable onCancel;
  private final List<Runnable> listeners = new ArrayList<>();
  private @Nullable Outcome<T> outcome;
  private boolean failed;

  /**
   * Creates an open future.
   *
   * @param gate the execution
   * @param onCancel runs when it is cancelled, to cancel what it waits for
   */
  Promise(ExecutionScope gate, Runnable onCancel) {
    this.gate = gate;
    this.onCancel = onCancel;
  }

  @Override
  public T await() {
    gate.enter();
    Outcome<T> known = outcome;
    while (known == null) {
      gate.park(this);
      known = outcome;
    }
    return known.get();
  }

  @Override
  public boolean isDone() {
    gate.enter();
    return isSettled();
  }

  @Override
  public void cancel() {
    gate.enter();
    if (!isSettled()) {
      gate.guard(onCancel);
      settleCancelled();
    }
  }

  boolean isSettled() {
    return outcome != null;
  }

  /** Ends it, unless it has ended. */
  void settle(Outcome<T> how) {
    if (outcome == null) {
      outcome = how;
      listeners.forEach(Runnable::run);
      listeners.clear();
    }
  }

  /** Ends it with an outcome that throws, unless it has ended. */
  void settleFailed(Outcome<T> how) {
    failed |= outcome == null;
    settle(how);
  }

  /** Ends it with an exception that is made where it is awaited, unless it has ended. */
  void fail(Supplier<? extends RuntimeException> error) {
    settleFailed(() -> {
      throw error.get();
    });
  }

  void settleCancelled() {
    fail(() -> new CancellationException("this future was cancelled"));
  }

  boolean hasFailed() {
    return failed;
  }

  /** Runs a listener when it ends, or at once. */
  void whenSettled(Runnable listener) {
    if (isSettled()) {
      listener.run();
    } else {
      listeners.add(listener);
    }
  }
}
