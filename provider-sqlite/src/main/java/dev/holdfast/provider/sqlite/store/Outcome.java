// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.sqlite.store;

import dev.holdfast.provider.ProviderError;
import org.jspecify.annotations.Nullable;

/** How a write ended: with a result that is committed, or with an error and nothing written. */
public sealed interface Outcome<R extends @Nullable Object> {

  /** Returns the result, or throws the error. */
  R orThrow();

  /** Committed. */
  record Done<R extends @Nullable Object>(R result) implements Outcome<R> {
    @Override
    public R orThrow() {
      return result;
    }
  }

  /** Failed. */
  record Failed<R extends @Nullable Object>(ProviderError error) implements Outcome<R> {
    @Override
    public R orThrow() {
      throw error;
    }
  }
}
