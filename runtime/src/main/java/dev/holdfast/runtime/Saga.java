// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Steps that are undone when what follows them fails, the last one first.
 *
 * <pre>{@code
 * Saga saga = new Saga(ctx);
 * try {
 *   Hold hold = saga.step(() -> ctx.call(RESERVE, order), done -> ctx.call(RELEASE, done));
 *   Payment payment = saga.step(() -> ctx.call(CHARGE, order), done -> ctx.call(REFUND, done));
 *   return ctx.call(SHIP, order).await();
 * } catch (RuntimeException e) {
 *   saga.compensate();
 *   throw e;
 * }
 * }</pre>
 *
 * <p>A request to cancel the instance reaches the code between steps: a step that has begun is not
 * taken back, so that its compensation never overtakes it and always knows its result. Neither is a
 * compensation. A step that fails has not been done, as far as the saga knows: it is not undone,
 * and where it may have had an effect nevertheless, register the compensation before it with {@link
 * #undo}.
 *
 * <p>Lives in the code of one execution and is good on its thread only.
 */
public final class Saga {

  private final OrchestrationContext context;
  private final Deque<Supplier<? extends DurableFuture<?>>> undos = new ArrayDeque<>();

  /**
   * Creates a saga without steps.
   *
   * @param context the context of the orchestration
   */
  public Saga(OrchestrationContext context) {
    this.context = Objects.requireNonNull(context, "context");
  }

  /**
   * Does a step and waits for it; when it is done, its compensation is registered.
   *
   * @param <T> the type of the step's result
   * @param step asks for the step, such as an activity
   * @param undo asks for its compensation
   * @return the step's result
   * @throws ActivityFailedException when the step was an activity, and failed
   * @throws ChildFailedException when the step was a child, and failed or was cancelled
   * @throws OrchestrationCancelledException when the instance was asked to cancel before the step
   *     began
   */
  public <T extends @Nullable Object> T step(
      Supplier<? extends DurableFuture<T>> step,
      Function<? super T, ? extends DurableFuture<?>> undo) {
    context.checkCancelled();
    return context.shielded(() -> {
      T result = step.get().await();
      undos.push(() -> undo.apply(result));
      return result;
    });
  }

  /**
   * Registers a compensation.
   *
   * @param undo asks for it
   */
  public void undo(Supplier<? extends DurableFuture<?>> undo) {
    undos.push(Objects.requireNonNull(undo, "undo"));
  }

  /**
   * Undoes all steps, the last one first, each when the one before has ended. One that fails does
   * not keep the others from being done. A request to cancel the instance is held back until all
   * have ended. Does nothing the second time.
   *
   * @throws CompensationFailedException when at least one failed
   */
  public void compensate() {
    List<RuntimeException> failures =
        context.shielded(() -> {
          List<RuntimeException> failed = new ArrayList<>();
          while (!undos.isEmpty()) {
            try {
              undos.pop().get().await();
            } catch (RuntimeException e) {
              failed.add(e);
            }
          }
          return failed;
        });
    if (!failures.isEmpty()) {
      throw new CompensationFailedException(failures);
    }
  }
}
