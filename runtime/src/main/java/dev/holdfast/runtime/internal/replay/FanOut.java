// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.DurableFuture;
import dev.holdfast.runtime.OrchestrationCancelledException;
import dev.holdfast.runtime.Settled;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Starts a future for each item, so many at a time, and collects how they end. */
final class FanOut<T extends @Nullable Object, R extends @Nullable Object> {

  private final ExecutionScope gate;
  private final List<? extends T> items;
  private final int limit;
  private final Function<? super T, ? extends DurableFuture<? extends R>> start;
  private final List<DurableFuture<? extends R>> started = new ArrayList<>();
  private final boolean failsFast;
  private int open;
  private @Nullable DurableFuture<? extends R> firstFailed;
  private @Nullable Promise<@Nullable Void> change;

  FanOut(
      ExecutionScope gate,
      Collection<? extends T> items,
      int limit,
      Function<? super T, ? extends DurableFuture<? extends R>> start,
      boolean failsFast) {
    if (limit < 1) {
      throw new IllegalArgumentException(
          "limit is " + limit + "; at least one future has to be open at a time");
    }
    this.gate = gate;
    this.items = new ArrayList<>(items);
    this.limit = limit;
    this.start = start;
    this.failsFast = failsFast;
  }

  /** Runs until all have ended, or one has failed where that is enough. */
  private void run() {
    try {
      for (T item : items) {
        while (open >= limit && !isOver()) {
          awaitChange();
        }
        if (isOver()) {
          break;
        }
        begin(item);
      }
      while (open > 0 && !isOver()) {
        awaitChange();
      }
    } catch (OrchestrationCancelledException e) {
      throw e; // what is open has been told
    } catch (RuntimeException e) {
      FutureCombinators.cancel(started);
      throw e;
    }
    if (isOver()) {
      FutureCombinators.cancel(started);
    }
  }

  /** {@return the results in the order of the items; throws the first failure} */
  List<R> values() {
    run();
    DurableFuture<? extends R> first = firstFailed;
    if (first != null) {
      first.await();
    }
    List<R> values = new ArrayList<>(started.size());
    started.forEach(future -> values.add(future.await()));
    return Collections.unmodifiableList(values);
  }

  /** {@return how each has ended, in the order of the items} */
  List<Settled<R>> settled() {
    run();
    return started.stream().map(FanOut::<R>settled).toList();
  }

  private boolean isOver() {
    return failsFast && firstFailed != null;
  }

  private void begin(T item) {
    Promise<? extends R> promise = FutureCombinators.promise(start.apply(item));
    started.add(promise);
    open++;
    promise.whenSettled(() -> {
      open--;
      if (promise.hasFailed() && firstFailed == null) {
        firstFailed = promise;
      }
      if (change != null) {
        change.settle(() -> null);
      }
    });
  }

  private void awaitChange() {
    Promise<@Nullable Void> next = new Promise<@Nullable Void>(gate, () -> {});
    change = next;
    next.await();
  }

  private static <R extends @Nullable Object> Settled<R> settled(
      DurableFuture<? extends R> future) {
    try {
      return new Settled.Succeeded<>(future.await());
    } catch (RuntimeException e) {
      return new Settled.Failed<>(e);
    }
  }
}
