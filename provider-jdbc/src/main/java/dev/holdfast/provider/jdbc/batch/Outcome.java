// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.jdbc.batch;

import dev.holdfast.provider.ProviderError;
import org.jspecify.annotations.Nullable;

/**
 * How one request ended: with a result that is committed, or with an error and nothing written.
 *
 * @param <R> the result
 */
public sealed interface Outcome<R extends @Nullable Object> {

  /**
   * Unwraps it.
   *
   * @return the result; the error is thrown
   */
  R orThrow();

  /**
   * Committed.
   *
   * @param <R> the result
   * @param result the result
   */
  record Done<R extends @Nullable Object>(R result) implements Outcome<R> {
    @Override
    public R orThrow() {
      return result;
    }
  }

  /**
   * Failed.
   *
   * @param <R> the result that there is not
   * @param error why
   */
  record Failed<R extends @Nullable Object>(ProviderError error) implements Outcome<R> {
    @Override
    public R orThrow() {
      throw error;
    }
  }
}
