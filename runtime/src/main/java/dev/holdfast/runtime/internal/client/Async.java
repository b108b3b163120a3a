// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime.internal.client;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes calls on virtual threads. Stateless. */
public final class Async {

  private Async() {}

  /** {@return the result of a short call, or what it throws as it is} */
  public static <T extends @Nullable Object> CompletableFuture<T> call(Supplier<T> call) {
    CompletableFuture<T> result = new CompletableFuture<>();
    complete(result, call);
    return result;
  }

  /** Completes a future with the result of a short call, or with what it throws as it is. */
  static <T extends @Nullable Object> void complete(CompletableFuture<T> future, Supplier<T> call) {
    Thread.ofVirtual()
        .name("holdfast-async")
        .start(() -> {
          try {
            future.complete(call.get());
          } catch (Throwable e) { // it belongs to the caller
            future.completeExceptionally(e);
          }
        });
  }
}
