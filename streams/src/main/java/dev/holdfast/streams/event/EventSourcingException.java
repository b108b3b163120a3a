// SPDX-License-Identifier: Apache-2.0
package dev.holdfast.streams.event;

import org.jspecify.annotations.Nullable;

/**
 * What the library itself throws. Errors of the store come as they are, as {@link
 * dev.holdfast.provider.ProviderError}, and so do those of the application's own functions.
 */
public class EventSourcingException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what was wrong, and what to do
   * @param cause the reason, null for none
   */
  public EventSourcingException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
