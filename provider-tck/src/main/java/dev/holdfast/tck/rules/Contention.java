// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ProviderError.Retryable;
import java.util.function.Supplier;

/** Calls that may meet others on their way, and are repeated a few times for that. */
final class Contention {

  private static final int MOST_REPEATS = 5;

  private Contention() {}

  static <T> T repeated(Supplier<T> call) {
    for (int i = 1; ; i++) {
      try {
        return call.get();
      } catch (Retryable busy) {
        if (i == MOST_REPEATS) {
          throw busy;
        }
      }
    }
  }
}
