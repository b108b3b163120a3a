// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.provider.postgres.call;

import dev.holdfast.provider.ProviderError;
import org.jspecify.annotations.Nullable;

/** How one request ended: with a result that is committed, or with an error. */
public sealed interface Outcome<A extends @Nullable Object> {

  /** Returns the result, or throws the error. */
  A orThrow();

  /** Committed. */
  record Done<A extends @Nullable Object>(A answer) implements Outcome<A> {
    @Override
    public A orThrow() {
      return answer;
    }
  }

  /** Failed. */
  record Failed<A extends @Nullable Object>(ProviderError error) implements Outcome<A> {
    @Override
    public A orThrow() {
      throw error;
    }
  }
}
