// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.examples.orders.flow;

import dev.holdfast.runtime.DurableFuture;
import dev.holdfast.runtime.OrchestrationCancelledException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What an orchestration has to undo if it does not come to its good end: a saga, by hand. For one
 * execution, on its thread.
 */
final class Undo {

  private final Deque<Supplier<? extends DurableFuture<?>>> steps = new ArrayDeque<>();

  /**
   * Notes how a step is undone, before it begins: a step that failed or was cancelled may have had
   * its effect all the same, as its answer may be what was lost. So undoing what never happened
   * must do nothing, and keep it from happening later.
   */
  void note(Supplier<? extends DurableFuture<?>> undo) {
    steps.push(undo);
  }

  /**
   * Undoes all that was noted, the last first, whatever becomes of each.
   *
   * @param reason why
   * @return what to throw: the reason, or what could not be undone, which somebody must look at
   */
  RuntimeException after(RuntimeException reason) {
    RuntimeException failure = reason;
    while (!steps.isEmpty()) {
      try {
        certainly(steps.pop());
      } catch (RuntimeException e) {
        e.addSuppressed(failure);
        failure = e;
      }
    }
    return failure;
  }

  /**
   * Does what must be done also when the orchestration is asked to cancel meanwhile. That takes
   * back the call which is under way, and comes once; so the call is made a second time.
   */
  static <T extends @Nullable Object> T certainly(
      Supplier<? extends DurableFuture<? extends T>> call) {
    try {
      return call.get().await();
    } catch (OrchestrationCancelledException e) {
      return call.get().await();
    }
  }
}
