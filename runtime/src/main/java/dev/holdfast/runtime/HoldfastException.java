// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import org.jspecify.annotations.Nullable;

/**
 * The superclass of all exceptions of the runtime. Errors of the store are {@code ProviderError}.
 */
public class HoldfastException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what happened
   * @param cause the cause, or null
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
