// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.rules;

import dev.holdfast.provider.ProviderError;
import dev.holdfast.provider.ProviderError.Permanent;
import dev.holdfast.tck.words.Expect;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One call that must be refused.
 *
 * @param operation the call, as its errors name it
 * @param type how it must be refused
 * @param call makes it and answers the error, null when there was none
 */
record Refusal(
    String operation, Class<? extends Permanent> type, Supplier<@Nullable ProviderError> call) {

  ProviderError refused() {
    ProviderError error = call.get();
    if (error == null) {
      throw Expect.violation(
          "A call that must be refused went through: " + this + ".",
          type.getSimpleName(),
          "no error");
    }
    return error;
  }

  @Override
  public String toString() {
    return operation + " -> " + type.getSimpleName();
  }
}
