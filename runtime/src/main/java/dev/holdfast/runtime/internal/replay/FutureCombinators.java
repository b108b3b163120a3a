// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.replay;

import dev.holdfast.runtime.DurableFuture;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Futures made of other futures. They need no events of their own: the results of the others
 * decide.
 */
final class FutureCombinators {

  private FutureCombinators() {}

  static <T extends @Nullable Object> Promise<List<T>> allOf(
      ExecutionScope gate, List<? extends DurableFuture<? extends T>> futures) {
    List<? extends DurableFuture<? extends T>> parts = List.copyOf(futures);
    Promise<List<T>> all = new Promise<>(gate, () -> cancel(parts));
    if (parts.isEmpty()) {
      all.settle(List::of);
    }
    AtomicInteger open = new AtomicInteger(parts.size());
    for (DurableFuture<? extends T> part : parts) {
      Promise<? extends T> promise = promise(part);
      promise.whenSettled(() -> {
        if (promise.hasFailed()) {
          all.settleFailed(() -> values(List.of(part)));
        } else if (open.decrementAndGet() == 0) {
          all.settle(() -> values(parts));
        }
      });
    }
    return all;
  }

  static <F extends DurableFuture<?>> Promise<F> anyOf(
      ExecutionScope gate, List<? extends F> futures) {
    List<? extends F> parts = List.copyOf(futures);
    Promise<F> first = new Promise<>(gate, () -> cancel(parts));
    whenFirst(parts, index -> first.settle(() -> parts.get(index)));
    return first;
  }

  static Promise<Integer> anyIndexOf(
      ExecutionScope gate, List<? extends DurableFuture<?>> futures) {
    List<? extends DurableFuture<?>> parts = List.copyOf(futures);
    Promise<Integer> first = new Promise<>(gate, () -> cancel(parts));
    whenFirst(parts, index -> first.settle(() -> index));
    return first;
  }

  private static void whenFirst(List<? extends DurableFuture<?>> parts, IntConsumer told) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("there is nothing to wait for: the list is empty");
    }
    for (int i = 0; i < parts.size(); i++) {
      int index = i;
      promise(parts.get(i)).whenSettled(() -> told.accept(index));
    }
  }

  static void cancel(List<? extends DurableFuture<?>> futures) {
    futures.forEach(DurableFuture::cancel);
  }

  private static <T extends @Nullable Object> List<T> values(
      List<? extends DurableFuture<? extends T>> parts) {
    List<T> values = new ArrayList<>(parts.size());
    parts.forEach(part -> values.add(part.await()));
    return Collections.unmodifiableList(values);
  }

  static <T extends @Nullable Object> Promise<T> promise(DurableFuture<T> future) {
    if (future instanceof Promise<T> promise) {
      return promise;
    }
    throw new IllegalArgumentException(
        "a %s was not made by this context".formatted(future.getClass().getName()));
  }
}
