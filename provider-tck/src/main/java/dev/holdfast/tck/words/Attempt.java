// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.tck.words;

import dev.holdfast.provider.AckResult;
import dev.holdfast.provider.ProviderError;
import dev.holdfast.tck.FixtureProblem;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;

/**
 * What came of a call that may have been disturbed. Immutable.
 *
 * @param struck whether the disturbance happened
 * @param answer what the call answered, null when it failed
 * @param failure with what it failed, null when it answered
 * @param <T> what the call answers
 */
public record Attempt<T>(boolean struck, @Nullable T answer, @Nullable ProviderError failure) {

  static <T> Attempt<T> of(Supplier<T> call, Supplier<Boolean> struck) {
    try {
      T answer = call.get();
      return new Attempt<>(struck.get(), answer, null);
    } catch (ProviderError error) {
      return new Attempt<>(struck.get(), null, error);
    } catch (TestAbortedException | FixtureProblem noAnswer) {
      throw noAnswer;
    } catch (RuntimeException error) {
      throw Expect.violation(
          "A disturbed call threw what is no ProviderError.", "a ProviderError", error);
    }
  }

  /**
   * With what the call failed, or with what it rejected its ack or the first such ack of its list.
   *
   * @return the error, empty when there is none
   */
  public Optional<ProviderError> error() {
    return failure == null ? rejection(answer) : Optional.of(failure);
  }

  private static Optional<ProviderError> rejection(@Nullable Object answer) {
    return switch (answer) {
      case AckResult.Rejected(var error) -> Optional.of(error);
      case List<?> list -> list.stream().flatMap(each -> rejection(each).stream()).findFirst();
      case null, default -> Optional.empty();
    };
  }
}
