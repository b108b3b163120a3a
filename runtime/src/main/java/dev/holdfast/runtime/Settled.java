// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import org.jspecify.annotations.Nullable;

/**
 * How one of several futures has ended; see {@link OrchestrationContext#fanOutSettled}.
 *
 * @param <T> the type of the result
 */
public sealed interface Settled<T extends @Nullable Object> {

  /**
   * It has a result.
   *
   * @param <T> the type of the result
   * @param value the result
   */
  record Succeeded<T extends @Nullable Object>(T value) implements Settled<T> {}

  /**
   * It failed.
   *
   * @param <T> the type of the result
   * @param error what {@link DurableFuture#await} throws, such as {@link ActivityFailedException}
   */
  record Failed<T extends @Nullable Object>(RuntimeException error) implements Settled<T> {}

  /**
   * Returns the result, or throws what waiting for it throws.
   *
   * @return the result
   */
  default T get() {
    return switch (this) {
      case Succeeded<T>(T value) -> value;
      case Failed<T>(RuntimeException error) -> throw error;
    };
  }
}
