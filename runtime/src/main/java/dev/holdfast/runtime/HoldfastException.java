// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import org.jspecify.annotations.Nullable;

/**
 * What all exceptions of the runtime have in common. Errors of the store are {@code ProviderError}.
 */
public class HoldfastException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what happened
   * @param cause the exception behind it, or null
   */
  public HoldfastException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Creates the exception without a cause.
   *
   * @param message what happened
   */
  public HoldfastException(String message) {
    this(message, null);
  }
}
