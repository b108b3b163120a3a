// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import org.jspecify.annotations.Nullable;

/** Thrown by activity code to say that trying again is pointless. */
public final class ActivityFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private ActivityFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Creates a failure that no {@link RetryPolicy} tries again.
   *
   * @param message what is wrong, for the orchestration and for people
   * @return the exception to throw
   */
  public static ActivityFailure nonRetryable(String message) {
    return new ActivityFailure(message, null);
  }

  /**
   * Creates a failure that no {@link RetryPolicy} tries again, with its cause.
   *
   * @param message what is wrong, for the orchestration and for people
   * @param cause the cause, whose class the orchestration sees
   * @return the exception to throw
   */
  public static ActivityFailure nonRetryable(String message, Throwable cause) {
    return new ActivityFailure(message, cause);
  }
}
