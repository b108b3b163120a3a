// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Several futures, of which the first that is done decides; each has a function that makes the
 * answer of its result. Made by {@link OrchestrationContext#select(DurableFuture, Function)}; good
 * on the thread of the orchestration only.
 *
 * @param <R> the type of the answer
 */
public final class Selection<R extends @Nullable Object> {

  private final OrchestrationContext context;
  private final List<DurableFuture<?>> futures = new ArrayList<>();
  private final List<Supplier<? extends R>> answers = new ArrayList<>();

  Selection(OrchestrationContext context) {
    this.context = context;
  }

  /**
   * Adds a future.
   *
   * @param <T> the type of its result
   * @param future what to wait for
   * @param then makes the answer, if this future is the first
   * @return this selection
   */
  public <T extends @Nullable Object> Selection<R> or(
      DurableFuture<T> future, Function<? super T, ? extends R> then) {
    futures.add(Objects.requireNonNull(future, "future"));
    Objects.requireNonNull(then, "then");
    answers.add(() -> then.apply(future.await()));
    return this;
  }

  /**
   * Waits until the first future is done, cancels the others, and returns what its function makes
   * of its result. First is what happened first, see {@link OrchestrationContext#select(List)}.
   *
   * @return the answer
   * @throws ActivityFailedException when the first was an activity, and failed
   * @throws ChildFailedException when the first was a child, and failed or was cancelled
   * @throws OrchestrationCancelledException when the instance was asked to cancel
   */
  public R await() {
    return answers.get(context.select(futures)).get();
  }
}
