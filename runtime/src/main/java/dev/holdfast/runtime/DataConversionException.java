// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.runtime;

import org.jspecify.annotations.Nullable;

/** A value could not be encoded, or a stored value does not fit the type that is asked for. */
public final class DataConversionException extends HoldfastException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what could not be converted, without the value
   * @param cause the error of the converter, null when it was not asked
   */
  public DataConversionException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
