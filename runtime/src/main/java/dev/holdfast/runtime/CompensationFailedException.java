// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import java.util.List;

/**
 * Thrown by {@link Saga#compensate} when compensations failed: what they were to undo stands, and
 * somebody has to look after it. Its cause is the first failure.
 */
public final class CompensationFailedException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  private final transient List<RuntimeException> failures;

  /**
   * Creates the exception.
   *
   * @param failures what the compensations have thrown, in the order in which they were done; at
   *     least one
   */
  public CompensationFailedException(List<RuntimeException> failures) {
    super(
        "%d of the compensations failed; the first one: %s"
            .formatted(failures.size(), failures.getFirst().getMessage()),
        failures.getFirst());
    this.failures = List.copyOf(failures);
  }

  /** {@return what the compensations have thrown, in the order in which they were done} */
  public List<RuntimeException> failures() {
    return failures;
  }
}
